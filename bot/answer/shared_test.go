package answer_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"passerelle/bot"
	"passerelle/bot/answer"
)

// counted answers a question after a minute, and counts how often.
type counted struct {
	calls  atomic.Int32
	notice bot.Notice
	err    error
}

func (c *counted) Answer(ctx context.Context, q bot.Question) (bot.Answer, error) {
	c.calls.Add(1)
	select {
	case <-ctx.Done():
		return bot.Answer{}, ctx.Err()
	case <-time.After(time.Minute):
	}
	return bot.Answer{Status: bot.Answered, Language: q.Language, Notice: c.notice}, c.err
}

func sharing(t *testing.T, next bot.Answerer, version func() string) *answer.Shared {
	t.Helper()
	s, err := answer.NewShared(next, version, 10, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func one() string { return "1" }

// mode answers by quotes where that is asked for.
type mode struct{ calls atomic.Int32 }

func (m *mode) Answer(_ context.Context, q bot.Question) (bot.Answer, error) {
	m.calls.Add(1)
	if q.Quotes {
		return bot.Answer{Mode: bot.Extractive}, nil
	}
	return bot.Answer{Mode: bot.Generative}, nil
}

func TestQuotesAreNotSharedWithOthers(t *testing.T) {
	s := sharing(t, &mode{}, one)
	for _, c := range []struct {
		quotes bool
		want   bot.Mode
	}{{false, bot.Generative}, {true, bot.Extractive}, {false, bot.Generative}} {
		a, err := s.Answer(t.Context(), bot.Question{Text: "Qui ?", Language: "fr", Quotes: c.quotes})
		if err != nil || a.Mode != c.want {
			t.Errorf("quotes %t: %q, %v; want %q", c.quotes, a.Mode, err, c.want)
		}
	}
}

func TestWhatIsBeyondAnAnswerIsNotThatAnswer(t *testing.T) {
	next := &mode{}
	s := sharing(t, next, one)
	for range 2 {
		if _, err := s.Answer(t.Context(), bot.Question{Text: "Qui ?", Language: "fr", Beyond: []bot.Citation{{N: 1}}}); err != nil {
			t.Error(err)
		}
	}
	if n := next.calls.Load(); n != 2 {
		t.Errorf("asked %d times, want 2", n)
	}
}

func TestSameQuestionIsAnsweredOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &counted{}
		s := sharing(t, next, one)
		var people sync.WaitGroup
		for range 20 {
			people.Go(func() {
				a, err := s.Answer(t.Context(), bot.Question{Text: " Qui  dirigeait ? ", Language: "fr"})
				if err != nil || a.Status != bot.Answered {
					t.Errorf("%+v, %v", a, err)
				}
			})
		}
		people.Wait()
		if _, err := s.Answer(t.Context(), bot.Question{Text: "qui dirigeait ?", Language: "fr"}); err != nil {
			t.Error(err)
		}
		if n := next.calls.Load(); n != 1 {
			t.Errorf("answered %d times", n)
		}
	})
}

func TestWhatIsNotShared(t *testing.T) {
	version := "1"
	tests := []struct {
		name   string
		next   *counted
		change func(q *bot.Question)
	}{
		{"another language", &counted{}, func(q *bot.Question) { q.Language = "ru" }},
		{"another text", &counted{}, func(q *bot.Question) { q.Text = "other" }},
		{"another filter", &counted{}, func(q *bot.Question) { q.Filter.Place = "Lyon" }},
		{"a conversation", &counted{}, func(q *bot.Question) { q.Earlier = []bot.Turn{{Question: "before"}} }},
		{"another index", &counted{}, func(*bot.Question) { version = "2" }},
		{"a model that failed", &counted{notice: bot.NoticeModelDown}, func(*bot.Question) {}},
		{"an error", &counted{err: errors.New("no")}, func(*bot.Question) {}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				version = "1"
				s := sharing(t, tt.next, func() string { return version })
				q := bot.Question{Text: "text", Language: "fr"}
				_, first := s.Answer(t.Context(), q)
				tt.change(&q)
				_, second := s.Answer(t.Context(), q)
				if !errors.Is(first, tt.next.err) || !errors.Is(second, tt.next.err) {
					t.Errorf("errors %v and %v", first, second)
				}
				if n := tt.next.calls.Load(); n != 2 {
					t.Errorf("answered %d times", n)
				}
			})
		})
	}
}

// TestGivingUpIsOnesOwn: who gives up gets an error, and the other one the answer.
func TestGivingUpIsOnesOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &counted{}
		s := sharing(t, next, one)
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan error, 1)
		go func() {
			_, err := s.Answer(ctx, bot.Question{Text: "text"})
			gone <- err
		}()
		synctest.Wait()
		other := make(chan error, 1)
		go func() {
			_, err := s.Answer(t.Context(), bot.Question{Text: "text"})
			other <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Errorf("who gave up got %v", err)
		}
		if err := <-other; err != nil || next.calls.Load() != 1 {
			t.Errorf("the other got %v after %d answers", err, next.calls.Load())
		}
	})
}

func TestSharingNeedsItsParts(t *testing.T) {
	for name, make := range map[string]func() (*answer.Shared, error){
		"no answerer": func() (*answer.Shared, error) { return answer.NewShared(nil, one, 1, time.Second) },
		"no version":  func() (*answer.Shared, error) { return answer.NewShared(&counted{}, nil, 1, time.Second) },
		"no size":     func() (*answer.Shared, error) { return answer.NewShared(&counted{}, one, 0, time.Second) },
		"no time":     func() (*answer.Shared, error) { return answer.NewShared(&counted{}, one, 1, 0) },
	} {
		if s, err := make(); err == nil || s != nil {
			t.Errorf("%s: made", name)
		}
	}
}
