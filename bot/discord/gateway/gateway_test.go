package gateway_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"passerelle/bot/discord/gateway"
)

const interval = 40 * time.Second // between heartbeats

func TestConnections(t *testing.T) {
	tests := []struct {
		name  string
		serve func(c *client, n int)
		after time.Duration
		want  []string
	}{
		{"stays", usual, time.Hour, []string{"identify /first"}},
		{"no HELLO", firstInstead(func(c *client) { _, _, _ = c.ReadMessage() }), time.Minute, []string{"identify /first"}},
		{"HELLO with nonsense", firstInstead(func(c *client) {
			c.send(10, `{"heartbeat_interval":1}`)
			_, _, _ = c.ReadMessage()
		}), time.Minute, []string{"identify /first"}},
		{"dropped", firstInstead(func(c *client) {
			c.hello()
			c.begin()
		}), time.Minute, []string{"identify /first", "resume /resumed abc 1"}},
		{"asked to reconnect", firstThen(func(c *client) {
			c.event(2, "MESSAGE_CREATE", `{}`)
			c.send(7, "null")
		}), time.Minute, []string{"identify /first", "closed 0s 4000", "resume /resumed abc 2"}},
		{"session not valid", func(c *client, n int) {
			c.hello()
			if n == 2 {
				_, _ = c.next()
				c.send(9, "false")
			} else {
				c.begin()
			}
			if n == 1 {
				return
			}
			c.stay()
		}, time.Minute, []string{"identify /first", "identify /first"}},
		{"session not valid but resumable", firstThen(func(c *client) { c.send(9, "true") }), time.Minute, []string{"identify /first", "resume /resumed abc 1"}},
		{"closed, session gone", firstThen(func(c *client) { c.closeWith(4009) }), time.Minute, []string{"identify /first", "identify /first"}},
		{"a payload that is no JSON", firstThen(func(c *client) {
			_ = c.WriteMessage(websocket.TextMessage, []byte(`{"op":`))
		}), time.Minute, []string{"identify /first"}},
		{"asked for a heartbeat", firstThen(func(c *client) {
			c.send(1, "null")
			var f frame
			if err := c.ReadJSON(&f); err == nil && f.Op == 1 && string(f.Data) == "1" {
				c.s.note("heartbeat")
				c.send(11, "null")
			}
		}), time.Minute, []string{"identify /first", "heartbeat"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := start(t, tt.serve)
				r := begin(t, s, gateway.Range{}, one)
				time.Sleep(tt.after)
				synctest.Wait()
				got := slices.DeleteFunc(s.notes(), func(n string) bool { return strings.HasPrefix(n, "closed") && !slices.Contains(tt.want, n) })
				if !slices.Equal(got, tt.want) {
					t.Errorf("\n got %q\nwant %q", s.notes(), tt.want)
				}
				if err := r.Ready(t.Context()); err != nil {
					t.Errorf("at the end: %v", err)
				}
				if err := r.end(s); err != nil {
					t.Errorf("Run returned %v", err)
				}
			})
		})
	}
}

// TestADeadConnectionIsFound: when nobody acknowledges heartbeats any more, the shard leaves within one and a half of them.
func TestADeadConnectionIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var silent, left time.Time
		s := start(t, func(c *client, n int) {
			c.hello()
			c.begin()
			if n > 1 {
				c.stay()
				return
			}
			time.Sleep(time.Nanosecond)
			silent = time.Now()
			for {
				if _, _, err := c.ReadMessage(); err != nil {
					left = time.Now()
					return
				}
			}
		})
		r := begin(t, s, gateway.Range{}, one)
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if took := left.Sub(silent); left.IsZero() || took > interval*3/2 {
			t.Errorf("found after %s, want at most %s", took, interval*3/2)
		}
		if got := s.notes(); len(got) < 2 || got[1] != "resume /resumed abc 1" {
			t.Errorf("after it %q", got)
		}
		if err := r.end(s); err != nil {
			t.Error(err)
		}
	})
}

func TestFatalCloses(t *testing.T) {
	for _, code := range []int{4004, 4010, 4011, 4012, 4013, 4014} {
		synctest.Test(t, func(t *testing.T) {
			s := start(t, func(c *client, _ int) {
				c.hello()
				_, _ = c.next()
				c.closeWith(code)
				c.stay()
			})
			r := begin(t, s, gateway.Range{}, one)
			time.Sleep(time.Minute)
			var stop *gateway.FatalError
			if err := r.end(s); !errors.As(err, &stop) || stop.Code != code || stop.Why == "" {
				t.Errorf("close code %d: %v", code, err)
			}
			if s.n != 1 {
				t.Errorf("close code %d: %d connections", code, s.n)
			}
		})
	}
}

type refusal struct{ error }

func (refusal) Refused() bool { return true }

func TestLookingTheGatewayUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, usual)
		tries := 0
		r := begin(t, s, gateway.Range{}, func(ctx context.Context) (gateway.Info, error) {
			if tries++; tries < 4 {
				return gateway.Info{}, errors.New("out of order")
			}
			return one(ctx)
		})
		if err := r.Ready(t.Context()); err == nil {
			t.Error("ready before it is connected")
		}
		time.Sleep(time.Minute)
		if got := r.events.names(); len(got) != 1 || got[0] != "READY" {
			t.Errorf("events %q", got)
		}
		if err := r.end(s); err != nil {
			t.Error(err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s := start(t, func(*client, int) {})
		wrong := refusal{errors.New("401")}
		r := begin(t, s, gateway.Range{}, func(context.Context) (gateway.Info, error) { return gateway.Info{}, wrong })
		time.Sleep(time.Second)
		if err := r.end(s); !errors.Is(err, wrong) {
			t.Errorf("refused: %v", err)
		}
	})
}

func TestParseRange(t *testing.T) {
	for text, want := range map[string]gateway.Range{
		"": {}, "auto": {}, "1": {First: 0, Last: 0, Count: 1}, "4": {First: 0, Last: 3, Count: 4},
		"0-3/16": {First: 0, Last: 3, Count: 16}, "5/16": {First: 5, Last: 5, Count: 16},
	} {
		if got, err := gateway.ParseRange(text); err != nil || got != want {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"0", "-1", "x", "3-1/4", "0-4/4", "0-3/", "1e9", "99999", "0-3/99999"} {
		if got, err := gateway.ParseRange(text); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}
