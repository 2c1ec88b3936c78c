package discord_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"passerelle/bot"
	"passerelle/bot/discord"
	"passerelle/bot/discord/discordtest"
	"passerelle/bot/limits"
)

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

// TestWordsOfOthersAreKeptInNobodysNote: of a question that was made of another's words only its own are kept; what leans
// on it, and its button, have it made again.
func TestWordsOfOthersAreKeptInNobodysNote(t *testing.T) {
	const words = "Qui dirigeait la délégation, demande Alice"
	other := discordtest.User{ID: "400000000000000009", Username: "bob"}
	d := community(t, &service{ask: func(_ context.Context, in bot.Invocation) (bot.Reply, error) {
		a := cite("fr", lyon(), "Elle était conduite par le gouverneur Sergueï Levtchenko.")
		if len(in.Beyond) > 0 {
			a = cite("fr", lyon(), "Une feuille de route 2019–2020 a été signée.")
		}
		if len(in.Earlier) > 0 {
			a.Rewritten = words + " et Bob : " + in.Options["question"]
		}
		return bot.Reply{Language: "fr", Answer: a}, nil
	}}, limits.Config{})
	_, first := d.ask("Qui ?")
	replied := func(to discordtest.Message, by discordtest.User, text string) discordtest.Message {
		return d.WaitReplies(d.Post(discordtest.Message{ChannelID: discordtest.ChannelID, Content: discordtest.Mention + " " + text, Author: by,
			Type: 19, Referenced: &to, Reference: &discordtest.Reference{MessageID: to.ID}}), 1)[0]
	}
	second := replied(first, other, "Et à Lyon ?")
	note, ok, err := d.store.Answer(t.Context(), second.Reference.MessageID)
	if err != nil || !ok || strings.Contains(string(note.Body), words) || !strings.Contains(string(note.Body), `"leans":true`) {
		t.Errorf("Bob’s note: %v, %v, %s", ok, err, note.Body)
	}
	third := replied(second, other, "Et après ?")
	if e := latest(d).Earlier; len(e) != 2 || e[0].Leans || !e[1].Leans || e[1].Answer.Rewritten != "" {
		t.Errorf("what follows leans on %+v", e)
	}
	d.Press(third, "Plus de citations", discordtest.Use{By: other}).Wait(1)
	if in := latest(d); in.Options["question"] != "Et après ?" || len(in.Earlier) != 2 {
		t.Errorf("further quotes on %q after %+v", in.Options["question"], in.Earlier)
	}
	own := replied(first, discordtest.User{}, "Et moi ?")
	d.Press(own, "Plus de citations", discordtest.Use{}).Wait(1)
	if in := latest(d); !strings.HasPrefix(in.Options["question"], words) {
		t.Errorf("further quotes on %q, want the question as it was made of own words", in.Options["question"])
	}
}

// latest is what the service was asked last.
func latest(d town) bot.Invocation {
	calls := d.asked()
	return calls[len(calls)-1].in
}

// TestForgetWhileAnAnswerIsMade: nothing is kept of a question whose asker asked to be forgotten before the answer came;
// its buttons say so.
func TestForgetWhileAnAnswerIsMade(t *testing.T) {
	forgotten := make(chan struct{})
	d := community(t, &service{ask: func(context.Context, bot.Invocation) (bot.Reply, error) {
		<-forgotten
		return bot.Reply{Language: "fr", Answer: cite("fr", lyon(), "Elle était conduite par le gouverneur Sergueï Levtchenko.")}, nil
	}}, limits.Config{Running: 2})
	asked := d.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": "Qui ?"}})
	asked.Acknowledged()
	said := d.Post(discordtest.Message{ChannelID: discordtest.ChannelID, Content: discordtest.Mention + " Qui ?", Author: discordtest.User{ID: "400000000000000009", Username: "bob"}})
	d.WaitRequests("POST", "/typing", 1)
	for _, who := range []string{discordtest.UserID, "400000000000000009"} {
		if _, _, err := d.store.Forget(t.Context(), who, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	close(forgotten)
	m := asked.Wait(1)[0]
	d.WaitReplies(said, 1)
	for _, who := range []string{discordtest.UserID, "400000000000000009"} {
		if kept, err := d.store.Kept(t.Context(), who); err != nil || kept.Total() != 0 {
			t.Errorf("of %s is kept %+v, %v", who, kept, err)
		}
	}
	if text := d.Press(m, "👍", discordtest.Use{}).Wait(1)[0].Text(); !strings.Contains(text, "I no longer have what this button needs") {
		t.Errorf("its button: %s", text)
	}
}

// TestChannelsAreKnownInTime: a command in a thread of a channel where the bot answers is answered without asking Discord
// what the thread is; where that is not told and Discord is slow, the person hears in time where to ask instead.
func TestChannelsAreKnownInTime(t *testing.T) {
	d := community(t, &service{}, limits.Config{})
	d.set(t, bot.Settings{Threads: true, Channels: []string{discordtest.ChannelID}})
	thread := d.Say(discordtest.Mention + " Qui ?")
	d.WaitMessages(thread, 1)
	d = d.again() // nothing is known of channels
	ask := discordtest.Use{Command: "ask", Options: map[string]string{"question": "Qui ?"}, Channel: thread}
	hold := make(chan struct{})
	defer close(hold)
	d.Break(discordtest.Fault{Method: "GET", Path: "/channels/" + thread, Wait: hold})
	ask.Nowhere = true
	i := d.Slash(ask)
	if took := i.Acknowledged(); took > 2*time.Second { // half a second, and what a busy machine adds
		t.Errorf("acknowledged after %s", took)
	}
	if m := i.Wait(1)[0]; !m.Ephemeral() || !strings.Contains(m.Text(), "Here I may not answer") {
		t.Errorf("private %v: %s", m.Ephemeral(), m.Text())
	}
	before := len(d.Requests("GET", "/channels/"))
	ask.Nowhere = false
	if m := d.Slash(ask).Wait(1)[0]; m.Ephemeral() || !strings.Contains(m.Text(), "Levtchenko") {
		t.Errorf("in a thread: %s", m.Text())
	}
	if n := len(d.Requests("GET", "/channels/")); n > before+1 { // the one that was held
		t.Errorf("Discord was asked %d times what a thread is that it had told", n-before)
	}
}
