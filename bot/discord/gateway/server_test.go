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
	"time"

	"github.com/gorilla/websocket"

	"passerelle/bot/discord/gateway"
)

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

// usual serves as Discord does: HELLO, then what answers IDENTIFY or RESUME, then whatever comes.
func usual(c *client, _ int) {
	c.hello()
	c.begin()
	c.stay()
}

// firstThen serves as usual, but for what is done to the first connection once it has begun.
func firstThen(do func(c *client)) func(*client, int) {
	return func(c *client, n int) {
		c.hello()
		c.begin()
		if n == 1 {
			do(c)
		}
		c.stay()
	}
}

// firstInstead serves all connections but the first as usual.
func firstInstead(do func(c *client)) func(*client, int) {
	return func(c *client, n int) {
		if n == 1 {
			do(c)
			return
		}
		usual(c, n)
	}
}

// closeWith closes the connection with a code.
func (c *client) closeWith(code int) {
	_ = c.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
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
