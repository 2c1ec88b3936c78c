package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/bwmarrin/discordgo"
)

// Codes of Discord's errors, from its table of JSON error codes.
const (
	alreadyAcknowledged = 40060
)

// rest makes the calls that serving needs. Its client keeps the rate limits.
type rest struct {
	session *discordgo.Session
	client  *http.Client
}

// send posts a message to a channel and returns its id. The nonce makes Discord post it once if it comes twice.
func (r rest) send(ctx context.Context, channel, nonce string, m message) (string, error) {
	m.Nonce, m.EnforceNonce = nonce, true
	body, err := r.do(ctx, http.MethodPost, discordgo.EndpointChannelMessages(channel), m)
	if err != nil {
		return "", redact("send message", err)
	}
	return messageID(body)
}

func (r rest) typing(ctx context.Context, channel string) error {
	_, err := r.do(ctx, http.MethodPost, discordgo.EndpointChannelTyping(channel), nil)
	return redact("show typing", err)
}

// do makes one call; nil for a body is none. discordgo insists on a bucket of its own limiter: a new one never waits.
func (r rest) do(ctx context.Context, method, endpoint string, body any) ([]byte, error) {
	contentType, encoded, err := encode(body)
	if err != nil {
		return nil, err
	}
	unlimited := discordgo.NewRatelimiter().LockBucket(method)
	return r.session.RequestWithLockedBucket(method, endpoint, contentType, encoded, unlimited, 0,
		discordgo.WithContext(ctx), discordgo.WithClient(r.client))
}

// exchange is what follows on one interaction.
type exchange struct {
	rest
	interaction *discordgo.Interaction
}

func (r rest) exchange(i *discordgo.Interaction) exchange { return exchange{rest: r, interaction: i} }

// errServedElsewhere: another process of the bot has acknowledged the interaction, and answers it.
var errServedElsewhere = errors.New("another process has acknowledged the interaction")

// acknowledge answers the interaction, which Discord wants within three seconds. An answer that had arrived although
// its confirmation was lost is no error; that of another process is errServedElsewhere.
func (e exchange) acknowledge(ctx context.Context, c callback) error {
	ctx, cancel := context.WithTimeout(ctx, ackTimeout)
	defer cancel()
	ctx, unconfirmed := watchTries(ctx)
	_, err := e.do(ctx, http.MethodPost, discordgo.EndpointInteractionResponse(e.interaction.ID, e.interaction.Token), c)
	var refused *discordgo.RESTError
	if errors.As(err, &refused) && refused.Message != nil && refused.Message.Code == alreadyAcknowledged {
		if unconfirmed() {
			return nil
		}
		return errServedElsewhere
	}
	return redact("acknowledge interaction", err)
}

// reply fills the deferred response with the first message and lets the others follow. It returns the ids of those that
// arrived, also with an error.
func (e exchange) reply(ctx context.Context, messages []message) (ids []string, err error) {
	for i, m := range messages {
		var body []byte
		var err error
		if i == 0 {
			body, err = e.edit(ctx, m)
		} else {
			body, err = e.do(ctx, http.MethodPost, discordgo.EndpointWebhookToken(e.interaction.AppID, e.interaction.Token)+"?wait=true", m)
		}
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

// edit fills the deferred response, or what it says by now.
func (e exchange) edit(ctx context.Context, m message) ([]byte, error) {
	return e.do(ctx, http.MethodPatch, discordgo.EndpointWebhookMessage(e.interaction.AppID, e.interaction.Token, "@original"), m.edit())
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
