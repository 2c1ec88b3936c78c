package bot_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"maps"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"passerelle/bot"
	"passerelle/bot/card"
	"passerelle/bot/locale"
	"passerelle/bot/store"
)

var today = time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)

// community is a service with a store of its own.
func community(t *testing.T, e *echo) (*bot.Service, *store.Store) {
	t.Helper()
	kept, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	s, err := bot.NewService(bot.Parts{
		Answerer: e, Library: shelf{}, Detect: func(string, string) string { return "en" },
		Community: &bot.Community{
			Settings: kept, Archive: kept, Privacy: kept,
			Usual: bot.Settings{PerPerson: 20, Retention: 30 * 24 * time.Hour}, Now: func() time.Time { return today },
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, kept
}

func moderator(options map[string]string) bot.Invocation {
	return bot.Invocation{Guild: "g", Who: "mo", Manages: true, Language: "en", Options: options}
}

func TestSettingsAreChosenAndKept(t *testing.T) {
	s, kept := community(t, &echo{})
	reply, err := s.Run(t.Context(), "settings", moderator(map[string]string{
		"allow": "c1", "language": "ru", "model": "false", "threads": "true", "per_person": "5", "per_guild": "50", "retention": "7",
	}))
	if err != nil || reply.Settings == nil || !reply.Settings.Changed {
		t.Fatalf("%+v, %v", reply, err)
	}
	got, err := kept.Settings(t.Context(), "g")
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Channels) != 1 || got.Language != "ru" || !got.Quotes || !got.Threads || got.PerPerson != 5 || got.PerGuild != 50 || got.Retention != 7*24*time.Hour {
		t.Errorf("kept %+v", got)
	}
	if _, err := s.Run(t.Context(), "settings", moderator(map[string]string{"disallow": "c1", "language": "auto", "retention": "0"})); err != nil {
		t.Fatal(err)
	}
	if got, err = kept.Settings(t.Context(), "g"); err != nil || len(got.Channels) != 0 || got.Language != "" || got.Retention != 0 || got.PerPerson != 5 {
		t.Errorf("kept %+v, %v", got, err)
	}
}

func TestSettingsRefuse(t *testing.T) {
	tests := map[string]struct {
		in   bot.Invocation
		want string
	}{
		"a private conversation": {bot.Invocation{Manages: true}, "error.guild_only"},
		"a member":               {bot.Invocation{Guild: "g"}, "error.moderators_only"},
		"no number":              {moderator(map[string]string{"per_person": "many"}), "error.number"},
		"too large":              {moderator(map[string]string{"retention": "999"}), "error.number"},
		"less than nothing":      {moderator(map[string]string{"per_guild": "-1"}), "error.number"},
		"no language of ours":    {moderator(map[string]string{"language": "de"}), "error.option"},
		"neither yes nor no":     {moderator(map[string]string{"threads": "perhaps"}), "error.option"},
		"an option of nobody":    {moderator(map[string]string{"colour": "red"}), "error.option"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s, kept := community(t, &echo{})
			_, err := s.Run(t.Context(), "settings", tt.in)
			var user *bot.UserError
			if !errors.As(err, &user) || user.Key != tt.want {
				t.Errorf("error %v, want %s", err, tt.want)
			}
			if got, err := kept.Settings(t.Context(), "g"); err != nil || got.PerPerson+got.PerGuild != 0 || got.Language != "" {
				t.Errorf("%+v was kept, %v", got, err)
			}
			if _, err := s.Run(t.Context(), "stats", bot.Invocation{Guild: "g"}); !errors.As(err, &user) || user.Key != "error.moderators_only" {
				t.Errorf("statistics for a member: %v", err)
			}
		})
	}
}

func TestGuildsThatWantQuotesAskNoModel(t *testing.T) {
	e := &echo{}
	s, _ := community(t, e)
	if _, err := s.Run(t.Context(), "settings", moderator(map[string]string{"model": "false"})); err != nil {
		t.Fatal(err)
	}
	for guild, want := range map[string]bool{"g": true, "h": false, "": false} {
		if _, err := s.Run(t.Context(), "ask", bot.Invocation{Guild: guild, Options: map[string]string{"question": "who?"}}); err != nil {
			t.Fatal(err)
		}
		if e.asked.Quotes != want {
			t.Errorf("guild %q: quotes alone is %v", guild, e.asked.Quotes)
		}
	}
}

func TestWhatIsKeptIsShownAndForgotten(t *testing.T) {
	s, kept := community(t, &echo{})
	for id, who := range map[string]string{"q1": "ann", "q2": "ann", "q3": "bob"} {
		in := bot.Invocation{ID: id, Guild: "g", Channel: "c", Who: who, Options: map[string]string{"question": "who led it?"}}
		if _, err := s.Run(t.Context(), "ask", in); err != nil {
			t.Fatal(err)
		}
	}
	if err := kept.Vote(t.Context(), bot.Vote{Question: "q3", Who: "ann", At: today}); err != nil {
		t.Fatal(err)
	}
	ann := bot.Invocation{Who: "ann", Guild: "g", Language: "en"}
	reply, err := s.Run(t.Context(), "privacy", ann)
	if err != nil || reply.Privacy.Questions != 2 || reply.Privacy.Votes != 1 || reply.Privacy.Retention != 30*24*time.Hour || !reply.Privacy.First.Equal(today) {
		t.Fatalf("%+v, %v", reply.Privacy, err)
	}
	if reply, err = s.Run(t.Context(), "forget", ann); err != nil || reply.Forgot.Deleted.Total() != 3 || reply.Forgot.Left.Total() != 0 {
		t.Fatalf("%+v, %v", reply.Forgot, err)
	}
	if reply, err = s.Run(t.Context(), "privacy", ann); err != nil || reply.Privacy.Total() != 0 {
		t.Errorf("after it %+v, %v", reply.Privacy, err)
	}
	if bob, err := kept.Kept(t.Context(), "bob"); err != nil || bob.Questions != 1 {
		t.Errorf("of bob %+v, %v", bob, err)
	}
}

func TestStatsWithFiles(t *testing.T) {
	s, kept := community(t, &echo{})
	for id, text := range map[string]string{"q1": `=SUM(1), "x"`, "q2": "who led it?"} {
		in := bot.Invocation{ID: id, Guild: "g", Who: "ann-4711", Options: map[string]string{"question": text}}
		if _, err := s.Run(t.Context(), "ask", in); err != nil {
			t.Fatal(err)
		}
	}
	if err := kept.Vote(t.Context(), bot.Vote{Question: "q2", Who: "bob-4712", Reason: "wrong", At: today}); err != nil {
		t.Fatal(err)
	}
	reply, err := s.Run(t.Context(), "stats", moderator(map[string]string{"export": "true"}))
	if err != nil || reply.Stats.Questions != 2 || reply.Stats.Refused != 2 || reply.Stats.Bad != 1 || len(reply.Files) != 2 {
		t.Fatalf("%+v, %v", reply, err)
	}
	table, lines := string(reply.Files[0].Content), string(reply.Files[1].Content)
	if !strings.Contains(table, `"'=SUM(1), ""x"""`) || !strings.Contains(table, "who led it?") {
		t.Errorf("table %s", table)
	}
	if strings.Count(lines, "\n") != 1 || !strings.Contains(lines, `"question":"who led it?"`) || !strings.Contains(lines, `"reasons":["wrong"]`) {
		t.Errorf("lines %s", lines)
	}
	if strings.Contains(table+lines, "471") {
		t.Error("the files tell who asked or voted")
	}
}

// TestCommunityCards: each of the replies is laid out in each language, with all its texts.
func TestCommunityCards(t *testing.T) {
	texts, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	s, _ := community(t, &echo{})
	for _, language := range texts.Languages() {
		if _, err := s.Run(t.Context(), "ask", bot.Invocation{ID: "q", Guild: "g", Who: "mo", Options: map[string]string{"question": "who?"}}); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"settings", "stats", "privacy", "forget"} {
			in := moderator(nil)
			in.Language = language
			reply, err := s.Run(t.Context(), name, in)
			if err != nil {
				t.Fatal(err)
			}
			c := card.Layout(texts, reply)
			if c.Language != language || c.Title == "" || len(c.Sections) == 0 {
				t.Errorf("%s in %s: %+v", name, language, c)
			}
			for _, section := range c.Sections {
				for _, item := range section.Items {
					if item.Text == "" || texts.Has(item.Text) || strings.Contains(item.Text, "{{") {
						t.Errorf("%s in %s: text %q", name, language, item.Text)
					}
				}
			}
		}
	}
}

func TestCommunityCommandsAreOfACommunity(t *testing.T) {
	alone, err := bot.NewService(bot.Parts{Answerer: &echo{}, Library: shelf{}, Detect: func(string, string) string { return "en" }})
	if err != nil {
		t.Fatal(err)
	}
	shared, _ := community(t, &echo{})
	names := map[string]bool{}
	for _, c := range shared.Commands() {
		names[c.Name] = c.Community
	}
	want := map[string]bool{"ask": false, "delegation": false, "sources": false, "help": false, "settings": true, "stats": true, "privacy": true, "forget": true}
	if !maps.Equal(names, want) {
		t.Errorf("commands %v, want %v", names, want)
	}
	if n := len(alone.Commands()); n != 4 {
		t.Errorf("alone it has %d commands", n)
	}
}

// broken is a store that fails.
type broken struct{ *store.Store }

func (broken) Settings(context.Context, string) (bot.Settings, error) {
	return bot.Settings{}, errors.New("disk full")
}
func (broken) Record(context.Context, bot.Asked) error { return errors.New("disk full") }

// TestABrokenStoreDoesNotSilenceTheBot: the question is answered, by quotes alone, and the operator told.
func TestABrokenStoreDoesNotSilenceTheBot(t *testing.T) {
	var logs bytes.Buffer
	e := &echo{}
	s, err := bot.NewService(bot.Parts{
		Answerer: e, Library: shelf{}, Detect: func(string, string) string { return "en" },
		Community: &bot.Community{Settings: broken{}, Archive: broken{}, Privacy: broken{}, Log: slog.New(slog.NewTextHandler(&logs, nil))},
	})
	if err != nil {
		t.Fatal(err)
	}
	in := bot.Invocation{ID: "q", Guild: "g", Options: map[string]string{"question": "who led it?"}}
	if reply, err := s.Run(t.Context(), "ask", in); err != nil || reply.Answer == nil || !e.asked.Quotes {
		t.Errorf("%+v, %v, quotes alone %v", reply, err, e.asked.Quotes)
	}
	if text := logs.String(); strings.Count(text, "disk full") != 2 || strings.Contains(text, "who led it") {
		t.Errorf("the log tells %s", text)
	}
}

// endless is an archive of more votes than anybody exports, the newest first.
type endless struct {
	*store.Store
	listed int
}

func (e *endless) Judged(_ context.Context, _ string, yield func(bot.Judged) error) error {
	for {
		e.listed++
		if err := yield(bot.Judged{Asked: bot.Asked{ID: strconv.Itoa(e.listed)}, Votes: []bot.Vote{{Good: true}}}); err != nil {
			return err
		}
	}
}

// TestExportIsOfTheNewest: of too many votes the newest are exported, and no more than these are read.
func TestExportIsOfTheNewest(t *testing.T) {
	archive := &endless{}
	lines, err := bot.Export(t.Context(), archive, "g")
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(lines, []byte("\n")); n != 5000 || archive.listed != 5001 {
		t.Errorf("%d lines of %d that were read, want 5000 of 5001", n, archive.listed)
	}
	if !bytes.HasPrefix(lines, []byte(`{"id":"1"`)) {
		t.Errorf("the first line is %.80s", lines)
	}
}

// TestForgetWhileAnAnswerIsMade: whoever asks to be forgotten while the bot still works on their question has it not kept.
func TestForgetWhileAnAnswerIsMade(t *testing.T) {
	kept, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = kept.Close() }()
	asked, forgotten := make(chan struct{}), make(chan struct{})
	s, err := bot.NewService(bot.Parts{
		Answerer: slow{asked, forgotten}, Library: shelf{}, Detect: func(string, string) string { return "en" },
		Community: &bot.Community{Settings: kept, Archive: kept, Privacy: kept},
	})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := s.Run(t.Context(), "ask", bot.Invocation{ID: "q", Who: "ann", Options: map[string]string{"question": "who led it?"}})
		done <- err
	}()
	<-asked
	if _, err := s.Run(t.Context(), "forget", bot.Invocation{Who: "ann"}); err != nil {
		t.Fatal(err)
	}
	close(forgotten)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got, err := kept.Kept(t.Context(), "ann"); err != nil || got.Total() != 0 {
		t.Errorf("kept %+v, %v", got, err)
	}
}

// TestForgetWhileAQuestionWaits: what counts is when the person asked, not when their turn came.
func TestForgetWhileAQuestionWaits(t *testing.T) {
	s, kept := community(t, &echo{})
	for id, at := range map[string]time.Time{"before": today.Add(-time.Minute), "after": today.Add(time.Minute)} {
		if _, _, err := kept.Forget(t.Context(), "ann", today); err != nil {
			t.Fatal(err)
		}
		in := bot.Invocation{ID: id, At: at, Who: "ann", Options: map[string]string{"question": "who led it?"}}
		if _, err := s.Run(t.Context(), "ask", in); err != nil {
			t.Fatal(err)
		}
		if got, err := kept.Kept(t.Context(), "ann"); err != nil || (got.Questions == 1) != at.After(today) {
			t.Errorf("%s: kept %+v, %v", id, got, err)
		}
	}
}

// slow is an answerer that waits to be told to go on.
type slow struct{ asked, on chan struct{} }

func (s slow) Answer(context.Context, bot.Question) (bot.Answer, error) {
	close(s.asked)
	<-s.on
	return bot.Answer{Status: bot.Refused, Language: "en"}, nil
}
