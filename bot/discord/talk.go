package discord

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/bwmarrin/discordgo"

	"passerelle/bot"
)

// token is a mention of a user, role, channel, command, place of a guild, time or emoji, as Discord writes them.
var token = regexp.MustCompile(`<(?:@[!&]?\d+|#\d+|a?:\w+:\d+|t:-?\d+(?::\w)?|id:\w+|/[^<>]{1,100}:\d+)>`)

// message serves free text: a mention of the bot, a reply to it, or a direct message.
func (r *run) message(m *discordgo.Message) {
	if m == nil || m.Author == nil || m.Author.Bot || m.Author.System || m.WebhookID != "" {
		return
	}
	if m.Type != discordgo.MessageTypeDefault && m.Type != discordgo.MessageTypeReply {
		return
	}
	r.mu.Lock()
	self := r.self
	r.mu.Unlock()
	text := strings.Join(strings.Fields(token.ReplaceAllString(m.Content, " ")), " ")
	// Discord hides the text of a message in a guild that does not mention the bot, so a reply to it with the mention
	// switched off comes empty: whoever switched it off did not mean to ask.
	replied := text != "" && m.ReferencedMessage != nil && m.ReferencedMessage.Author != nil && m.ReferencedMessage.Author.ID == self
	addressed := m.GuildID == "" || replied || mentions(m, self)
	if m.Author.ID == self || !addressed && (!r.cfg.MessageContent || text == "" || m.MessageReference != nil) {
		return
	}
	if r.seen.put(m.ID, struct{}{}) {
		r.handle("message", m.ChannelID, func(ctx context.Context) {
			// In a thread that the bot opened one asks on without a mention.
			if _, _, known := r.standing(ctx, ofChannel(m.ChannelID)); addressed || known {
				r.talk(ctx, m, text, known && m.GuildID != "")
			}
		})
	}
}

func mentions(m *discordgo.Message, user string) bool {
	for _, u := range m.Mentions {
		if u != nil && u.ID == user {
			return true
		}
	}
	return false
}

// talk answers a text, or helps when there is none. Threaded tells that it stands in a thread that the bot opened.
func (r *run) talk(ctx context.Context, m *discordgo.Message, text string, threaded bool) {
	begin := time.Now()
	log := r.questionLog(m.GuildID, m.ChannelID)
	settings := r.settings(ctx, m.GuildID)
	if !r.heard(ctx, settings, m.ChannelID) {
		return
	}
	a := asked{command: askCommand, settings: settings, language: cmp.Or(settings.Language, r.guess(m.GuildID, text)), in: bot.Invocation{
		ID: m.ID, At: begin, Options: map[string]string{r.question: text}, Who: m.Author.ID, Where: whereabouts(m.GuildID, m.ChannelID),
		Guild: m.GuildID, Channel: m.ChannelID, ChannelName: r.channelName(ctx),
	}}
	if text == "" {
		a.command, a.in.Options, a.in.Language = helpCommand, map[string]string{}, a.language
	}
	var messages []message
	var answer *bot.Answer
	release, err := r.admit(a)
	if err != nil {
		messages = []message{r.refusal(log, a, err)}
	} else {
		defer release()
		r.goOn(ctx, &a, r.before(ctx, m))
		r.whileTyping(ctx, m.ChannelID, func() { messages, answer = r.answer(ctx, log, a) })
		release() // whoever reads the answer may ask the next
	}
	where := m.ChannelID
	if answer != nil && settings.Threads && m.GuildID != "" && !threaded && m.MessageReference == nil {
		where = r.thread(ctx, log, m, text)
	}
	if where == m.ChannelID {
		messages[0].Reference = &reference{MessageID: m.ID}
	}
	if answer != nil {
		keys := []string{m.ID}
		if threaded || m.GuildID == "" || where != m.ChannelID {
			keys = append(keys, ofChannel(where))
		}
		r.remember(ctx, a, keys...)
	}
	sending, cancel := context.WithTimeout(ctx, replyTimeout)
	defer cancel()
	send := func(ctx context.Context) (ids []string, err error) {
		for i, part := range messages {
			id, err := r.rest.send(ctx, where, fmt.Sprintf("%s-%d", m.ID, i), part)
			if err != nil {
				return ids, fmt.Errorf("part %d of %d: %w", i+1, len(messages), err)
			}
			ids = append(ids, id)
		}
		return ids, nil
	}
	ids, err := send(sending)
	if err != nil && len(ids) == 0 && ctx.Err() != nil {
		ids, err = r.part(ctx, send)
	}
	if err != nil {
		log.Error("discord reply not sent", "command", a.command, "error", err)
	}
	r.noteMessages(ctx, a, answer, ids)
	log.Info("discord message served", "command", a.command, "messages", len(ids), "took", time.Since(begin))
}

// thread opens one under a question, where the answer is given, and returns its id; the question's channel where Discord
// has none for it, as within another thread.
func (r *run) thread(ctx context.Context, log *slog.Logger, m *discordgo.Message, text string) string {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	id, err := r.rest.startThread(ctx, m.ChannelID, m.ID, cut(clean(text), maxThreadName))
	if err != nil {
		log.Warn("discord thread not opened", "error", err)
		return m.ChannelID
	}
	r.channels.put(id, channel{Parent: m.ChannelID})
	return id
}

// guess is the language for what is said about a text that got no answer: Russian for Cyrillic, else the guild's, else
// French, the language of most of what the bot has read.
func (r *run) guess(guild, text string) string {
	if strings.ContainsFunc(text, func(c rune) bool { return unicode.Is(unicode.Cyrillic, c) }) {
		return "ru"
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if code := r.guilds[guild]; code != "" {
		return code
	}
	return "fr"
}

// whileTyping shows in a channel that the bot is at it until work has returned. The first sign has arrived by then, or
// is given up: after the answer it would stand there for ten seconds.
func (r *run) whileTyping(ctx context.Context, channel string, work func()) {
	typing, stop := context.WithCancel(ctx)
	var signs sync.WaitGroup
	signs.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, typingTimeout)
		defer cancel()
		err := r.rest.typing(ctx, channel)
		for err == nil && sleep(typing, typingEvery) == nil {
			err = r.rest.typing(typing, channel)
		}
		if err != nil && typing.Err() == nil {
			r.log.Debug("discord typing not shown", "channel", channel, "error", err)
		}
	})
	defer signs.Wait()
	defer stop()
	work()
}
