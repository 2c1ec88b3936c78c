package discord_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"passerelle/bot"
	"passerelle/bot/discord"
	"passerelle/bot/discord/discordtest"
)

// edit is what was shown, and when.
type edit struct {
	bot.Progress
	at time.Time
}

func TestProgressIsShownInMeasure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		var edits []edit
		tell, end := discord.Follow(t.Context(), func(_ context.Context, p bot.Progress) error {
			edits = append(edits, edit{p, time.Now()})
			time.Sleep(300 * time.Millisecond) // Discord takes its time
			return nil
		})
		for i := range 100 {
			tell(bot.Progress{Step: bot.Reading, Passages: 1 + i/10})
			time.Sleep(50 * time.Millisecond)
		}
		tell(bot.Progress{Step: bot.Writing, Passages: 10})
		time.Sleep(10 * time.Second)
		tell(bot.Progress{Step: bot.Writing, Passages: 10}) // nothing new
		time.Sleep(10 * time.Second)
		tell(bot.Progress{Step: bot.Checking})
		time.Sleep(time.Millisecond)
		quiet := time.Now()
		end(t.Context())
		if waited := time.Since(quiet); waited < discord.ProgressEvery || waited > 2*discord.ProgressEvery {
			t.Errorf("the answer may follow the last edit after %v", waited)
		}
		if first := edits[0].at.Sub(begun); first != discord.FirstProgress {
			t.Errorf("the first edit comes after %v", first)
		}
		for i, e := range edits[1:] {
			if apart := e.at.Sub(edits[i].at); apart < discord.ProgressEvery {
				t.Errorf("edits %d and %d are %v apart", i+1, i+2, apart)
			}
		}
		last := edits[len(edits)-1]
		if last.Step != bot.Checking || edits[len(edits)-2].Step != bot.Writing || len(edits) < 4 || len(edits) > 7 {
			t.Errorf("%d edits, the last %+v", len(edits), last)
		}
	})
}

func TestQuickAnswersShowNoProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		tell, end := discord.Follow(t.Context(), func(context.Context, bot.Progress) error {
			t.Error("shown")
			return nil
		})
		tell(bot.Progress{Step: bot.Searching})
		time.Sleep(discord.FirstProgress - time.Millisecond)
		end(t.Context())
		if took := time.Since(begun); took >= discord.FirstProgress {
			t.Errorf("the answer was kept back: %v", took)
		}
	})
}

func TestProgressThatCannotBeShownIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shown := 0
		tell, end := discord.Follow(t.Context(), func(ctx context.Context, _ bot.Progress) error {
			shown++
			<-ctx.Done() // Discord hangs
			return errors.New("gone")
		})
		for i := range 100 {
			tell(bot.Progress{Step: bot.Reading, Passages: i})
			time.Sleep(time.Second)
		}
		begun := time.Now()
		end(t.Context())
		if shown != 1 || time.Since(begun) != 0 {
			t.Errorf("shown %d times, ended after %v", shown, time.Since(begun))
		}
	})
}

// TestProgressInDiscord: the deferred response says what is being done and what is proven by then, and in the end the
// answer alone.
func TestProgressInDiscord(t *testing.T) {
	seen := make(chan struct{})
	full := bot.Reply{Language: "fr", Answer: cite("fr", lyon(), "Elle était conduite par le gouverneur Sergueï Levtchenko.", "Une feuille de route 2019–2020 a été signée.")}
	d := start(t, &service{ask: func(ctx context.Context, in bot.Invocation) (bot.Reply, error) {
		if in.Progress == nil {
			return bot.Reply{}, errors.New("nobody looks")
		}
		in.Progress(bot.Progress{Step: bot.Searching})
		in.Progress(bot.Progress{Step: bot.Writing, Language: "fr", Passages: 3, Claims: []bot.Claim{{Text: "Le gouverneur la conduisait **@everyone**.", Citations: []int{1}}}, Citations: full.Answer.Citations[:1]})
		select {
		case <-seen:
			return full, nil
		case <-ctx.Done():
			return bot.Reply{}, ctx.Err()
		}
	}})
	i := d.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": "Qui ?"}, Locale: "ru"})
	d.WaitRequests("PATCH", "/@original", 1)
	first := i.Wait(1)[0]
	for _, want := range []string{"J’écris", "Le gouverneur la conduisait", `\@everyone`, "[1]", "Une délégation d’Irkoutsk à Lyon"} {
		if !strings.Contains(first.Text(), want) {
			t.Errorf("%q is not in the progress:\n%s", want, first.Text())
		}
	}
	close(seen)
	patched := d.WaitRequests("PATCH", "/@original", 2)
	last := i.Wait(1)[0]
	if text := last.Text(); !strings.Contains(text, "feuille de route") || strings.Contains(text, "J’écris") || strings.Contains(text, "conduisait **") {
		t.Errorf("the response is\n%s", text)
	}
	if apart := patched[1].At.Sub(patched[0].At); apart < discord.ProgressEvery-100*time.Millisecond {
		t.Errorf("the edits are %v apart", apart)
	}
}

// TestNobodyIsLeftWaitingAtTheEnd: what takes longer than the bot may take to end is taken back in words.
func TestNobodyIsLeftWaitingAtTheEnd(t *testing.T) {
	begun := make(chan struct{}, 2)
	d := start(t, &service{ask: func(ctx context.Context, _ bot.Invocation) (bot.Reply, error) {
		begun <- struct{}{}
		<-ctx.Done()
		return bot.Reply{}, ctx.Err()
	}})
	i := d.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": "Qui ?"}, Locale: "fr"})
	message := d.Direct("Кто?")
	<-begun
	<-begun
	if err := d.stop(); err != nil {
		t.Error(err)
	}
	if text := i.Wait(1)[0].Text(); !strings.Contains(text, "Je dois m’arrêter") {
		t.Errorf("the response is %q", text)
	}
	if text := d.WaitReplies(message, 1)[0].Text(); !strings.Contains(text, "Мне нужно остановиться") {
		t.Errorf("the reply is %q", text)
	}
}
