package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// connection is one WebSocket of a shard. One goroutine reads; another sends heartbeats.
type connection struct {
	*shard
	conn     *websocket.Conn
	interval time.Duration
	ready    bool // READY or RESUMED came

	writing sync.Mutex
	beats   sync.WaitGroup
	stop    chan struct{} // closed at the end
	acked   chan struct{} // has something in it after an acknowledgement

	mu     sync.Mutex
	failed error // why the connection was closed from our side
	last   int64 // the last sequence number, for heartbeats
	sent   time.Time
}

type payload struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
	Seq  *int64          `json:"s"`
	Type string          `json:"t"`
}

func newConnection(s *shard, conn *websocket.Conn) *connection {
	return &connection{shard: s, conn: conn, stop: make(chan struct{}), acked: make(chan struct{}, 1), last: s.seq}
}

// end closes the connection and waits for the heartbeats.
func (c *connection) end() {
	close(c.stop)
	c.leave(closeResume)
	c.beats.Wait()
}

// leave says a close code and closes; it does not wait for an answer, which may never come.
func (c *connection) leave(code int) {
	_ = c.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(closeTimeout))
	_ = c.conn.Close()
}

// fail ends the connection from our side, for this reason.
func (c *connection) fail(why error) {
	c.mu.Lock()
	if c.failed == nil {
		c.failed = why
	}
	c.mu.Unlock()
	c.leave(closeResume)
}

// hello waits for the first payload, which says how often to send heartbeats.
func (c *connection) hello() error {
	if err := c.conn.SetReadDeadline(time.Now().Add(helloTimeout)); err != nil {
		return err
	}
	var p payload
	if err := c.conn.ReadJSON(&p); err != nil {
		return fmt.Errorf("no HELLO: %w", err)
	}
	var hello struct {
		Interval float64 `json:"heartbeat_interval"` // milliseconds
	}
	if err := json.Unmarshal(p.Data, &hello); err != nil || p.Op != opHello {
		return fmt.Errorf("the first payload is no HELLO but of opcode %d", p.Op)
	}
	c.interval = time.Duration(hello.Interval) * time.Millisecond
	if c.interval < minInterval || c.interval > maxInterval {
		return fmt.Errorf("HELLO asks for a heartbeat each %s", c.interval)
	}
	return c.conn.SetReadDeadline(time.Time{}) // from here on heartbeats tell whether somebody is there
}

// begin identifies or resumes, and starts the heartbeats.
func (c *connection) begin(resuming bool) error {
	var err error
	if resuming {
		c.Observer.Connected(c.id, Resumed)
		err = c.send(opResume, map[string]any{"token": c.Token, "session_id": c.session, "seq": c.seq})
	} else {
		c.Observer.Connected(c.id, Identified)
		err = c.send(opIdentify, map[string]any{
			"token": c.Token, "intents": c.Intents, "shard": [2]int{c.id, c.count}, "compress": false,
			"properties": map[string]string{"os": runtime.GOOS, "browser": "passerelle", "device": "passerelle"},
		})
	}
	if err != nil {
		return err
	}
	c.beats.Go(c.beat)
	return nil
}

func (c *connection) send(op int, data any) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	if err := c.conn.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	return c.conn.WriteJSON(map[string]any{"op": op, "d": data})
}

// beat sends heartbeats, the first one after a random part of the interval, as Discord asks. One that is not acknowledged
// within half an interval ends the connection: with the interval before it, a dead one is found after one and a half.
func (c *connection) beat() {
	next := time.NewTimer(rand.N(c.interval)) //nolint:gosec // it spreads heartbeats over time, and guards nothing
	defer next.Stop()
	for {
		select {
		case <-c.stop:
			return
		case <-next.C:
		}
		if err := c.heartbeat(); err != nil {
			c.fail(fmt.Errorf("heartbeat: %w", err))
			return
		}
		patience := time.NewTimer(c.interval / 2)
		select {
		case <-c.stop:
			patience.Stop()
			return
		case <-c.acked:
			patience.Stop()
		case <-patience.C:
			c.fail(fmt.Errorf("no acknowledgement of a heartbeat for %s", c.interval/2))
			return
		}
		next.Reset(c.interval)
	}
}

func (c *connection) heartbeat() error {
	c.mu.Lock()
	var seq *int64
	if c.last > 0 {
		last := c.last
		seq = &last
	}
	c.sent = time.Now()
	c.mu.Unlock()
	select {
	case <-c.acked: // of a heartbeat that the server had asked for
	default:
	}
	return c.send(opHeartbeat, seq)
}

// read handles payloads until the connection ends, and returns why it did.
func (c *connection) read() error {
	for {
		_, raw, err := c.conn.ReadMessage()
		if err != nil {
			c.mu.Lock()
			defer c.mu.Unlock()
			return errors.Join(c.failed, err)
		}
		var p payload
		if err := json.Unmarshal(raw, &p); err != nil {
			c.Logger.Warn("discord gateway payload not understood", "shard", c.id, "bytes", len(raw))
			continue
		}
		if err := c.handle(p); err != nil {
			return err
		}
	}
}

func (c *connection) handle(p payload) error {
	switch p.Op {
	case opDispatch:
		c.dispatch(p)
	case opHeartbeat:
		return c.heartbeat()
	case opHeartbeatAck:
		c.mu.Lock()
		latency := time.Since(c.sent)
		c.mu.Unlock()
		c.Observer.Heartbeat(c.id, latency)
		select {
		case c.acked <- struct{}{}:
		default:
		}
	case opReconnect:
		return errAskedToReconnect
	case opInvalidSession:
		return c.invalid(p.Data)
	}
	return nil
}

// invalid is opcode 9. Discord asks for a pause of 1 to 5 seconds before the next try.
func (c *connection) invalid(data json.RawMessage) error {
	var resumable bool
	_ = json.Unmarshal(data, &resumable) // anything but true is false
	if !resumable {
		c.session, c.shard.seq = "", 0
	}
	pause := time.Second + rand.N(4*time.Second) //nolint:gosec // it spreads shards over time, and guards nothing
	timer := time.NewTimer(pause)
	defer timer.Stop()
	left := make(chan struct{})
	go func() { // the connection may end meanwhile: ours is closed when ctx is done
		defer close(left)
		for {
			if _, _, err := c.conn.ReadMessage(); err != nil {
				return
			}
		}
	}()
	select {
	case <-timer.C:
		c.leave(closeResume)
		<-left
	case <-left:
	}
	return fmt.Errorf("the session is not valid (resumable: %t)", resumable)
}

func (c *connection) dispatch(p payload) {
	if p.Seq != nil {
		c.shard.seq = *p.Seq
		c.mu.Lock()
		c.last = *p.Seq
		c.mu.Unlock()
	}
	switch p.Type {
	case "READY":
		var ready struct {
			Session string `json:"session_id"`
			Resume  string `json:"resume_gateway_url"`
		}
		if err := json.Unmarshal(p.Data, &ready); err != nil || ready.Session == "" {
			c.Logger.Warn("discord gateway: READY without a session", "shard", c.id)
		}
		c.session, c.resume = ready.Session, ready.Resume
		fallthrough
	case "RESUMED":
		c.ready = true
		c.Observer.Gateway(c.id, Ready)
		c.Logger.Info("discord gateway connected", "shard", c.id, "shards", c.count, "event", p.Type)
	}
	c.Event(c.id, p.Type, p.Data)
}
