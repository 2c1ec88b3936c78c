package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"passerelle/bot"
	"passerelle/bot/discord"
	"passerelle/bot/discord/gateway"
	"passerelle/bot/terminal"
	"passerelle/cmd/passerelle/internal/config"
)

const (
	// Flags of an application that was granted the Message Content intent, whole or as a bot of few guilds:
	// https://discord.com/developers/docs/resources/application#application-object-application-flags.
	messageContentFlags = 1<<18 | 1<<19
	// maxSkew is how far the clock may be off before signatures of interactions look too old; the endpoint takes 30 s, of
	// which networks need some. Dates of HTTP are whole seconds.
	maxSkew = 20 * time.Second
	// fewSessions is how many sessions a day should be left for restarts.
	fewSessions = 50
)

// discordChecks are those of the bot's application, in Discord and in the settings.
func (p *program) discordChecks() []check {
	return []check{
		{"app", checkApplication}, {"key", checkPublicKey}, {"intent", checkIntents}, {"shards", checkShards},
		{"clock", checkClock}, {"slash", p.checkCommands},
	}
}

// application is what GET /applications/@me says.
type application struct {
	ID       string  `json:"id"`
	Name     string  `json:"name"`
	Key      string  `json:"verify_key"`
	Flags    int64   `json:"flags"`
	Endpoint *string `json:"interactions_endpoint_url"`
}

// ask asks for an address of Discord's and decodes the answer; what went wrong is fit for a verdict.
func ask[T any](ctx context.Context, c config.Config, endpoint string) (out T, answer told, err error) {
	token, err := c.Discord.Secret()
	if err != nil {
		return out, answer, err
	}
	if !token.IsSet() {
		return out, answer, errors.New("no token: set DISCORD_TOKEN or discord.token_file")
	}
	answer, err = askDiscord(ctx, c.Discord.API, endpoint, token)
	switch {
	case err != nil:
		return out, answer, fmt.Errorf("Discord cannot be reached: %w; see discord.api and the network", err) //nolint:staticcheck // Discord is a name
	case answer.status == http.StatusUnauthorized:
		return out, answer, errors.New("not known: Discord refuses the token, see above")
	case answer.status != http.StatusOK:
		return out, answer, fmt.Errorf("not known: Discord answers with status %d; try again in a minute", answer.status)
	}
	if err := json.Unmarshal(answer.body, &out); err != nil {
		return out, answer, errors.New("not known: Discord's answer is not understood; is discord.api a proxy that works?")
	}
	return out, answer, nil
}

func askApplication(ctx context.Context, c config.Config) (application, told, error) {
	return ask[application](ctx, c, discordgo.EndpointApplication("@me"))
}

func checkApplication(ctx context.Context, c config.Config) verdict {
	a, _, err := askApplication(ctx, c)
	if err != nil {
		return fail("%s", err)
	}
	return ok("%s, id %s", a.Name, a.ID)
}

// checkPublicKey compares both ends of the endpoint: Discord posts to it, or not; the bot takes it, or not.
func checkPublicKey(ctx context.Context, c config.Config) verdict {
	a, _, err := askApplication(ctx, c)
	if err != nil {
		return fail("%s", err)
	}
	endpoint := a.Endpoint != nil && *a.Endpoint != ""
	switch {
	case c.Discord.PublicKey == "" && endpoint:
		return fail("Discord posts interactions to %s, so none come over the gateway, and the bot takes none there; set discord.public_key to %s and web.address, or empty the Interactions Endpoint URL in the developer portal", *a.Endpoint, a.Key)
	case c.Discord.PublicKey == "":
		return ok("not set: interactions come over the gateway")
	case !strings.EqualFold(c.Discord.PublicKey, a.Key):
		return fail("discord.public_key is not this application's; set it to %s", a.Key)
	case !endpoint && !c.Discord.Gateway:
		return fail("the bot takes interactions by HTTP alone, but Discord does not post them; give the developer portal the address of /interactions, by https, as Interactions Endpoint URL")
	case !endpoint:
		return warn("matches, but Discord posts no interactions: no Interactions Endpoint URL is set in the developer portal")
	}
	return ok("matches; Discord posts interactions to %s", *a.Endpoint)
}

func checkIntents(ctx context.Context, c config.Config) verdict {
	a, _, err := askApplication(ctx, c)
	if err != nil {
		return fail("%s", err)
	}
	granted := a.Flags&messageContentFlags != 0
	switch {
	case c.Discord.MessageContent && !granted:
		return fail("discord.message_content is true, but the intent is not granted, and Discord would refuse the connection; switch it on in the developer portal (Bot → Privileged Gateway Intents), or switch the setting off")
	case granted && !c.Discord.MessageContent:
		return ok("message content is granted and not asked for; discord.message_content: true lets people ask on in a thread without a mention")
	case granted:
		return ok("message content is granted")
	}
	return ok("none that need a grant: in threads people mention the bot")
}

func checkShards(ctx context.Context, c config.Config) verdict {
	if !c.Discord.Gateway {
		return ok("no gateway (discord.gateway: false)")
	}
	span, err := gateway.ParseRange(c.Discord.Shards)
	if err != nil {
		return fail("discord.%s", err)
	}
	info, _, err := ask[gateway.Info](ctx, c, discordgo.EndpointGatewayBot)
	if err != nil {
		return fail("%s", err)
	}
	needed := span.Last - span.First + 1
	if span.Count == 0 {
		needed = max(info.Shards, 1)
	}
	left := fmt.Sprintf("%d of %d sessions left today", info.Limit.Remaining, info.Limit.Total)
	switch {
	case info.URL == "":
		return fail("Discord names no gateway; try again in a minute")
	case info.Limit.Remaining < needed:
		return fail("%s, %d are needed; there are more in %s. Find out what restarts the bot all the time", left, needed, time.Duration(info.Limit.ResetAfter)*time.Millisecond)
	case span.Count > 0 && span.Count < info.Shards:
		return warn("discord.shards makes %d in all, Discord recommends %d; %s", span.Count, info.Shards, left)
	case info.Limit.Remaining < needed+fewSessions:
		return warn("%s: find out what restarts the bot all the time", left)
	}
	return ok("%d here, Discord recommends %d in all, %d may identify at once; %s", needed, info.Shards, max(info.Limit.MaxConcurrency, 1), left)
}

func checkClock(ctx context.Context, c config.Config) verdict {
	_, answer, err := askApplication(ctx, c)
	switch {
	case err != nil:
		return fail("%s", err)
	case answer.at.IsZero():
		return warn("Discord did not say what time it is")
	case answer.skew.Abs() <= maxSkew:
		return ok("within %s of Discord's", (answer.skew.Abs() + time.Second).Truncate(time.Second))
	case c.Discord.PublicKey == "":
		return warn("%s off Discord's; switch time synchronisation on (timedatectl set-ntp true)", answer.skew.Round(time.Second))
	}
	return fail("%s off Discord's, so that signed interactions look stale and are refused; switch time synchronisation on (timedatectl set-ntp true)", answer.skew.Round(time.Second))
}

// checkCommands compares the commands that Discord has with those of this program.
func (p *program) checkCommands(ctx context.Context, c config.Config) verdict {
	token, err := c.Discord.Secret()
	if err != nil || !token.IsSet() {
		return fail("not known without a token")
	}
	parts, err := openParts(ctx, c, false, p.err, p.logger(c.Log), func(p *parts) { p.community = &bot.Community{} })
	if err != nil {
		return fail("%s", err)
	}
	defer parts.Close()
	described, err := discord.New(discord.Config{Token: token.Reveal(), API: c.Discord.API, Guild: c.Discord.Guild}, parts.service, parts.texts)
	if err != nil {
		return fail("%s", err)
	}
	changes, err := described.Diff(ctx)
	if err != nil {
		return fail("%s", err)
	}
	if len(changes) == 0 {
		return ok("the commands are registered")
	}
	var list []string
	for _, one := range changes {
		list = append(list, string(one.Kind)+one.Command)
	}
	return warn("Discord has other commands: %s; passerelle commands sync, or the next start of the bot, registers them", strings.Join(list, " "))
}

// checkHealth asks a running bot whether it is alive. It is for containers that hold no other program to ask by.
func checkHealth(ctx context.Context, address string) verdict {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/healthz", nil)
	if err != nil {
		return fail("%s is no address such as 127.0.0.1:8080", terminal.Clean(address))
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fail("%s", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fail("%s answers with status %d", address, response.StatusCode)
	}
	return ok("alive")
}
