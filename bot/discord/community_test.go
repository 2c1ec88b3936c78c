package discord_test

import (
	"context"
	"encoding/json"
	"fmt"
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
	kept, err := store.Open(t.Context(), t.TempDir()+"/community.db")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	limit.Running = max(limit.Running, 1)
	bounds, err := limits.New(limit)
	if err != nil {
		t.Fatal(err)
	}
	books := &shelf{doc: lyon()}
	server := discordtest.New(t)
	s.archive = kept
	if s.grant {
		server.GrantMessageContent()
	}
	var begin func() town
	begin = func() town {
		out := town{store: kept, shelf: books, asked: s.asked}
		out.running = run(t, server, s, append(options, func(c *discord.Config) {
			c.Community = discord.Community{Settings: kept, Archive: kept, Notes: kept, Limits: bounds, Library: books}
		})...)
		server.WaitReady()
		server.WaitCommands("")
		out.again = func() town {
			if err := out.stop(); err != nil {
				t.Fatal(err)
			}
			return begin()
		}
		return out
	}
	return begin()
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

func TestSourcesInTheirSurroundings(t *testing.T) {
	d := community(t, &service{}, limits.Config{})
	_, m := d.ask("Qui ?")
	if options := m.Selects()[0].Options; len(options) != 1 || options[0].Label != "1 · Une délégation d’Irkoutsk à Lyon" {
		t.Fatalf("options %+v", options)
	}
	shown := d.Choose(m, 0, discordtest.Use{}).Wait(1)[0]
	if !shown.Ephemeral() || !strings.Contains(shown.Text(), "s’est rendue à Paris et à Lyon. **«\u00a0Elle était conduite par le gouverneur Sergueï Levtchenko.\u00a0»** [1]") || !strings.Contains(shown.Text(), "Une feuille de route 2019–2020") {
		t.Errorf("private %v: %s", shown.Ephemeral(), shown.Text())
	}
	changed := lyon()
	changed.Text = "Autre texte. " + changed.Text
	d.shelf.put(changed)
	if text := d.Choose(m, 0, discordtest.Use{}).Wait(1)[0].Text(); !strings.Contains(text, "has changed since") {
		t.Errorf("of an article that changed: %s", text)
	}
}

func TestMoreQuotes(t *testing.T) {
	const further = "Une feuille de route 2019–2020 a été signée."
	d := community(t, &service{ask: func(_ context.Context, in bot.Invocation) (bot.Reply, error) {
		switch {
		case len(in.Beyond) == 0:
			return bot.Reply{Language: "fr", Answer: cite("fr", lyon(), "Elle était conduite par le gouverneur Sergueï Levtchenko.")}, nil
		case in.ID == "" && in.Beyond[0].Quote() == "Elle était conduite par le gouverneur Sergueï Levtchenko.":
			return bot.Reply{Language: "fr", Answer: cite("fr", lyon(), further)}, nil
		}
		return bot.Reply{}, fmt.Errorf("asked beyond %+v", in)
	}}, limits.Config{})
	_, m := d.ask("Qui ?")
	more := d.Press(m, "Plus de citations", discordtest.Use{}).Wait(1)[0]
	if !more.Ephemeral() || !strings.Contains(more.Text(), further) {
		t.Errorf("private %v: %s", more.Ephemeral(), more.Text())
	}
	d.shelf.put(nil)
	if text := d.Press(m, "Plus de citations", discordtest.Use{}).Wait(1)[0].Text(); !strings.Contains(text, "nothing more") {
		t.Errorf("with the article gone: %s", text)
	}
}

func TestVotes(t *testing.T) {
	d := community(t, &service{}, limits.Config{})
	_, m := d.ask("Qui ?")
	if text := d.Press(m, "👍", discordtest.Use{}).Wait(1)[0].Text(); !strings.Contains(text, "noted") {
		t.Errorf("after a vote: %s", text)
	}
	other := discordtest.User{ID: "400000000000000009", Username: "bob"}
	form := d.Press(m, "👎", discordtest.Use{By: other})
	form.Acknowledged()
	check := func(reason string) {
		t.Helper()
		var votes []bot.Vote
		if err := d.store.Judged(t.Context(), discordtest.GuildID, func(j bot.Judged) error { votes = append(votes, j.Votes...); return nil }); err != nil {
			t.Fatal(err)
		}
		bad := 0
		for _, v := range votes {
			if !v.Good {
				bad++
				if v.Who != other.ID || v.Reason != reason {
					t.Errorf("vote %+v, want the reason %q", v, reason)
				}
			}
		}
		if len(votes) != 2 || bad != 1 {
			t.Errorf("votes %+v, want one of each", votes)
		}
	}
	check("")
	form.Submit("mauvaise région").Wait(1)
	check("mauvaise région")
	var body []byte
	if err := d.store.Judged(t.Context(), "", func(j bot.Judged) error { body = j.Answer; return nil }); err != nil || !json.Valid(body) {
		t.Fatalf("%s, %v", body, err)
	}
	if strings.Contains(string(body), discordtest.UserID) {
		t.Errorf("the exported answer names who asked: %s", body)
	}
}

func TestDeleteIsForTheAskerAndModerators(t *testing.T) {
	other := discordtest.User{ID: "400000000000000009", Username: "bob"}
	d := community(t, &service{}, limits.Config{})
	_, mine := d.ask("Qui ?")
	if text := d.Press(mine, "Supprimer", discordtest.Use{By: other}).Wait(1)[0].Text(); !strings.Contains(text, "Only the one who asked") {
		t.Errorf("to another person: %s", text)
	}
	if !d.Exists(mine.ID) {
		t.Fatal("another person deleted the answer")
	}
	d.Press(mine, "Supprimer", discordtest.Use{})
	d.WaitGone(mine.ID)
	said := d.WaitReplies(d.Say(discordtest.Mention+" Qui ?"), 1)[0]
	d.Press(said, "Supprimer", discordtest.Use{By: other, Manages: true})
	d.WaitGone(said.ID)
}

func TestDeleteTakesAllMessagesOfAnAnswer(t *testing.T) {
	doc := lyon()
	doc.Text = strings.Repeat("Une phrase de plus. ", 200) // two messages
	d := community(t, &service{ask: func(context.Context, bot.Invocation) (bot.Reply, error) {
		return bot.Reply{Language: "fr", Answer: cite("fr", doc, doc.Text)}, nil
	}}, limits.Config{})
	said := d.WaitReplies(d.Say(discordtest.Mention+" Qui ?"), 2)
	d = d.again() // the first has ended its work
	d.Press(said[len(said)-1], "Supprimer", discordtest.Use{})
	for _, m := range said {
		d.WaitGone(m.ID)
	}
}

func TestSuggestionsAreButtons(t *testing.T) {
	d := community(t, &service{ask: func(_ context.Context, in bot.Invocation) (bot.Reply, error) {
		a := cite("fr", lyon(), "Elle était conduite par le gouverneur Sergueï Levtchenko.")
		if len(in.Earlier) == 0 {
			a.Status, a.Nearest, a.Places = bot.Related, []*retrieval.Document{lyon()}, []string{"Irkoutsk"}
		}
		return bot.Reply{Language: "fr", Answer: a}, nil
	}}, limits.Config{})
	_, m := d.ask("Qui ?")
	var labels []string
	for _, b := range m.Buttons() {
		labels = append(labels, b.Label)
	}
	at := 0
	for i, l := range labels {
		if strings.HasPrefix(l, "/delegation") {
			at = i
		}
	}
	if at == 0 || strings.Contains(m.Text(), "/delegation") {
		t.Fatalf("buttons %q below\n%s", labels, m.Text())
	}
	if text := d.Press(m, "/delegation Irkoutsk", discordtest.Use{}).Wait(1)[0].Text(); !strings.Contains(text, "Délégations\u00a0: Irkoutsk") {
		t.Errorf("the command of a button: %s", text)
	}
	d.Press(m, labels[at-1], discordtest.Use{}).Wait(1)
	calls := d.asked()
	if in := calls[len(calls)-1].in; len(in.Earlier) != 1 || in.Earlier[0].Question != "Qui ?" || !strings.Contains(in.Options["question"], "Une délégation") {
		t.Errorf("the question of a button: %+v", in)
	}
}

func TestButtonsOutliveTheProgram(t *testing.T) {
	d := community(t, &service{}, limits.Config{})
	_, m := d.ask("Qui ?")
	d = d.again()
	if text := d.Choose(m, 0, discordtest.Use{}).Wait(1)[0].Text(); !strings.Contains(text, "Une feuille de route") {
		t.Errorf("after a restart: %s", text)
	}
	d.WaitReplies(d.Reply(m.ID, discordtest.Mention+" Et après ?", true), 1)
	calls := d.asked()
	if e := calls[len(calls)-1].in.Earlier; len(e) != 1 || e[0].Question != "Qui ?" || len(e[0].Answer.Citations) != 1 || e[0].Answer.Citations[0].Document.ID != "irkoutsk-lyon" {
		t.Errorf("after a restart the conversation is %+v", e)
	}
	if _, _, err := d.store.Forget(t.Context(), discordtest.UserID, time.Now()); err != nil {
		t.Fatal(err)
	}
	if text := d.Choose(m, 0, discordtest.Use{}).Wait(1)[0].Text(); !strings.Contains(text, "I no longer have what this button needs") {
		t.Errorf("after all is forgotten: %s", text)
	}
	for _, id := range []string{"v0:src:1:0", "v1:what:1:0", "v1:src:x:0", "v1:src:1:-1", "v1:src", "x", strings.Repeat("1", 100)} {
		if text := d.PressID(m, id, discordtest.Use{}).Wait(1)[0].Text(); !strings.Contains(text, "another version of me") {
			t.Errorf("control %q: %s", id, text)
		}
	}
}

func TestWhatOnePersonForgetsIsGoneFromOthersConversations(t *testing.T) {
	other := discordtest.User{ID: "400000000000000009", Username: "bob"}
	d := community(t, &service{}, limits.Config{})
	_, m := d.ask("Question d’Alice ?")
	second := d.WaitReplies(d.Post(discordtest.Message{ChannelID: discordtest.ChannelID, Content: discordtest.Mention + " Et celle de Bob ?", Author: other,
		Type: 19, Referenced: &m, Reference: &discordtest.Reference{MessageID: m.ID}}), 1)[0]
	if _, _, err := d.store.Forget(t.Context(), discordtest.UserID, time.Now()); err != nil {
		t.Fatal(err)
	}
	d.WaitReplies(d.Reply(second.ID, discordtest.Mention+" Et après ?", true), 1)
	calls := d.asked()
	if e := calls[len(calls)-1].in.Earlier; len(e) != 1 || e[0].Question != "Et celle de Bob ?" {
		t.Errorf("conversation %+v, want Bob’s question alone", e)
	}
}

func TestThreadKeepsItsConversation(t *testing.T) {
	for name, content := range map[string]bool{"every message is read": true, "mentions alone are read": false} {
		t.Run(name, func(t *testing.T) {
			server := func(c *discord.Config) { c.MessageContent = content }
			s := &service{grant: content}
			d := community(t, s, limits.Config{}, server)
			d.set(t, bot.Settings{Threads: true, Channels: []string{discordtest.ChannelID}})
			question := d.Say(discordtest.Mention + " Qui dirigeait la délégation ?")
			d.WaitMessages(question, 1)
			if threads := d.Threads(); len(threads) != 1 || threads[0].Name != "Qui dirigeait la délégation ?" || threads[0].ID != question {
				t.Fatalf("threads %+v", threads)
			}
			mention := discordtest.Mention + " "
			if content {
				mention = ""
			}
			d.Post(discordtest.Message{ChannelID: question, Content: mention + "Et où ?"})
			d.WaitMessages(question, 2)
			d = d.again()
			d.Post(discordtest.Message{ChannelID: question, Content: mention + "Et quand ?"})
			d.WaitMessages(question, 3)
			d.Post(discordtest.Message{ChannelID: discordtest.ChannelID, Content: "said among people"})
			d.WaitReplies(d.Direct("Et enfin ?"), 1)
			calls := d.asked()
			var depths []string
			for _, c := range calls {
				depths = append(depths, fmt.Sprintf("%s %d", c.in.Options["question"], len(c.in.Earlier)))
			}
			if got, want := strings.Join(depths, ", "), "Qui dirigeait la délégation ? 0, Et où ? 1, Et quand ? 2, Et enfin ? 0"; got != want {
				t.Errorf("asked %s; want %s", got, want)
			}
			if n := len(d.Threads()); n != 1 {
				t.Errorf("%d threads, want one", n)
			}
		})
	}
}

func TestNoThreadIsNoReasonToBeSilent(t *testing.T) {
	d := community(t, &service{}, limits.Config{})
	d.set(t, bot.Settings{Threads: true})
	d.Break(discordtest.Fault{Method: "POST", Path: "/threads", Status: 403})
	d.WaitReplies(d.Say(discordtest.Mention+" Qui ?"), 1)
}

func TestDirectMessagesGoOn(t *testing.T) {
	d := community(t, &service{}, limits.Config{})
	d.WaitReplies(d.Direct("Qui dirigeait la délégation ?"), 1)
	d.WaitReplies(d.Direct("Et après ?"), 1)
	if e := d.asked()[1].in.Earlier; len(e) != 1 {
		t.Errorf("earlier turns %+v, want one", e)
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

// A store that is out of order takes the buttons and the settings, not the answer.
func TestWithoutItsStoreTheBotAnswers(t *testing.T) {
	d := community(t, &service{}, limits.Config{})
	if err := d.store.Close(); err != nil {
		t.Fatal(err)
	}
	m := d.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": "Qui ?"}}).Wait(1)[0]
	if !strings.Contains(m.Text(), "Levtchenko") || len(m.Selects()) != 0 {
		t.Errorf("%+v", m)
	}
}

func TestDiffAndSync(t *testing.T) {
	for name, guild := range map[string]string{"everywhere": "", "in one guild": discordtest.GuildID} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := discordtest.New(t)
			s := &service{moderate: true}
			bot := func(s discord.Service) *discord.Bot {
				b, err := discord.New(discord.Config{Token: server.Token, API: server.URL, Guild: guild}, s, loadTexts(t))
				if err != nil {
					t.Fatal(err)
				}
				return b
			}
			b := bot(s)
			changes, err := b.Diff(t.Context())
			if err != nil || len(changes) != len(s.Commands()) || changes[0].Kind != discord.Added {
				t.Fatalf("%+v, %v; want all commands added", changes, err)
			}
			if n := len(server.Requests("PUT", "")); n != 0 {
				t.Errorf("Diff wrote %d times", n)
			}
			for try, want := range []int{len(s.Commands()), 0, 0} {
				if changes, err = b.Sync(t.Context()); err != nil || len(changes) != want {
					t.Errorf("sync %d: %+v, %v; want %d changes", try, changes, err, want)
				}
			}
			if n := len(server.Requests("PUT", "/commands")); n != 1 {
				t.Errorf("%d PUTs, want one", n)
			}
			changes, err = bot(&service{}).Diff(t.Context())
			if err != nil || len(changes) != 1 || changes[0] != (discord.Change{Command: "settings", Kind: discord.Removed}) {
				t.Errorf("%+v, %v; want the settings removed", changes, err)
			}
		})
	}
}

func TestDiffSaysWhatDiscordRefuses(t *testing.T) {
	t.Parallel()
	server := discordtest.New(t)
	b, err := discord.New(discord.Config{Token: "wrong", API: server.URL}, &service{}, loadTexts(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Diff(t.Context()); err == nil || strings.Contains(err.Error(), "wrong") {
		t.Errorf("error %v, want one without the token", err)
	}
	server.Violations()
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
