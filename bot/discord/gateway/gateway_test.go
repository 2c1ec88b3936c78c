package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"passerelle/bot/discord/gateway"
)

const interval = 40 * time.Second

// server is a gateway within a bubble of synctest: its connections are pipes, its time is the bubble's.
type server struct {
	t     *testing.T
	conns chan net.Conn
	http  *http.Server
	serve func(c *client, n int) // the n-th connection, from 1
	dial  func(n int) error      // before the n-th connection, from 1; nil for at once

	mu  sync.Mutex
	log []string // what clients did, with the time since the beginning
	n   int
	at  time.Time

	dialled atomic.Int32
}

// client is one connection, as the server sees it.
type client struct {
	*websocket.Conn
	s    *server
	path string
}

type frame struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d,omitempty"`
	Seq  int             `json:"s,omitempty"`
	Type string          `json:"t,omitempty"`
}

func (s *server) Accept() (net.Conn, error) {
	c, ok := <-s.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}
func (s *server) Close() error   { return nil }
func (s *server) Addr() net.Addr { return &net.TCPAddr{} }

func start(t *testing.T, serve func(c *client, n int)) *server {
	s := &server{t: t, conns: make(chan net.Conn), serve: serve, at: time.Now()}
	s.http = &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = ws.Close() }()
		s.mu.Lock()
		s.n++
		n := s.n
		s.mu.Unlock()
		if got := r.URL.Query().Encode(); got != "encoding=json&v=10" {
			t.Errorf("connected with %q", got)
		}
		serve(&client{ws, s, r.URL.Path}, n)
	})}
	go func() { _ = s.http.Serve(s) }()
	return s
}

func (s *server) note(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, what)
}

func (s *server) notes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}

func (c *client) send(op int, data string) {
	_ = c.WriteJSON(frame{Op: op, Data: json.RawMessage(data)})
}

func (c *client) event(seq int, name, data string) {
	_ = c.WriteJSON(frame{Op: 0, Data: json.RawMessage(data), Seq: seq, Type: name})
}

func (c *client) hello() {
	c.send(10, `{"heartbeat_interval":40000}`)
}

// next reads until something else than a heartbeat comes; heartbeats are acknowledged.
func (c *client) next() (frame, error) {
	for {
		var f frame
		if err := c.ReadJSON(&f); err != nil {
			return f, err
		}
		if f.Op != 1 {
			return f, nil
		}
		c.send(11, "null")
	}
}

// begin takes an IDENTIFY or RESUME and answers it.
func (c *client) begin() {
	f, err := c.next()
	if err != nil {
		return
	}
	switch f.Op {
	case 2:
		c.s.note("identify " + c.path)
		c.event(1, "READY", `{"session_id":"abc","resume_gateway_url":"ws://gateway/resumed"}`)
	case 6:
		var r struct {
			Session string `json:"session_id"`
			Seq     int
		}
		_ = json.Unmarshal(f.Data, &r)
		c.s.note("resume " + c.path + " " + r.Session + " " + string(rune('0'+r.Seq)))
		c.event(r.Seq+1, "RESUMED", `{}`)
	}
}

// stay reads until the connection ends, and notes its close code.
func (c *client) stay() {
	_, err := c.next()
	var closed *websocket.CloseError
	if errors.As(err, &closed) {
		c.s.note("closed " + time.Since(c.s.at).Round(time.Second).String() + " " + strings.TrimSuffix(strings.TrimPrefix(closed.Error(), "websocket: close "), " "))
	}
}

func (s *server) dialer() *websocket.Dialer {
	return &websocket.Dialer{NetDialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		if n := s.dialled.Add(1); s.dial != nil {
			if err := s.dial(int(n)); err != nil {
				return nil, err
			}
		}
		ours, theirs := net.Pipe()
		select {
		case s.conns <- theirs:
			return ours, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}}
}

type events struct {
	mu  sync.Mutex
	all []string
}

func (e *events) add(_ int, name string, _ json.RawMessage) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, name)
}

func (e *events) names() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.all)
}

func one(context.Context) (gateway.Info, error) {
	return gateway.Info{URL: "ws://gateway/first", Shards: 1}, nil
}

// running are shards under way in a bubble.
type running struct {
	*gateway.Shards
	events *events
	cancel context.CancelFunc
	done   chan error
}

func begin(t *testing.T, s *server, span gateway.Range, lookup func(context.Context) (gateway.Info, error)) *running {
	t.Helper()
	r := &running{events: &events{}, done: make(chan error, 1)}
	var err error
	r.Shards, err = gateway.New(gateway.Config{Token: "token", Intents: 5, Dialer: s.dialer(), Event: r.events.add}, span, lookup)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	r.cancel = cancel
	go func() { r.done <- r.Run(ctx) }()
	return r
}

// end stops the shards and the server, and returns what Run returned.
func (r *running) end(s *server) error {
	r.cancel()
	err := <-r.done
	close(s.conns)
	_ = s.http.Close()
	return err
}

func TestConnections(t *testing.T) {
	tests := []struct {
		name  string
		serve func(c *client, n int)
		after time.Duration
		want  []string
	}{
		{"stays", func(c *client, _ int) { c.hello(); c.begin(); c.stay() }, time.Hour, []string{"identify /first"}},
		{"no HELLO", func(c *client, n int) {
			if n == 1 {
				_, _, _ = c.ReadMessage()
				return
			}
			c.hello()
			c.begin()
			c.stay()
		}, time.Minute, []string{"identify /first"}},
		{"dropped", func(c *client, n int) {
			c.hello()
			c.begin()
			if n == 1 {
				return
			}
			c.stay()
		}, time.Minute, []string{"identify /first", "resume /resumed abc 1"}},
		{"asked to reconnect", func(c *client, n int) {
			c.hello()
			c.begin()
			if n == 1 {
				c.event(2, "MESSAGE_CREATE", `{}`)
				c.send(7, "null")
			}
			c.stay()
		}, time.Minute, []string{"identify /first", "closed 0s 4000", "resume /resumed abc 2"}},
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
		{"session not valid but resumable", func(c *client, n int) {
			c.hello()
			c.begin()
			if n == 1 {
				c.send(9, "true")
			}
			c.stay()
		}, time.Minute, []string{"identify /first", "resume /resumed abc 1"}},
		{"closed, session gone", func(c *client, n int) {
			c.hello()
			c.begin()
			if n == 1 {
				_ = c.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(4009, ""), time.Now().Add(time.Second))
			}
			c.stay()
		}, time.Minute, []string{"identify /first", "identify /first"}},
		{"a payload that is no JSON", func(c *client, _ int) {
			c.hello()
			c.begin()
			_ = c.WriteMessage(websocket.TextMessage, []byte(`{"op":`))
			c.stay()
		}, time.Minute, []string{"identify /first"}},
		{"HELLO with nonsense", func(c *client, n int) {
			if n == 1 {
				c.send(10, `{"heartbeat_interval":1}`)
				_, _, _ = c.ReadMessage()
				return
			}
			c.hello()
			c.begin()
			c.stay()
		}, time.Minute, []string{"identify /first"}},
		{"asked for a heartbeat", func(c *client, _ int) {
			c.hello()
			c.begin()
			c.send(1, "null")
			var f frame
			if err := c.ReadJSON(&f); err == nil && f.Op == 1 && string(f.Data) == "1" {
				c.s.note("heartbeat")
				c.send(11, "null")
			}
			c.stay()
		}, time.Minute, []string{"identify /first", "heartbeat"}},
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
				_ = c.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
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
		s := start(t, func(c *client, _ int) { c.hello(); c.begin(); c.stay() })
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
