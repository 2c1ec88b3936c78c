package discord

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"passerelle/bot"
	"passerelle/bot/card"
)

type completion = func(ctx context.Context, typed, language string) []bot.Choice

// take serves an interaction, whichever way it came in, once.
func (r *run) take(i *discordgo.Interaction) {
	if i == nil || i.ID == "" || i.Token == "" || i.Data == nil || !r.seen.put(i.ID, struct{}{}) {
		return
	}
	serve := map[discordgo.InteractionType]struct {
		event string
		serve func(context.Context, *discordgo.Interaction)
	}{
		discordgo.InteractionApplicationCommand:             {"command", r.command},
		discordgo.InteractionApplicationCommandAutocomplete: {"autocomplete", r.autocomplete},
		discordgo.InteractionMessageComponent:               {"button", r.press},
		discordgo.InteractionModalSubmit:                    {"form", r.submit},
	}[i.Type]
	if serve.serve != nil {
		r.handle(serve.event, i.ChannelID, func(ctx context.Context) { serve.serve(ctx, i) })
	}
}

func (r *run) command(ctx context.Context, i *discordgo.Interaction) {
	a := r.use(ctx, i)
	data := i.ApplicationCommandData()
	a.command = data.Name
	if name, ok := r.onMessage[data.Name]; ok && data.CommandType == discordgo.MessageApplicationCommand {
		a.command = name
		a.in.Options[r.declared[name].Options[0].Name] = targetText(data)
	}
	a.private = r.declared[a.command].Private
	for _, o := range data.Options {
		if text, ok := optionText(o.Value); ok {
			a.in.Options[o.Name] = text
		}
	}
	// A question is answered in its own language, whatever that of the person's client; the rest in the client's.
	if a.command != askCommand {
		a.in.Language = a.language
	}
	r.respond(ctx, i, a)
}

// targetText is the text of the message that a command was used on.
func targetText(data discordgo.ApplicationCommandInteractionData) string {
	if data.Resolved == nil || data.Resolved.Messages[data.TargetID] == nil {
		return ""
	}
	return token.ReplaceAllString(data.Resolved.Messages[data.TargetID].Content, " ")
}

// use is what an interaction says of who it is and where.
func (r *run) use(ctx context.Context, i *discordgo.Interaction) asked {
	settings := r.settings(ctx, i.GuildID)
	return asked{settings: settings, language: cmp.Or(settings.Language, clientLanguage(i)), in: bot.Invocation{
		ID: i.ID, At: time.Now(), Options: map[string]string{}, Who: asker(i), Where: whereabouts(i.GuildID, i.ChannelID), Guild: i.GuildID,
		Channel: i.ChannelID, Manages: manages(i), ChannelName: r.channelName(ctx),
	}}
}

// optionText writes the value of an option as commands take it.
func optionText(value any) (text string, ok bool) {
	switch value := value.(type) {
	case string:
		return value, true
	case bool:
		return strconv.FormatBool(value), true
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64), true
	}
	return "", false
}

// manages tells that a person may change the guild's settings, by the permissions that Discord counted for this use.
func manages(i *discordgo.Interaction) bool {
	return i.Member != nil && i.Member.Permissions&(discordgo.PermissionManageGuild|discordgo.PermissionAdministrator) != 0
}

// respond answers an interaction with what a command returns: at once when that is refused, else after a sign that it
// will come.
func (r *run) respond(ctx context.Context, i *discordgo.Interaction, a asked) {
	begin := time.Now()
	log := r.questionLog(i.GuildID, i.ChannelID)
	exchange := r.rest.exchange(i)
	if !a.private && !r.free(a.command) && !r.heard(ctx, a.settings, i.ChannelID) {
		r.tell(ctx, log, exchange, r.elsewhere(a.settings, a.language))
		return
	}
	release, err := r.admit(a)
	if err != nil {
		r.tell(ctx, log, exchange, r.refusal(log, a, err))
		return
	}
	defer release()
	deferred := deferral{}
	if a.private {
		deferred.Flags = flagEphemeral
	}
	err = exchange.acknowledge(ctx, callback{Type: discordgo.InteractionResponseDeferredChannelMessageWithSource, Data: deferred})
	if errors.Is(err, context.DeadlineExceeded) { // it may have arrived, only its confirmation has not
		log.Warn("discord interaction slow", "error", err)
	} else if lost(log, err) {
		return
	}
	progress := follow(ctx, func(ctx context.Context, p bot.Progress) error {
		p.Language = cmp.Or(p.Language, a.language)
		_, err := exchange.edit(ctx, render(r.texts, card.LayoutProgress(r.texts, p))[0])
		return redact("progress of an answer", err)
	})
	a.in.Progress = progress.tell
	messages, answer := r.answer(ctx, log, a)
	release() // whoever reads the answer may ask the next
	progress.end(ctx)
	if a.private {
		for i := range messages {
			messages[i] = messages[i].private()
		}
	}
	if answer != nil && a.in.ID != "" {
		r.remember(ctx, a, a.in.ID)
	}
	sending, cancel := context.WithTimeout(ctx, replyTimeout)
	defer cancel()
	ids, err := exchange.reply(sending, messages)
	if err != nil && len(ids) == 0 && ctx.Err() != nil {
		ids, err = r.part(ctx, func(ctx context.Context) ([]string, error) { return exchange.reply(ctx, messages) })
	}
	if err != nil {
		log.Error("discord reply not sent", "command", a.command, "error", err)
	}
	if code := status(err); len(ids) == 0 && code >= 400 && code < 500 { // too large, or else not to Discord's liking: say so
		if _, err := exchange.reply(sending, []message{plain(r.texts.Text(a.language, "error.internal", nil))}); err != nil {
			log.Error("discord apology not sent", "error", err)
		}
	}
	r.noteMessages(ctx, a, answer, ids)
	log.Info("discord command served", "command", a.command, "messages", len(ids), "took", time.Since(begin))
}

// tell says something at once, for the eyes of the one who acted alone.
func (r *run) tell(ctx context.Context, log *slog.Logger, e exchange, m message) {
	lost(log, e.acknowledge(ctx, callback{Type: discordgo.InteractionResponseChannelMessageWithSource, Data: m.private()}))
}

// lost tells whether an acknowledgement failed, and logs why. That another process has the interaction is no failure: it
// answers.
func lost(log *slog.Logger, err error) bool {
	switch {
	case errors.Is(err, errServedElsewhere):
		log.Info("discord interaction served by another process")
	case err != nil:
		log.Error("discord interaction lost", "error", err)
	}
	return err != nil
}

// refusal is what a person reads of an error that is theirs, or of one that is not.
func (r *run) refusal(log *slog.Logger, a asked, err error) message {
	var user *bot.UserError
	if errors.As(err, &user) {
		return plain(r.texts.Text(a.language, user.Key, user.Data))
	}
	log.Error("discord command failed", "command", a.command, "error", err)
	return plain(r.texts.Text(a.language, "error.internal", nil))
}

// questionLog is for the lines about one question, from wherever it comes.
func (r *run) questionLog(guild, channel string) *slog.Logger {
	return r.log.With("guild", guild, "channel", channel, "question_id", fmt.Sprintf("%016x", rand.Uint64())) //nolint:gosec // it joins log lines, and guards nothing
}

// answer runs a command when its turn has come and renders its reply, within AnswerTimeout. What went wrong becomes a short
// text for the person. The Answer is nil for a reply that is none.
func (r *run) answer(ctx context.Context, log *slog.Logger, a asked) ([]message, *bot.Answer) {
	ctx, cancel := context.WithTimeout(ctx, r.cfg.AnswerTimeout)
	defer cancel()
	messages, answer, err := r.reply(ctx, log, a)
	var user *bot.UserError
	switch {
	case err == nil:
		return messages, answer
	case errors.As(err, &user):
		return []message{r.refusal(log, a, err)}, nil
	}
	if r.work.Err() != nil {
		log.Warn("discord command abandoned", "command", a.command)
		return []message{plain(r.texts.Text(a.language, "discord.stopping", nil))}, nil
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		log.Error("discord command failed", "command", a.command, "error", err)
		return []message{plain(r.texts.Text(a.language, "discord.slow", nil))}, nil
	}
	return []message{r.refusal(log, a, err)}, nil
}

// part sends what is still to be said when the bot is told to end at once, so that nobody is left with a sign that
// something is coming.
func (r *run) part(ctx context.Context, send func(context.Context) ([]string, error)) ([]string, error) {
	parting, cancel := context.WithTimeout(context.WithoutCancel(ctx), partingTimeout)
	defer cancel()
	return send(parting)
}

// reply recovers from a panic so that the person gets a word all the same.
func (r *run) reply(ctx context.Context, log *slog.Logger, a asked) (_ []message, _ *bot.Answer, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicked(p)
		}
	}()
	done, err := r.turn(ctx, a.command, a.in.Guild)
	if err != nil {
		return nil, nil, err
	}
	defer done()
	reply, err := r.service.Run(ctx, a.command, a.in)
	if err != nil {
		return nil, nil, err
	}
	if reply.Answer != nil && len(a.in.Beyond) > 0 && len(reply.Answer.Claims) == 0 {
		return nil, nil, &bot.UserError{Key: "discord.no_more"}
	}
	laid := card.Layout(r.texts, reply)
	var controls []component
	switch {
	case reply.Answer != nil && a.more != "":
		shown, _ := r.shown.lookUp(a.reader())
		r.shown.put(a.reader(), append(slices.Clone(shown), reply.Answer.Citations...))
		controls = []component{row(r.moreButton(laid.Language, a.more))}
	case reply.Answer != nil && a.in.ID != "":
		controls = r.controls(ctx, log, a, reply.Answer, &laid)
	}
	messages := render(r.texts, laid, controls...)
	last := len(messages) - 1
	messages[last] = messages[last].attach(reply.Files)
	return messages, reply.Answer, nil
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
	if err != nil && !errors.Is(err, errServedElsewhere) {
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

// whereabouts is a guild, or a private conversation.
func whereabouts(guild, channel string) string {
	if guild != "" {
		return guild
	}
	return channel
}
