package discord

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"passerelle/bot"
	"passerelle/bot/card"
)

type completion = func(ctx context.Context, typed, language string) []bot.Choice

func (r *run) interaction(_ *discordgo.Session, e *discordgo.InteractionCreate) {
	i := e.Interaction
	if i == nil || !r.seen.put(i.ID, struct{}{}) {
		return
	}
	switch i.Type {
	case discordgo.InteractionApplicationCommand:
		r.handle("command", i.ChannelID, func(ctx context.Context) { r.command(ctx, i) })
	case discordgo.InteractionApplicationCommandAutocomplete:
		r.handle("autocomplete", i.ChannelID, func(ctx context.Context) { r.autocomplete(ctx, i) })
	}
}

func (r *run) command(ctx context.Context, i *discordgo.Interaction) {
	begin := time.Now()
	log := r.questionLog(i.GuildID, i.ChannelID)
	exchange := r.rest.exchange(i)
	err := exchange.acknowledge(ctx, callback{Type: discordgo.InteractionResponseDeferredChannelMessageWithSource})
	switch {
	case errors.Is(err, context.DeadlineExceeded): // it may have arrived, only its confirmation has not
		log.Warn("discord interaction slow", "error", err)
	case err != nil:
		log.Error("discord interaction lost", "error", err)
		return
	}
	data := i.ApplicationCommandData()
	in := bot.Invocation{Options: map[string]string{}, Who: asker(i), Where: place(i.GuildID, i.ChannelID)}
	for _, o := range data.Options {
		if text, ok := o.Value.(string); ok {
			in.Options[o.Name] = text
		}
	}
	// A question is answered in its own language, whatever that of the person's client; the rest in the client's.
	client := clientLanguage(i)
	if data.Name != askCommand {
		in.Language = client
	}
	progress := follow(ctx, func(ctx context.Context, p bot.Progress) error {
		p.Language = cmp.Or(p.Language, client)
		_, err := exchange.edit(ctx, render(r.texts, card.LayoutProgress(r.texts, p))[0])
		return redact("progress of an answer", err)
	})
	in.Progress = progress.tell
	messages, answer := r.answer(ctx, log, data.Name, in, client)
	progress.end(ctx)
	turns := conversation(nil, in.Options[r.question], answer)
	r.remember(turns, i.ID)
	sending, cancel := context.WithTimeout(ctx, replyTimeout)
	defer cancel()
	ids, err := exchange.reply(sending, messages)
	if err != nil && len(ids) == 0 && ctx.Err() != nil {
		ids, err = r.part(ctx, func(ctx context.Context) ([]string, error) { return exchange.reply(ctx, messages) })
	}
	if err != nil {
		log.Error("discord reply not sent", "command", data.Name, "error", err)
	}
	r.remember(turns, ids...)
	log.Info("discord command served", "command", data.Name, "messages", len(ids), "took", time.Since(begin))
}

// questionLog is for the lines about one question, from wherever it comes.
func (r *run) questionLog(guild, channel string) *slog.Logger {
	return r.log.With("guild", guild, "channel", channel, "question_id", fmt.Sprintf("%016x", rand.Uint64())) //nolint:gosec // it joins log lines, and guards nothing
}

// answer runs a command and renders its reply, within AnswerTimeout. What went wrong becomes a short text for the person,
// in fallback's language unless the invocation has one. The Answer is nil for a reply that is none.
func (r *run) answer(ctx context.Context, log *slog.Logger, command string, in bot.Invocation, fallback string) ([]message, *bot.Answer) {
	if in.Language != "" {
		fallback = in.Language
	}
	ctx, cancel := context.WithTimeout(ctx, r.cfg.AnswerTimeout)
	defer cancel()
	messages, answer, err := r.reply(ctx, command, in)
	var user *bot.UserError
	switch {
	case err == nil:
		return messages, answer
	case errors.As(err, &user):
		return []message{plain(r.texts.Text(fallback, user.Key, user.Data))}, nil
	}
	if r.work.Err() != nil {
		log.Warn("discord command abandoned", "command", command)
		return []message{plain(r.texts.Text(fallback, "discord.stopping", nil))}, nil
	}
	log.Error("discord command failed", "command", command, "error", err)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return []message{plain(r.texts.Text(fallback, "discord.slow", nil))}, nil
	}
	return []message{plain(r.texts.Text(fallback, "error.internal", nil))}, nil
}

// part sends what is still to be said when the bot is told to end at once, so that nobody is left with a sign that
// something is coming.
func (r *run) part(ctx context.Context, send func(context.Context) ([]string, error)) ([]string, error) {
	parting, cancel := context.WithTimeout(context.WithoutCancel(ctx), partingTimeout)
	defer cancel()
	return send(parting)
}

// reply recovers from a panic so that the person gets a word all the same.
func (r *run) reply(ctx context.Context, command string, in bot.Invocation) (_ []message, _ *bot.Answer, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicked(p)
		}
	}()
	reply, err := r.service.Run(ctx, command, in)
	if err != nil {
		return nil, nil, err
	}
	return render(r.texts, card.Layout(r.texts, reply)), reply.Answer, nil
}

func (r *run) autocomplete(ctx context.Context, i *discordgo.Interaction) {
	data := i.ApplicationCommandData()
	found := []choice{}
	for _, o := range data.Options {
		complete := r.complete[data.Name][o.Name]
		typed, ok := o.Value.(string)
		if o.Focused && ok && complete != nil {
			found = r.choices(ctx, complete, typed, clientLanguage(i))
		}
	}
	err := r.rest.exchange(i).acknowledge(ctx, callback{Type: discordgo.InteractionApplicationCommandAutocompleteResult, Data: choices{found}})
	if err != nil {
		r.log.Warn("discord completion lost", "channel", i.ChannelID, "error", err)
	}
}

// choices are what completes a text, as Discord takes them; none when that is not known in time, which a person who
// goes on typing does not mind.
func (r *run) choices(ctx context.Context, complete completion, typed, language string) []choice {
	ctx, cancel := context.WithTimeout(ctx, completeTimeout)
	defer cancel()
	result := make(chan []bot.Choice, 1)
	r.handle("completion", "", func(context.Context) { result <- complete(ctx, typed, language) })
	out := []choice{}
	select {
	case <-ctx.Done():
	case all := <-result:
		for _, c := range all {
			name, size := cut(clean(c.Label), maxChoice), utf8.RuneCountInString(c.Value)
			if len(out) < maxChoices && name != "" && size > 0 && size <= maxChoice {
				out = append(out, choice{Name: name, Value: c.Value})
			}
		}
	}
	return out
}

// clientLanguage is that of the person's client, else of the guild, else "".
func clientLanguage(i *discordgo.Interaction) string {
	if code := language(string(i.Locale)); code != "" || i.GuildLocale == nil {
		return code
	}
	return language(string(*i.GuildLocale))
}

// language is the language of a Discord locale, "" for one that has no texts.
func language(locale string) string {
	code, _, _ := strings.Cut(locale, "-")
	switch code {
	case "fr", "ru", "en":
		return code
	}
	return ""
}

func asker(i *discordgo.Interaction) string {
	switch {
	case i.Member != nil && i.Member.User != nil:
		return i.Member.User.ID
	case i.User != nil:
		return i.User.ID
	}
	return ""
}

// place is where limits are counted: a guild, or a private conversation.
func place(guild, channel string) string {
	if guild != "" {
		return guild
	}
	return channel
}
