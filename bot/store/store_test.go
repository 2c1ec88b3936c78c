package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"passerelle/bot"
	"passerelle/bot/store"
)

var begin = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func open(t *testing.T, path string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func inTemp(t *testing.T) string { return filepath.Join(t.TempDir(), "deep", "store.db") }

func TestSettingsOutliveTheProgram(t *testing.T) {
	path := inTemp(t)
	s := open(t, path)
	none, err := s.Settings(t.Context(), "g1")
	if want := (bot.Settings{Guild: "g1"}); err != nil || !reflect.DeepEqual(none, want) {
		t.Fatalf("before any were saved: %+v, %v", none, err)
	}
	want := bot.Settings{
		Guild: "g1", Channels: []string{"c1", "c2"}, Language: "ru", Quotes: true, Threads: true,
		PerPerson: 5, PerGuild: 100, Retention: 48 * time.Hour,
	}
	if err := s.SaveSettings(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := open(t, path).Settings(t.Context(), "g1"); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("after opening again: %+v, %v, want %+v", got, err, want)
	}
}

// TestSettingsAreRemembered: what was read or saved is known without the file, is nobody's to change, and never older than
// what was saved last.
func TestSettingsAreRemembered(t *testing.T) {
	s := open(t, inTemp(t))
	var work sync.WaitGroup
	for range 4 {
		work.Go(func() {
			for range 50 {
				if _, err := s.Settings(t.Context(), "g"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for n := range 50 {
		if err := s.SaveSettings(t.Context(), bot.Settings{Guild: "g", PerPerson: n + 1, Channels: []string{"a", "b"}}); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Settings(t.Context(), "g"); err != nil || got.PerPerson != n+1 {
			t.Fatalf("after saving %d: %+v, %v", n+1, got, err)
		}
	}
	work.Wait()
	got, err := s.Settings(t.Context(), "g")
	if err != nil {
		t.Fatal(err)
	}
	got.Channels[0] = "changed"
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Settings(t.Context(), "g"); err != nil || got.PerPerson != 50 || got.Channels[0] != "a" {
		t.Errorf("without the file: %+v, %v", got, err)
	}
	if _, err := s.Settings(t.Context(), "never asked"); err == nil {
		t.Error("of a guild that nobody knows settings are made up")
	}
}

func TestSettingsNeedAGuild(t *testing.T) {
	if err := open(t, inTemp(t)).SaveSettings(t.Context(), bot.Settings{}); err == nil {
		t.Error("settings of no guild were saved")
	}
}

func record(t *testing.T, s *store.Store, a bot.Asked) {
	t.Helper()
	if err := s.Record(t.Context(), a); err != nil {
		t.Fatal(err)
	}
}

func someQuestions() []bot.Asked {
	return []bot.Asked{
		{ID: "q1", Guild: "g1", Channel: "c", Who: "ann", At: begin, Text: "one", Language: "fr", Status: bot.Answered, Mode: bot.Extractive, Took: 10 * time.Millisecond},
		{ID: "q2", Guild: "g1", Channel: "c", Who: "bob", At: begin.Add(time.Hour), Text: "two", Language: "ru", Status: bot.Refused, Mode: bot.Extractive, Took: 30 * time.Millisecond},
		{ID: "q3", Guild: "g1", Channel: "c", Who: "ann", At: begin.Add(2 * time.Hour), Text: "three", Language: "en", Status: bot.Related, Mode: bot.Generative, Took: 20 * time.Millisecond},
		{ID: "q4", Guild: "g2", Channel: "d", Who: "ann", At: begin.Add(3 * time.Hour), Text: "four", Language: "en", Status: bot.Answered, Mode: bot.Generative, Took: 40 * time.Millisecond},
	}
}

func TestStats(t *testing.T) {
	s := open(t, inTemp(t))
	for _, a := range someQuestions() {
		record(t, s, a)
	}
	for _, v := range []bot.Vote{{Question: "q1", Who: "bob", Good: true, At: begin}, {Question: "q2", Who: "bob", At: begin}, {Question: "q2", Who: "bob", Good: true, At: begin}} {
		if err := s.Vote(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name, guild string
		since       time.Time
		want        bot.Stats
	}{
		{"a guild", "g1", begin, bot.Stats{Questions: 3, Answered: 1, Related: 1, Refused: 1, Generative: 1, Good: 2, People: 2, MedianTook: 20 * time.Millisecond}},
		{"all", "", begin, bot.Stats{Questions: 4, Answered: 2, Related: 1, Refused: 1, Generative: 2, Good: 2, People: 2, MedianTook: 20 * time.Millisecond}},
		{"since later", "g1", begin.Add(90 * time.Minute), bot.Stats{Questions: 1, Related: 1, Generative: 1, People: 1, MedianTook: 20 * time.Millisecond}},
		{"nothing", "g3", begin, bot.Stats{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := s.Stats(t.Context(), tt.guild, tt.since)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range got.Unanswered {
				if a.Status == bot.Answered || tt.guild != "" && a.Guild != tt.guild {
					t.Errorf("%q is listed as unanswered", a.ID)
				}
			}
			if len(got.Unanswered) != got.Related+got.Refused {
				t.Errorf("%d unanswered are listed of %d", len(got.Unanswered), got.Related+got.Refused)
			}
			got.Unanswered, tt.want.Since = nil, tt.since
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("\n got %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func TestVoteOnWhatIsNotKept(t *testing.T) {
	if err := open(t, inTemp(t)).Vote(t.Context(), bot.Vote{Question: "q9", Who: "ann"}); !errors.Is(err, store.ErrUnknownQuestion) {
		t.Errorf("error %v", err)
	}
}

func TestJudged(t *testing.T) {
	s := open(t, inTemp(t))
	for _, a := range someQuestions() {
		record(t, s, a)
	}
	if err := s.KeepAnswer(t.Context(), bot.Note{Key: "q1", Guild: "g1", Who: "ann", At: begin, Body: json.RawMessage(`{"x":1}`)}); err != nil {
		t.Fatal(err)
	}
	for _, v := range []bot.Vote{
		{Question: "q1", Who: "bob", Reason: "faux", At: begin.Add(time.Minute)},
		{Question: "q1", Who: "eve", Good: true, At: begin.Add(2 * time.Minute)},
		{Question: "q4", Who: "bob", Good: true, At: begin},
	} {
		if err := s.Vote(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	err := s.Judged(t.Context(), "", func(j bot.Judged) error {
		line := j.ID + " " + j.Text + " " + string(j.Answer)
		for _, v := range j.Votes {
			line += " " + v.Who + ":" + v.Reason
		}
		got = append(got, line)
		return nil
	})
	want := []string{"q4 four  bob:", `q1 one {"x":1} bob:faux eve:`}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	stop := errors.New("enough")
	if err := s.Judged(t.Context(), "", func(bot.Judged) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("an error of the one who reads is %v", err)
	}
}

// TestForget: nothing of a person is left, in no row and in no byte of the files.
func TestForget(t *testing.T) {
	path := inTemp(t)
	s := open(t, path)
	const secret = "très secrète"
	record(t, s, bot.Asked{ID: "q1", Guild: "g", Who: "ann-4711", At: begin, Text: secret})
	record(t, s, bot.Asked{ID: "q2", Guild: "g", Who: "bob", At: begin, Text: "other"})
	for _, v := range []bot.Vote{{Question: "q1", Who: "bob", At: begin}, {Question: "q2", Who: "ann-4711", Reason: secret, At: begin}} {
		if err := s.Vote(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	note := bot.Note{Key: "m1", Guild: "g", Who: "ann-4711", At: begin, Body: json.RawMessage(`{"text":"` + secret + `"}`)}
	if err := errors.Join(s.KeepAnswer(t.Context(), note), s.KeepConversation(t.Context(), note)); err != nil {
		t.Fatal(err)
	}
	deleted, left, err := s.Forget(t.Context(), "ann-4711", begin.Add(time.Minute))
	if want := (bot.Kept{Questions: 1, Votes: 1, Answers: 1, Conversations: 1, First: begin}); err != nil || deleted != want {
		t.Errorf("deleted %+v, %v, want %+v", deleted, err, want)
	}
	if left != (bot.Kept{}) {
		t.Errorf("left over: %+v", left)
	}
	if bob, err := s.Kept(t.Context(), "bob"); err != nil || bob.Questions != 1 || bob.Votes != 0 {
		t.Errorf("of bob is kept %+v, %v", bob, err)
	}
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) == 0 {
		t.Fatalf("files %q, %v", files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{secret, "ann-4711"} {
			if bytes.Contains(content, []byte(word)) {
				t.Errorf("%s still holds %q", filepath.Base(file), word)
			}
		}
	}
}

func TestExpire(t *testing.T) {
	s := open(t, inTemp(t))
	if err := s.SaveSettings(t.Context(), bot.Settings{Guild: "short", Retention: time.Hour}); err != nil {
		t.Fatal(err)
	}
	for id, guild := range map[string]string{"a": "short", "b": "usual"} {
		record(t, s, bot.Asked{ID: id, Guild: guild, Who: id, At: begin})
		note := bot.Note{Key: id, Guild: guild, Who: id, At: begin, Body: json.RawMessage(`{}`)}
		if err := errors.Join(s.KeepAnswer(t.Context(), note), s.KeepConversation(t.Context(), note)); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := s.Expire(t.Context(), begin.Add(2*time.Hour), store.Bounds{Age: 24 * time.Hour}); n != 3 || err != nil {
		t.Errorf("after two hours %d rows were deleted, %v; want those of the guild that keeps an hour", n, err)
	}
	if _, ok, err := s.Answer(t.Context(), "b"); !ok || err != nil {
		t.Errorf("the other guild's answer is gone, %v", err)
	}
	if n, err := s.Expire(t.Context(), begin.Add(25*time.Hour), store.Bounds{Age: 24 * time.Hour}); n != 3 || err != nil {
		t.Errorf("after a day %d rows were deleted, %v", n, err)
	}
	if _, ok, err := s.Conversation(t.Context(), "b"); ok || err != nil {
		t.Errorf("the conversation is still there, %v", err)
	}
}

func TestNotesAreJSON(t *testing.T) {
	s := open(t, inTemp(t))
	for name, n := range map[string]bot.Note{"no key": {Body: json.RawMessage(`{}`)}, "no JSON": {Key: "k", Body: json.RawMessage(`{`)}} {
		if err := s.KeepAnswer(t.Context(), n); err == nil {
			t.Errorf("%s: kept", name)
		}
	}
}

func TestOpenFails(t *testing.T) {
	garbage := filepath.Join(t.TempDir(), "store.db")
	if err := os.WriteFile(garbage, []byte(strings.Repeat("this is no database ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	under := filepath.Join(garbage, "store.db")
	for name, path := range map[string]string{"no database": garbage, "folder is a file": under} {
		if s, err := store.Open(t.Context(), path); err == nil || s != nil {
			t.Errorf("%s: opened", name)
		}
	}
}

// TestNoWayBack: tables of a newer program are left alone, and it is said what to run.
func TestNoWayBack(t *testing.T) {
	path := inTemp(t)
	if err := open(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	if s, err := store.Open(t.Context(), path); err == nil || s != nil || !strings.Contains(err.Error(), "run the program that wrote it, or a newer one") {
		t.Errorf("opened: %v", err)
	}
}

func TestConcurrentUse(t *testing.T) {
	s := open(t, inTemp(t))
	var work sync.WaitGroup
	for i := range 8 {
		work.Go(func() {
			who := string(rune('a' + i))
			for range 10 {
				if err := s.Record(context.Background(), bot.Asked{ID: who, Who: who, At: begin}); err != nil {
					t.Error(err)
				}
				if _, err := s.Kept(context.Background(), who); err != nil {
					t.Error(err)
				}
			}
		})
	}
	work.Wait()
	if got, err := s.Stats(t.Context(), "", begin); err != nil || got.Questions != 8 {
		t.Errorf("%d questions, %v", got.Questions, err)
	}
}
