package discord_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"passerelle/bot"
	"passerelle/bot/discord"
	"passerelle/bot/discord/discordtest"
	"passerelle/bot/limits"
	"passerelle/retrieval"
)

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

// TestMoreQuotes: each press shows quotes that the person has not seen, wherever the button stands, until none is left;
// that is said, and the next person begins at the beginning.
func TestMoreQuotes(t *testing.T) {
	first := "Elle était conduite par le gouverneur Sergueï Levtchenko."
	further := []string{"Une feuille de route 2019–2020 a été signée.", "La délégation de la région d’Irkoutsk s’est rendue à Paris et à Lyon."}
	d := community(t, &service{ask: func(_ context.Context, in bot.Invocation) (bot.Reply, error) {
		quotes := []string{first}
		if seen := len(in.Beyond); seen > 0 {
			if in.ID != "" || in.Beyond[0].Quote() != first {
				return bot.Reply{}, fmt.Errorf("asked beyond %+v", in)
			}
			quotes = further[seen-1 : min(seen, len(further))]
		}
		return bot.Reply{Language: "fr", Answer: cite("fr", lyon(), quotes...)}, nil
	}}, limits.Config{})
	_, answer := d.ask("Qui ?")
	other := discordtest.User{ID: "400000000000000009", Username: "bob"}
	more := answer
	for _, c := range []struct {
		on   discordtest.Message
		by   discordtest.User
		want string
	}{
		{answer, discordtest.User{}, further[0]}, {answer, discordtest.User{}, further[1]}, {answer, discordtest.User{}, "nothing more"},
		{answer, other, further[0]}, {discordtest.Message{}, other, further[1]}, {discordtest.Message{}, other, "nothing more"},
	} {
		if c.on.ID == "" { // the button below the quotes
			c.on = more
		}
		m := d.Press(c.on, "Plus de citations", discordtest.Use{By: c.by}).Wait(1)[0]
		if !m.Ephemeral() || !strings.Contains(m.Text(), c.want) {
			t.Errorf("private %v: %s; want %q", m.Ephemeral(), m.Text(), c.want)
		}
		if len(m.Buttons()) > 1 {
			more = m
		}
	}
	d.shelf.put(nil)
	if text := d.Press(answer, "Plus de citations", discordtest.Use{}).Wait(1)[0].Text(); !strings.Contains(text, "nothing more") {
		t.Errorf("with the article gone: %s", text)
	}
}

// votes counts how often a vote is kept, as metrics do.
type votes struct {
	bot.Archive
	kept atomic.Int32
}

func (v *votes) Vote(ctx context.Context, vote bot.Vote) error {
	v.kept.Add(1)
	return v.Archive.Vote(ctx, vote)
}

// TestAnEmptyReasonSaysNothing: a form that is sent empty is no second vote, and takes away no reason given before.
func TestAnEmptyReasonSaysNothing(t *testing.T) {
	counted := &votes{}
	d := community(t, &service{}, limits.Config{}, func(c *discord.Config) {
		counted.Archive = c.Community.Archive
		c.Community.Archive = counted
	})
	_, m := d.ask("Qui ?")
	for i, c := range []struct{ written, want string }{{" ", ""}, {"mauvaise région", "mauvaise région"}, {"", "mauvaise région"}} {
		before := counted.kept.Load()
		if text := d.Press(m, "👎", discordtest.Use{}).Submit(c.written).Wait(1)[0].Text(); !strings.Contains(text, "noted") {
			t.Errorf("form %d: %s", i, text)
		}
		if err := d.store.Judged(t.Context(), "", func(j bot.Judged) error {
			if len(j.Votes) != 1 || j.Votes[0].Reason != c.want {
				t.Errorf("form %d: votes %+v, want the reason %q", i, j.Votes, c.want)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		want := int32(1)
		if strings.TrimSpace(c.written) != "" {
			want = 2
		}
		if got := counted.kept.Load() - before; got != want {
			t.Errorf("form %d: %d votes kept, want %d", i, got, want)
		}
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
