package limits_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"passerelle/bot"
	"passerelle/bot/limits"
)

func make1(t *testing.T, c limits.Config) *limits.Limits {
	t.Helper()
	if c.Running == 0 {
		c.Running = 1
	}
	l, err := limits.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// admit asks once, lets the answer end, and returns the key of the refusal and the seconds to wait.
func admit(t *testing.T, l *limits.Limits, w limits.Who) (string, int) {
	t.Helper()
	release, err := l.Admit(w)
	if err == nil {
		release()
		return "", 0
	}
	var user *bot.UserError
	if !errors.As(err, &user) {
		t.Fatalf("error %v is none for people", err)
	}
	seconds, _ := user.Data["Count"].(int)
	return user.Key, seconds
}

func TestBuckets(t *testing.T) {
	two := limits.Rate{Questions: 2, Per: time.Minute}
	tests := []struct {
		name   string
		config limits.Config
		first  limits.Who // asks twice
		then   limits.Who
		want   string
	}{
		{"a person", limits.Config{Person: two}, limits.Who{Person: "a", Guild: "g"}, limits.Who{Person: "a", Guild: "h"}, limits.KeyPerson},
		{"another person", limits.Config{Person: two}, limits.Who{Person: "a"}, limits.Who{Person: "b"}, ""},
		{"a channel", limits.Config{Channel: two}, limits.Who{Person: "a", Channel: "c"}, limits.Who{Person: "b", Channel: "c"}, limits.KeyChannel},
		{"a guild", limits.Config{Guild: two}, limits.Who{Person: "a", Channel: "c", Guild: "g"}, limits.Who{Person: "b", Channel: "d", Guild: "g"}, limits.KeyGuild},
		{"private talk is no guild", limits.Config{Guild: two}, limits.Who{Person: "a"}, limits.Who{Person: "b"}, ""},
		{"all", limits.Config{Global: two}, limits.Who{Person: "a", Guild: "g"}, limits.Who{Person: "b", Guild: "h"}, limits.KeyGlobal},
		{"the guild's own for a person", limits.Config{Person: limits.Rate{Questions: 9, Per: time.Minute}}, limits.Who{Person: "a", Guild: "g", PerPerson: 2}, limits.Who{Person: "a", Guild: "g", PerPerson: 2}, limits.KeyPerson},
		{"the guild's own for itself", limits.Config{}, limits.Who{Person: "a", Guild: "g", PerGuild: 2}, limits.Who{Person: "b", Guild: "g", PerGuild: 2}, limits.KeyGuild},
		{"none", limits.Config{}, limits.Who{Person: "a"}, limits.Who{Person: "a"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := make1(t, tt.config)
				for range 2 {
					if key, _ := admit(t, l, tt.first); key != "" {
						t.Fatalf("refused early: %s", key)
					}
				}
				if key, _ := admit(t, l, tt.then); key != tt.want {
					t.Errorf("refused with %q, want %q", key, tt.want)
				}
			})
		})
	}
}

func TestWaitIsNamedAndEnough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := make1(t, limits.Config{Person: limits.Rate{Questions: 2, Per: time.Minute}})
		who := limits.Who{Person: "a"}
		admit(t, l, who)
		admit(t, l, who)
		_, wait := admit(t, l, who)
		if wait != 30 {
			t.Fatalf("told to wait %d seconds, want 30", wait)
		}
		if key, again := admit(t, l, who); key == "" || again != 30 {
			t.Errorf("a refused question was counted: %q, %d", key, again)
		}
		time.Sleep(time.Duration(wait) * time.Second)
		if key, _ := admit(t, l, who); key != "" {
			t.Errorf("after the wait refused with %q", key)
		}
	})
}

func TestRefusalCountsNowhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := make1(t, limits.Config{Person: limits.Rate{Questions: 3, Per: time.Hour}, Guild: limits.Rate{Questions: 1, Per: time.Minute}})
		for _, want := range []string{"", limits.KeyGuild, limits.KeyGuild, limits.KeyGuild} {
			if key, _ := admit(t, l, limits.Who{Person: "a", Guild: "g"}); key != want {
				t.Fatalf("refused with %q, want %q", key, want)
			}
		}
		if key, _ := admit(t, l, limits.Who{Person: "a", Guild: "h"}); key != "" {
			t.Errorf("the guild's refusals were counted as the person's questions: %q", key)
		}
	})
}

func TestOneRunningAnswerAPerson(t *testing.T) {
	l := make1(t, limits.Config{})
	release, err := l.Admit(limits.Who{Person: "a"})
	if err != nil {
		t.Fatal(err)
	}
	if key, _ := admit(t, l, limits.Who{Person: "a"}); key != limits.KeyRunning {
		t.Errorf("a second question: %q", key)
	}
	release()
	release() // twice does no harm
	if key, _ := admit(t, l, limits.Who{Person: "a"}); key != "" {
		t.Errorf("after the answer: %q", key)
	}
}

func TestBucketsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := make1(t, limits.Config{Person: limits.Rate{Questions: 2, Per: time.Minute}})
		for i := range 1000 {
			admit(t, l, limits.Who{Person: fmt.Sprint(i)})
		}
		time.Sleep(2 * time.Minute)
		admit(t, l, limits.Who{Person: "last"})
		if buckets, running, waiting := l.Size(); buckets != 1 || running != 0 || waiting != 0 {
			t.Errorf("%d buckets, %d running and %d waiting are remembered", buckets, running, waiting)
		}
	})
}

// TestGuildsTakeTurns: a guild with many questions waits for one of another guild that came later.
func TestGuildsTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := make1(t, limits.Config{Running: 1, Waiting: 10})
		first, err := l.Turn(t.Context(), "busy")
		if err != nil {
			t.Fatal(err)
		}
		var order []string
		ask := func(guild, name string) {
			go func() {
				done, err := l.Turn(t.Context(), guild)
				if err != nil {
					t.Error(err)
					return
				}
				order = append(order, name)
				done()
			}()
			synctest.Wait()
		}
		for i := range 3 {
			ask("busy", fmt.Sprint("busy", i))
		}
		ask("quiet", "quiet0")
		first()
		synctest.Wait()
		if want := []string{"busy0", "quiet0", "busy1", "busy2"}; !slices.Equal(order, want) {
			t.Errorf("order %q, want %q", order, want)
		}
		if _, _, waiting := l.Size(); waiting != 0 {
			t.Errorf("%d still wait", waiting)
		}
	})
}

func TestQueueIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := make1(t, limits.Config{Running: 1, Waiting: 1})
		done, err := l.Turn(t.Context(), "g")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		waited := make(chan error, 1)
		go func() {
			_, err := l.Turn(ctx, "g")
			waited <- err
		}()
		synctest.Wait()
		var user *bot.UserError
		if _, err := l.Turn(t.Context(), "h"); !errors.As(err, &user) || user.Key != limits.KeyQueue {
			t.Errorf("with the queue full: %v", err)
		}
		cancel()
		if err := <-waited; !errors.Is(err, context.Canceled) {
			t.Errorf("who gave up got %v", err)
		}
		done()
		again, err := l.Turn(t.Context(), "h")
		if err != nil {
			t.Fatalf("with all places free: %v", err)
		}
		again()
	})
}

// TestNoGuildFillsTheQueue: a guild takes half of the room to wait, and others find the rest.
func TestNoGuildFillsTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := make1(t, limits.Config{Running: 1, Waiting: 5})
		done, err := l.Turn(t.Context(), "busy")
		if err != nil {
			t.Fatal(err)
		}
		answered := map[string]int{}
		ask := func(guild string) {
			go func() {
				done, err := l.Turn(t.Context(), guild)
				if err == nil {
					answered[guild]++
					done()
					return
				}
				var user *bot.UserError
				if !errors.As(err, &user) || user.Key != limits.KeyQueue {
					t.Error(err)
				}
			}()
			synctest.Wait()
		}
		for range 10 {
			ask("busy")
		}
		for range 3 {
			ask("quiet")
		}
		if _, _, waiting := l.Size(); waiting != 5 {
			t.Errorf("%d wait, want 5", waiting)
		}
		done()
		synctest.Wait()
		if answered["busy"] != 3 || answered["quiet"] != 2 {
			t.Errorf("answered %v", answered)
		}
	})
}

func TestBadConfig(t *testing.T) {
	for _, c := range []limits.Config{{}, {Running: 1, Waiting: -1}, {Running: 1, Person: limits.Rate{Questions: -1}}} {
		if l, err := limits.New(c); err == nil || l != nil {
			t.Errorf("%+v is taken", c)
		}
	}
}
