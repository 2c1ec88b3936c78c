package store_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"passerelle/bot"
	"passerelle/bot/store"
)

// TestWhatIsUnderWayIsForgottenToo: an answer that was being made when its asker asked to be forgotten is not kept when it
// is done; what is asked afterwards is, and so is what others do.
func TestWhatIsUnderWayIsForgottenToo(t *testing.T) {
	path := inTemp(t)
	s := open(t, path)
	const secret = "très secrète"
	keep := func(id, who string, at time.Time) {
		t.Helper()
		note := bot.Note{Key: id, Guild: "g", Who: who, At: at, Body: json.RawMessage(`{"text":"` + secret + `"}`)}
		record(t, s, bot.Asked{ID: id, Guild: "g", Who: who, At: at, Text: secret})
		if err := errors.Join(s.KeepAnswer(t.Context(), note), s.KeepConversation(t.Context(), note)); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := s.Forget(t.Context(), "ann", begin.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	keep("q1", "ann", begin)
	if got, err := s.Kept(t.Context(), "ann"); err != nil || got.Total() != 0 {
		t.Errorf("kept %+v, %v, of what began before", got, err)
	}
	for _, file := range []string{path, path + "-wal"} {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(content, []byte(secret)) {
			t.Errorf("%s holds it", file)
		}
	}
	keep("q2", "ann", begin.Add(2*time.Minute))
	keep("q3", "bob", begin)
	for who, want := range map[string]int{"ann": 3, "bob": 3} {
		if got, err := s.Kept(t.Context(), who); err != nil || got.Total() != want {
			t.Errorf("%s: kept %+v, %v; want %d", who, got, err, want)
		}
	}
	if err := s.Vote(t.Context(), bot.Vote{Question: "q3", Who: "ann", At: begin}); err != nil {
		t.Errorf("a vote from before: %v", err)
	}
	if got, err := s.Stats(t.Context(), "", begin); err != nil || got.Bad != 0 {
		t.Errorf("a vote from before was kept: %+v, %v", got, err)
	}
}

// TestForgettingAndKeepingAtOnce: nothing that began before slips in between, and nobody waits for ever.
func TestForgettingAndKeepingAtOnce(t *testing.T) {
	s := open(t, inTemp(t))
	var work sync.WaitGroup
	for i := range 8 {
		work.Go(func() {
			for n := range 10 {
				if err := s.Record(t.Context(), bot.Asked{ID: fmt.Sprint(i, "-", n), Who: "ann", At: begin}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	work.Go(func() {
		if _, left, err := s.Forget(t.Context(), "ann", begin.Add(time.Second)); err != nil || left.Total() != 0 {
			t.Errorf("left %+v, %v", left, err)
		}
	})
	work.Wait()
	if got, err := s.Kept(t.Context(), "ann"); err != nil || got.Total() != 0 {
		t.Errorf("kept %+v, %v", got, err)
	}
}

// TestManyAreForgotten: what is remembered of those who asked to be forgotten is bounded, and the latest stay.
func TestManyAreForgotten(t *testing.T) {
	s := open(t, inTemp(t))
	const many = 3
	for i := range many {
		if _, _, err := s.Forget(t.Context(), fmt.Sprint(i), begin.Add(time.Duration(i)*store.ForgottenFor)); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.Forgotten(); n != 2 { // those of the last two hours, both ends included
		t.Errorf("%d are remembered", n)
	}
}

func TestAReasonStays(t *testing.T) {
	s := open(t, inTemp(t))
	record(t, s, bot.Asked{ID: "q", Guild: "g", Who: "ann", At: begin})
	for _, tt := range []struct {
		good   bool
		reason string
		want   string
	}{
		{false, "faux", "faux"}, {false, "", "faux"}, {false, "incomplet", "incomplet"}, {true, "", ""}, {false, "", ""},
	} {
		if err := s.Vote(t.Context(), bot.Vote{Question: "q", Who: "bob", Good: tt.good, Reason: tt.reason, At: begin}); err != nil {
			t.Fatal(err)
		}
		var got []bot.Vote
		if err := s.Judged(t.Context(), "", func(j bot.Judged) error { got = append(got, j.Votes...); return nil }); err != nil {
			t.Fatal(err)
		}
		if len(got) != 1 || got[0].Good != tt.good || got[0].Reason != tt.want {
			t.Errorf("after %+v: %+v", tt, got)
		}
	}
}

// TestAGuildKeepsNoMoreThanItsShare: the oldest of a guild that has too much go, and nothing of others.
func TestAGuildKeepsNoMoreThanItsShare(t *testing.T) {
	s := open(t, inTemp(t))
	for i := range 7 {
		for _, guild := range []string{"large", "small", ""} {
			if guild == "small" && i > 2 {
				continue
			}
			id := fmt.Sprint(guild, i)
			record(t, s, bot.Asked{ID: id, Guild: guild, Who: "ann", At: begin.Add(time.Duration(i) * time.Second)})
			note := bot.Note{Key: id, Guild: guild, Who: "ann", At: begin.Add(time.Duration(i) * time.Second), Body: json.RawMessage(`{}`)}
			if err := s.KeepAnswer(t.Context(), note); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n, err := s.Expire(t.Context(), begin, store.Bounds{Age: time.Hour, PerGuild: 3}); err != nil || n != 8 {
		t.Errorf("%d deleted, %v; want four questions and four answers", n, err)
	}
	for guild, want := range map[string]int{"large": 3, "small": 3} {
		if got, err := s.Stats(t.Context(), guild, begin); err != nil || got.Questions != want {
			t.Errorf("%s: %d questions, %v; want %d", guild, got.Questions, err, want)
		}
	}
	for id, want := range map[string]bool{"large3": false, "large4": true, "small0": true, "0": true} {
		if _, ok, err := s.Answer(t.Context(), id); err != nil || ok != want {
			t.Errorf("answer %s: %v, %v; want %v", id, ok, err, want)
		}
	}
}
