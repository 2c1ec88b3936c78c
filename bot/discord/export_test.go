package discord

import (
	"context"
	"net/http"

	"passerelle/bot"
)

// For tests of what has no other way in.
var (
	Clean     = clean
	Escape    = escape
	Split     = split
	NewClient = newClient
)

// Follow starts what shows how far an answer has come; tell and end are of it.
func Follow(ctx context.Context, show func(context.Context, bot.Progress) error) (tell func(bot.Progress), end func(context.Context)) {
	f := follow(ctx, show)
	return f.tell, f.end
}

// When progress is shown: the first, and the least time between two edits.
const (
	FirstProgress = firstProgress
	ProgressEvery = progressEvery
)

// Send posts a message by a client of NewClient.
func Send(ctx context.Context, client *http.Client, channel, text string) error {
	calls, err := newRest("token", client)
	if err != nil {
		return err
	}
	_, err = calls.send(ctx, channel, "nonce", plain(text))
	return err
}

// Routes is the number of routes whose limits a client of NewClient keeps in mind.
func Routes(client *http.Client) int { return len(client.Transport.(*transport).limits.routes) }
