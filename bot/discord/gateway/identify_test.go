package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"passerelle/bot/discord/gateway"
)

func limited(shards, remaining int) gateway.Info {
	info := gateway.Info{URL: "ws://gateway/first", Shards: shards}
	info.Limit.Total, info.Limit.Remaining, info.Limit.MaxConcurrency = 1000, remaining, 1
	info.Limit.ResetAfter = (24 * time.Hour).Milliseconds()
	return info
}

// TestShardsIdentifyInTurn: of each bucket one shard every five seconds, as max_concurrency says.
func TestShardsIdentifyInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		when := map[int]time.Duration{}
		begun := time.Now()
		s := start(t, func(c *client, _ int) {
			c.hello()
			f, err := c.next()
			if err != nil {
				return
			}
			var d struct {
				Token string
				Shard [2]int
			}
			_ = json.Unmarshal(f.Data, &d)
			if d.Token != "token" || d.Shard[1] != 8 {
				t.Errorf("identified with %s", f.Data)
			}
			mu.Lock()
			when[d.Shard[0]] = time.Since(begun).Round(time.Second)
			mu.Unlock()
			c.event(1, "READY", `{"session_id":"abc","resume_gateway_url":"ws://gateway/resumed"}`)
			c.stay()
		})
		info := gateway.Info{URL: "ws://gateway/first", Shards: 99}
		info.Limit.Total, info.Limit.Remaining, info.Limit.MaxConcurrency = 1000, 1000, 2
		r := begin(t, s, gateway.Range{First: 2, Last: 5, Count: 8}, func(context.Context) (gateway.Info, error) { return info, nil })
		time.Sleep(time.Minute)
		synctest.Wait()
		var at []time.Duration
		for id := 2; id <= 5; id++ {
			at = append(at, when[id])
		}
		slices.Sort(at)
		if want := []time.Duration{0, 0, 5 * time.Second, 5 * time.Second}; len(when) != 4 || !slices.Equal(at, want) {
			t.Errorf("identified at %v, want %v", when, want)
		}
		if err := r.end(s); err != nil {
			t.Error(err)
		}
	})
}

func TestBudgetOfSessions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, func(*client, int) {})
		info := gateway.Info{URL: "ws://gateway/first", Shards: 4}
		info.Limit.Total, info.Limit.Remaining, info.Limit.ResetAfter = 1000, 3, 3_600_000
		r := begin(t, s, gateway.Range{}, func(context.Context) (gateway.Info, error) { return info, nil })
		time.Sleep(time.Second)
		var budget *gateway.BudgetError
		if err := r.end(s); !errors.As(err, &budget) || budget.Needed != 4 || budget.Remaining != 3 || budget.Reset != time.Hour {
			t.Errorf("Run returned %v", err)
		}
	})
}

// TestSessionsAreSpent: a shard whose sessions end again and again waits for the next day's, before Discord resets the
// token; the others, and the program, go on.
func TestSessionsAreSpent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, func(c *client, _ int) {
			c.hello()
			c.begin()
			c.closeWith(4009)
			c.stay()
		})
		left, lookups := 5, 0
		r := begin(t, s, gateway.Range{}, func(context.Context) (gateway.Info, error) {
			info := gateway.Info{URL: "ws://gateway/first", Shards: 1}
			info.Limit.Total, info.Limit.Remaining, info.Limit.ResetAfter = 1000, left, (24 * time.Hour).Milliseconds()
			left, lookups = 0, lookups+1
			return info, nil
		})
		time.Sleep(time.Hour)
		if err := r.end(s); err != nil {
			t.Errorf("Run returned %v", err)
		}
		if s.n != 5 || lookups != 2 {
			t.Errorf("%d sessions of 5, %d lookups", s.n, lookups)
		}
	})
}

// TestSlowConnectionsKeepTheirDistance: what lies five seconds apart is asking for sessions, not connecting.
func TestSlowConnectionsKeepTheirDistance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var asked []time.Duration
		begun := time.Now()
		s := start(t, func(c *client, _ int) {
			c.hello()
			if _, err := c.next(); err != nil {
				return
			}
			mu.Lock()
			asked = append(asked, time.Since(begun))
			mu.Unlock()
			c.event(1, "READY", `{"session_id":"abc","resume_gateway_url":"ws://gateway/resumed"}`)
			c.stay()
		})
		s.dial = func(n int) error {
			if n == 1 {
				time.Sleep(7 * time.Second)
			}
			return nil
		}
		r := begin(t, s, gateway.Range{}, func(context.Context) (gateway.Info, error) { return limited(3, 1000), nil })
		time.Sleep(time.Minute)
		synctest.Wait()
		if want := []time.Duration{7 * time.Second, 12 * time.Second, 17 * time.Second}; !slices.Equal(asked, want) {
			t.Errorf("asked for sessions at %v, want %v", asked, want)
		}
		if err := r.end(s); err != nil {
			t.Error(err)
		}
	})
}

// TestAConnectionThatFailsTakesNoSession: the last one is still there when the gateway is.
func TestAConnectionThatFailsTakesNoSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, usual)
		s.dial = func(n int) error {
			if n <= 3 {
				return errors.New("no route")
			}
			return nil
		}
		lookups := 0
		r := begin(t, s, gateway.Range{}, func(context.Context) (gateway.Info, error) { lookups++; return limited(1, 1), nil })
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if err := r.Ready(t.Context()); err != nil || lookups != 1 {
			t.Errorf("%v, %d lookups", err, lookups)
		}
		if err := r.end(s); err != nil {
			t.Error(err)
		}
	})
}

// TestSessionsThatOtherProcessesTake: what is left is asked again when the last answer is old, for other processes begin
// sessions with the same token; where Discord does not say, the own count holds.
func TestSessionsThatOtherProcessesTake(t *testing.T) {
	for name, tt := range map[string]struct {
		later    func() (gateway.Info, error)
		sessions int
	}{
		"none is left":          {func() (gateway.Info, error) { return limited(1, 0), nil }, 1},
		"Discord does not say":  {func() (gateway.Info, error) { return gateway.Info{}, errors.New("out of order") }, 2},
		"there are some, still": {func() (gateway.Info, error) { return limited(1, 5), nil }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := start(t, firstThen(func(c *client) { // the session ends after two minutes
					time.AfterFunc(2*time.Minute, func() { c.closeWith(4009) })
				}))
				lookups := 0
				r := begin(t, s, gateway.Range{}, func(context.Context) (gateway.Info, error) {
					if lookups++; lookups == 1 {
						return limited(1, 10), nil
					}
					return tt.later()
				})
				time.Sleep(5 * time.Minute)
				synctest.Wait()
				if s.n != tt.sessions || lookups != 2 {
					t.Errorf("%d sessions and %d lookups, want %d and 2", s.n, lookups, tt.sessions)
				}
				if err := r.end(s); err != nil {
					t.Error(err)
				}
			})
		})
	}
}
