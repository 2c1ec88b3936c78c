package discord

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/bwmarrin/discordgo"

	"passerelle/bot/discord/gateway"
)

// newRest makes the calls of a bot. discordgo's session brings their addresses and their form; it neither connects,
// retries, keeps state nor logs.
func newRest(token string, client *http.Client) (rest, error) {
	session, err := discordgo.New("Bot " + token)
	if err != nil {
		return rest{}, err
	}
	session.UserAgent += " Passerelle"
	session.ShouldRetryOnRateLimit = false
	session.MaxRestRetries = 0
	session.StateEnabled = false
	session.LogLevel = discordgo.LogError - 1
	return rest{session, client}, nil
}

// gateway tells where the gateway is, how many shards Discord recommends and how many sessions may begin.
func (r rest) gateway(ctx context.Context) (gateway.Info, error) {
	body, err := r.do(ctx, http.MethodGet, discordgo.EndpointGatewayBot, nil)
	if status(err) == http.StatusUnauthorized {
		return gateway.Info{}, &gateway.FatalError{Code: http.StatusUnauthorized, Why: gateway.WrongToken}
	}
	if err != nil {
		return gateway.Info{}, refusal{redact("find the gateway", err)}
	}
	var info gateway.Info
	if err := json.Unmarshal(body, &info); err != nil || info.URL == "" {
		return gateway.Info{}, errors.New("find the gateway: Discord answered without its address")
	}
	return info, nil
}

// refusal tells the gateway's shards whether trying again is of use.
type refusal struct{ error }

// Unwrap returns what went wrong.
func (r refusal) Unwrap() error { return r.error }

// Refused implements gateway.Refusal.
func (r refusal) Refused() bool {
	code := status(r.error)
	return code >= 400 && code < 500 && code != http.StatusTooManyRequests
}

// status is that with which Discord refused a call; 0 for another error, and for none.
func status(err error) int {
	var refused *discordgo.RESTError
	if !errors.As(err, &refused) || refused.Response == nil {
		return 0
	}
	return refused.Response.StatusCode
}

// application asks for the id of the bot's application.
func (r rest) application(ctx context.Context) (string, error) {
	body, err := r.do(ctx, http.MethodGet, discordgo.EndpointApplication("@me"), nil)
	if err != nil {
		return "", redact("find the application", err)
	}
	return messageID(body)
}
