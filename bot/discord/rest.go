package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"

	"github.com/bwmarrin/discordgo"
)

// Codes of Discord's errors, from its table of JSON error codes.
const (
	alreadyAcknowledged = 40060
)

// rest makes the calls that serving needs.
type rest struct{ session *discordgo.Session }

// register replaces all commands of an application by these: everywhere, or in one guild.
func (r rest) register(ctx context.Context, application, guild string, commands []*discordgo.ApplicationCommand) error {
	endpoint := discordgo.EndpointApplicationGlobalCommands(application)
	if guild != "" {
		endpoint = discordgo.EndpointApplicationGuildCommands(application, guild)
	}
	_, err := r.session.RequestWithBucketID("PUT", endpoint, commands, endpoint, discordgo.WithContext(ctx))
	return redact("register commands", err)
}

// send posts a message to a channel and returns its id. The nonce makes Discord post it once if it comes twice.
func (r rest) send(ctx context.Context, channel, nonce string, m message) (string, error) {
	m.Nonce, m.EnforceNonce = nonce, true
	endpoint := discordgo.EndpointChannelMessages(channel)
	body, err := r.session.RequestWithBucketID("POST", endpoint, m, endpoint, discordgo.WithContext(ctx))
	if err != nil {
		return "", redact("send message", err)
	}
	return messageID(body)
}

func (r rest) typing(ctx context.Context, channel string) error {
	endpoint := discordgo.EndpointChannelTyping(channel)
	_, err := r.session.RequestWithBucketID("POST", endpoint, nil, endpoint, discordgo.WithContext(ctx))
	return redact("show typing", err)
}

// exchange is what follows on one interaction. Its calls have a rate limiter of their own: Discord does not count them
// with the bot's others, and discordgo's shared one would keep a bucket for each interaction's token for ever.
type exchange struct {
	rest
	interaction *discordgo.Interaction
	limiter     *discordgo.RateLimiter
}

func (r rest) exchange(i *discordgo.Interaction) exchange {
	return exchange{rest: r, interaction: i, limiter: discordgo.NewRatelimiter()}
}

// acknowledge answers the interaction, which Discord wants within three seconds. An answer that had arrived although
// its confirmation was lost is no error.
func (e exchange) acknowledge(ctx context.Context, c callback) error {
	ctx, cancel := context.WithTimeout(ctx, ackTimeout)
	defer cancel()
	_, err := e.do(ctx, "POST", discordgo.EndpointInteractionResponse(e.interaction.ID, e.interaction.Token), c)
	var refused *discordgo.RESTError
	if errors.As(err, &refused) && refused.Message != nil && refused.Message.Code == alreadyAcknowledged {
		return nil
	}
	return redact("acknowledge interaction", err)
}

// reply fills the deferred response with the first message and lets the others follow. It returns the ids of those that
// arrived, also with an error.
func (e exchange) reply(ctx context.Context, messages []message) (ids []string, err error) {
	for i, m := range messages {
		method, endpoint := "PATCH", discordgo.EndpointWebhookMessage(e.interaction.AppID, e.interaction.Token, "@original")
		if i > 0 {
			method, endpoint = "POST", discordgo.EndpointWebhookToken(e.interaction.AppID, e.interaction.Token)+"?wait=true"
		}
		body, err := e.do(ctx, method, endpoint, m)
		if err != nil {
			return ids, redact(fmt.Sprintf("part %d of %d of the response", i+1, len(messages)), err)
		}
		id, err := messageID(body)
		if err != nil {
			return ids, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func (e exchange) do(ctx context.Context, method, endpoint string, body any) ([]byte, error) {
	encoded, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return e.session.RequestWithLockedBucket(method, endpoint, "application/json", encoded, e.limiter.LockBucket(method), 0, discordgo.WithContext(ctx))
}

func messageID(body []byte) (string, error) {
	var m struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(body, &m); err != nil || m.ID == "" {
		return "", errors.New("discord answered without a message")
	}
	return m.ID, nil
}

// redact keeps what went wrong and leaves addresses out: those of interactions hold a token.
func redact(what string, err error) error {
	var address *url.Error
	var limit *discordgo.RateLimitError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &limit):
		return fmt.Errorf("%s: rate limited for %s", what, limit.RetryAfter)
	case errors.As(err, &address):
		return fmt.Errorf("%s: %w", what, address.Err)
	}
	return fmt.Errorf("%s: %w", what, err)
}
