package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/bwmarrin/discordgo"
)

// threadKept is after how many minutes without a message Discord folds a thread away: a day.
const threadKept = 1440

// startThread opens a thread under a message and returns its id.
func (r rest) startThread(ctx context.Context, channel, message, name string) (string, error) {
	body, err := r.do(ctx, http.MethodPost, discordgo.EndpointChannelMessageThread(channel, message), struct {
		Name    string `json:"name"`
		Archive int    `json:"auto_archive_duration"`
	}{name, threadKept})
	if err != nil {
		return "", redact("start thread", err)
	}
	return messageID(body)
}

// channel tells what a channel is.
func (r rest) channel(ctx context.Context, id string) (c channel, err error) {
	body, err := r.do(ctx, http.MethodGet, discordgo.EndpointChannel(id), nil)
	if err == nil {
		err = json.Unmarshal(body, &c)
	}
	return c, redact("find channel", err)
}

// deleteMessage deletes one of the bot's messages.
func (r rest) deleteMessage(ctx context.Context, channel, id string) error {
	_, err := r.do(ctx, http.MethodDelete, discordgo.EndpointChannelMessage(channel, id), nil)
	return redact("delete message", err)
}

// deleteOriginal deletes the message whose button was pressed, after that was acknowledged without a message.
func (e exchange) deleteOriginal(ctx context.Context) error {
	_, err := e.do(ctx, http.MethodDelete, discordgo.EndpointWebhookMessage(e.interaction.AppID, e.interaction.Token, "@original"), nil)
	return redact("delete message", err)
}

// commands are those that Discord has registered, with all their localisations.
func (r rest) commands(ctx context.Context, endpoint string) ([]*discordgo.ApplicationCommand, error) {
	body, err := r.do(ctx, http.MethodGet, endpoint+"?with_localizations=true", nil)
	if err != nil {
		return nil, redact("commands", err)
	}
	var all []*discordgo.ApplicationCommand
	if err := json.Unmarshal(body, &all); err != nil {
		return nil, fmt.Errorf("commands: %w", err)
	}
	return all, nil
}
