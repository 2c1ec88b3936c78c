package discord_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"passerelle/bot"
	"passerelle/bot/discord"
	"passerelle/bot/discord/discordtest"
	"passerelle/bot/limits"
	"passerelle/bot/store"
	"passerelle/retrieval"
)

// shelf is a library of one document, which may be taken away or rewritten.
type shelf struct {
	mu  sync.Mutex
	doc *retrieval.Document
}

func (s *shelf) Document(id string) (*retrieval.Document, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.doc, s.doc != nil && s.doc.ID == id
}

func (s *shelf) put(d *retrieval.Document) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.doc = d
}

// town is a Discord with a bot that many people share: a real store and real limits.
type town struct {
	running
	store *store.Store
	shelf *shelf
	asked func() []call
	// again ends the bot and starts another over the same store.
	again func() town
}

func community(t *testing.T, s *service, limit limits.Config, options ...func(*discord.Config)) town {
	t.Helper()
	t.Parallel()
	limit.Running = max(limit.Running, 1)
	kept, shared := share(t, newLimits(t, limit))
	books := &shelf{doc: lyon()}
	shared.Library = books
	server := discordtest.New(t)
	s.archive = kept
	if s.grant {
		server.GrantMessageContent()
	}
	var begin func() town
	begin = func() town {
		out := town{store: kept, shelf: books, asked: s.asked}
		out.running = run(t, server, s, append([]func(*discord.Config){func(c *discord.Config) { c.Community = shared }}, options...)...)
		if !s.alone {
			server.WaitReady()
		}
		server.WaitCommands("")
		out.again = func() town {
			if err := out.stop(); err != nil {
				t.Fatal(err)
			}
			server.WaitConnections(0) // else the next bot might be taken for ready by the last one's connection
			return begin()
		}
		return out
	}
	return begin()
}

// share gives what a bot shares with a community: a store, which the end of the test closes, limits, and one document.
func share(t *testing.T, bounds *limits.Limits) (*store.Store, discord.Community) {
	t.Helper()
	kept, err := store.Open(t.Context(), t.TempDir()+"/community.db")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	return kept, discord.Community{Settings: kept, Archive: kept, Notes: kept, Limits: bounds, Library: &shelf{doc: lyon()}}
}

func newLimits(t *testing.T, config limits.Config) *limits.Limits {
	t.Helper()
	bounds, err := limits.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return bounds
}

func (d town) ask(question string) (*discordtest.Interaction, discordtest.Message) {
	i := d.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": question}})
	return i, i.Wait(1)[0]
}

func (d town) set(t *testing.T, s bot.Settings) {
	t.Helper()
	s.Guild = discordtest.GuildID
	if err := d.store.SaveSettings(t.Context(), s); err != nil {
		t.Fatal(err)
	}
}

func TestLimitsAreToldAtOnceAndPrivately(t *testing.T) {
	d := community(t, &service{}, limits.Config{Person: limits.Rate{Questions: 1, Per: time.Hour}})
	if _, m := d.ask("Qui ?"); m.Ephemeral() {
		t.Errorf("the first answer is private: %+v", m)
	}
	i, m := d.ask("Qui ?")
	if !m.Ephemeral() || !strings.Contains(m.Text(), "Ask again in 3,6") || i.Type == discordtest.TypeDefer {
		t.Errorf("type %d, private %v: %q; want the wait in words, at once, for the asker alone", i.Type, m.Ephemeral(), m.Text())
	}
	if m := d.WaitReplies(d.Say(discordtest.Mention+" Qui ?"), 1)[0]; !strings.Contains(m.Text(), "Ask again in 3,") {
		t.Errorf("to a mention: %q, want the wait", m.Text())
	}
	if m := d.Slash(discordtest.Use{Command: "help"}).Wait(1)[0]; !strings.Contains(m.Text(), "How to talk") {
		t.Errorf("help is limited: %q", m.Text())
	}
	if n := len(d.asked()); n != 2 {
		t.Errorf("%d commands ran, want the first question and the help", n)
	}
}

func TestOneRunningAnswerAPerson(t *testing.T) {
	wait := make(chan struct{})
	d := community(t, &service{ask: func(context.Context, bot.Invocation) (bot.Reply, error) {
		<-wait
		return bot.Reply{Language: "fr", Answer: cite("fr", lyon(), "Elle était conduite par le gouverneur Sergueï Levtchenko.")}, nil
	}}, limits.Config{})
	first := d.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": "Qui ?"}})
	first.Acknowledged()
	if _, m := d.ask("Encore ?"); !strings.Contains(m.Text(), "still answering") || !m.Ephemeral() {
		t.Errorf("%q", m.Text())
	}
	close(wait)
	first.Wait(1)
}

func TestSettingsOfAGuildAreKept(t *testing.T) {
	d := community(t, &service{}, limits.Config{})
	d.set(t, bot.Settings{Channels: []string{discordtest.OtherChannelID}, Language: "ru"})
	if _, m := d.ask("Qui ?"); !m.Ephemeral() || !strings.Contains(m.Text(), "<#"+discordtest.OtherChannelID+">") || !strings.Contains(m.Text(), "Здесь мне отвечать нельзя") {
		t.Errorf("in another channel: %q, want in Russian where to ask", m.Text())
	}
	d.Say(discordtest.Mention + " Qui ?")
	there := d.Post(discordtest.Message{ChannelID: discordtest.OtherChannelID, Content: discordtest.Mention + " Qui ?"})
	d.WaitReplies(there, 1)
	if all := d.Messages(discordtest.ChannelID); len(all) != 1 {
		t.Errorf("%d messages where the bot is to be silent, want the private one alone: %+v", len(all), all)
	}
	m := d.Slash(discordtest.Use{Command: "help", Locale: "fr"}).Wait(1)[0]
	if !strings.Contains(m.Text(), "Как со мной говорить") {
		t.Errorf("not in the guild's language: %s", m.Text())
	}
}

func TestModeratorsSeeAndChangeSettings(t *testing.T) {
	s := &service{moderate: true}
	d := community(t, s, limits.Config{})
	i := d.Slash(discordtest.Use{Command: "settings", Manages: true, Options: map[string]string{"allow": discordtest.OtherChannelID, "model": "false", "per_person": "7"}})
	m := i.Wait(1)[0]
	if !m.Ephemeral() || i.Type != discordtest.TypeDefer {
		t.Errorf("type %d, private %v; want a private deferral", i.Type, m.Ephemeral())
	}
	in := s.asked()[0].in
	if !in.Manages || in.Options["model"] != "false" || in.Options["per_person"] != "7" || in.Options["allow"] != discordtest.OtherChannelID || in.Guild != discordtest.GuildID {
		t.Errorf("invocation %+v", in)
	}
	if name := in.ChannelName(discordtest.OtherChannelID); name != "#salon-2" {
		t.Errorf("channel %q, want #salon-2", name)
	}
	d.Slash(discordtest.Use{Command: "settings"}).Wait(1)
	if s.asked()[1].in.Manages {
		t.Error("who may not manage the guild is told to the command as one who may")
	}
}

func TestFilesComeWithAReply(t *testing.T) {
	d := community(t, &service{moderate: true, files: []bot.File{{Name: "unanswered.csv", Content: []byte("time,question\n1,«é»\n")}}}, limits.Config{})
	d.Slash(discordtest.Use{Command: "settings", Manages: true}).Wait(1)
	if got := d.File("unanswered.csv"); got != "time,question\n1,«é»\n" {
		t.Errorf("file %q", got)
	}
}

func TestQuestionsAreInNoLog(t *testing.T) {
	const secret = "nom-de-la-personne"
	d := community(t, &service{}, limits.Config{})
	_, m := d.ask("Qui est " + secret + " ?")
	d.Press(m, "👎", discordtest.Use{}).Submit(secret).Wait(1)
	d.Choose(m, 0, discordtest.Use{}).Wait(1)
	d.WaitReplies(d.Say(discordtest.Mention+" "+secret+" ?"), 1)
	if err := d.stop(); err != nil {
		t.Error(err)
	}
	for _, hidden := range []string{secret, "token-", d.Token} {
		if strings.Contains(d.logs.String(), hidden) {
			t.Errorf("%q is in the logs:\n%s", hidden, d.logs)
		}
	}
}

func TestCheckOfAnybodysMessage(t *testing.T) {
	d := community(t, &service{checks: true}, limits.Config{})
	said := d.Say("La délégation était conduite par <@42> Sergueï Levtchenko. @everyone")
	for _, locale := range []string{"fr", "ru", "en-US"} {
		m := d.Slash(discordtest.Use{Command: "Fact-check", Message: said, Locale: locale}).Wait(1)[0]
		want := map[string]string{"fr": "✅ Confirmé", "ru": "✅ Подтверждается", "en-US": "✅ Supported"}[locale]
		if !m.Ephemeral() || !strings.Contains(m.Text(), want) || !strings.Contains(m.Text(), "❔") || !strings.Contains(m.Text(), "conduite par le gouverneur") {
			t.Errorf("%s: private %v:\n%s", locale, m.Ephemeral(), m.Text())
		}
	}
	if text := d.asked()[0].in.Options["text"]; strings.Contains(text, "<@42>") || !strings.Contains(text, "Levtchenko") {
		t.Errorf("checked %q", text)
	}
	for _, c := range d.WaitCommands("") {
		if c.Name == "Fact-check" && (c.Type != 3 || c.NameLocalizations["fr"] != "Vérifier" || c.NameLocalizations["ru"] != "Проверить") {
			t.Errorf("command %+v", c)
		}
	}
}
