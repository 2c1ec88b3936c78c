// Package gateway keeps one bot connected to Discord's gateway, by as many shards as it needs. Each shard resumes where it
// was cut off, finds out within one and a half heartbeats that nobody answers any more, and stops for good when Discord
// says that trying again is of no use.
//
// discordgo brings a gateway, too. It waits for a HELLO for ever, takes five heartbeats to see a dead connection, ignores
// contexts, and hands over events that it could decode in part only; what remains of it here are the types of events.
package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"time"

	"github.com/gorilla/websocket"
)

// Opcodes: https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-opcodes.
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opResume         = 6
	opReconnect      = 7
	opInvalidSession = 9
	opHello          = 10
	opHeartbeatAck   = 11
)

const (
	version       = "10"
	helloTimeout  = 20 * time.Second
	writeTimeout  = 10 * time.Second
	closeTimeout  = time.Second
	maxEventBytes = 64 << 20 // a guild of a hundred thousand members takes some megabytes
	firstPause    = time.Second
	maxPause      = time.Minute
	minInterval   = time.Second // of heartbeats: a server that asks for more is not believed
	maxInterval   = 10 * time.Minute
	// closeResume is sent to leave a session that goes on: with 1000 or 1001 Discord would end it.
	closeResume = 4000
)

// WrongToken says what to do about a token that Discord does not accept.
const WrongToken = "the token is not accepted: copy it again from the developer portal (Bot → Reset Token) and set DISCORD_TOKEN"

// fatal are the close codes after which trying again is of no use, from Discord's table of opcodes.
var fatal = map[int]string{
	4004: WrongToken,
	4010: "the shard is not valid: see discord.shards",
	4011: "the bot is in so many guilds that it needs more shards: see discord.shards",
	4012: "the version of the gateway is not served any more",
	4013: "the intents are not valid",
	4014: "an intent is not allowed to this bot: switch it on in the developer portal (Bot → Privileged Gateway Intents), or switch discord.message_content off",
}

// anew are the close codes after which the session is gone: the next connection identifies.
// 1000 and 1001 end it only when we send them.
var anew = map[int]bool{4003: true, 4007: true, 4009: true}

// A FatalError is an end after which trying again is of no use.
type FatalError struct {
	Code int    // with which the connection was closed, or the HTTP status of looking the gateway up
	Why  string // and what to do
}

// Refused implements Refusal.
func (e *FatalError) Refused() bool { return true }

// Error implements error.
func (e *FatalError) Error() string {
	return fmt.Sprintf("discord gateway: %s (code %d)", e.Why, e.Code)
}

// Config is what all shards share.
type Config struct {
	Token   string // without "Bot "
	Intents int
	Dialer  *websocket.Dialer // nil for websocket.DefaultDialer
	Logger  *slog.Logger      // nil for none
	// Event gets every dispatch of a shard, in order, in the goroutine that reads: it must not wait.
	Event func(shard int, name string, data json.RawMessage)
	// Observer is told of connections; nil for nobody.
	Observer Observer
}

// Observer is told of a shard's connections. Its methods must not wait.
type Observer interface {
	Gateway(shard int, state string)
	Heartbeat(shard int, latency time.Duration)
	Connected(shard int, kind string)
}

// States of a shard and kinds of connections, for an Observer.
const (
	Disconnected = "disconnected"
	Connecting   = "connecting"
	Ready        = "ready"

	Identified = "identify"
	Resumed    = "resume"
)

type nobody struct{}

func (nobody) Gateway(int, string)          {}
func (nobody) Heartbeat(int, time.Duration) {}
func (nobody) Connected(int, string)        {}

// shard is one connection after another.
type shard struct {
	Config
	id, count int
	address   string // of the gateway, for a new session
	// identify waits until the shard may ask for a session. Done, which must be called, tells whether it did.
	identify func(ctx context.Context) (done func(asked bool), err error)

	session string // to resume; "" for none
	resume  string // the address to resume at
	seq     int64
}

// run keeps the shard connected until ctx is done; then it returns nil. Any other end is a *FatalError or an error of
// identify.
func (s *shard) run(ctx context.Context) error {
	pause := firstPause
	for {
		s.Observer.Gateway(s.id, Connecting)
		begun, err := s.connect(ctx)
		s.Observer.Gateway(s.id, Disconnected)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // told to stop while connected: that is no failure
		}
		var stop *FatalError
		var budget *BudgetError
		if errors.As(err, &stop) {
			return err
		}
		if errors.As(err, &budget) { // the other shards go on; this one waits for the next day's sessions
			s.Logger.Error("discord gateway: no session left to begin", "shard", s.id, "error", err)
			if sleep(ctx, max(budget.Reset, maxPause)) != nil {
				return nil //nolint:nilerr // told to stop while waiting: that is no failure
			}
			continue
		}
		if begun {
			pause = firstPause
		}
		wait := pause/2 + rand.N(pause/2) //nolint:gosec // it spreads shards over time, and guards nothing
		s.Logger.Warn("discord gateway lost", "shard", s.id, "error", err, "resumes", s.session != "", "pause", wait)
		if sleep(ctx, wait) != nil {
			return nil //nolint:nilerr // told to stop while waiting: that is no failure
		}
		pause = min(2*pause, maxPause)
	}
}

// errAskedToReconnect is opcode 7.
var errAskedToReconnect = errors.New("asked to connect again")

// connect is one connection from its beginning to its end. It tells whether a session began or went on.
func (s *shard) connect(ctx context.Context) (begun bool, err error) {
	resuming := s.session != ""
	address := s.address
	if resuming && s.resume != "" {
		address = s.resume
	}
	asked := func(bool) {}
	if !resuming {
		if asked, err = s.identify(ctx); err != nil {
			return false, err
		}
		defer asked(false)
	}
	conn, err := dial(ctx, s.Dialer, address)
	if err != nil {
		s.resume = "" // the next try is at the gateway's own address
		return false, err
	}
	c := newConnection(s, conn)
	// Whoever waits for a server that says nothing is woken by the end of its connection.
	defer context.AfterFunc(ctx, func() { c.leave(websocket.CloseNormalClosure) })()
	defer c.end()
	if err := c.hello(); err != nil {
		s.resume = ""
		return false, err
	}
	err = c.begin(resuming)
	asked(true) // also where sending failed: it may have arrived
	if err != nil {
		return false, err
	}
	err = c.read()
	var closed *websocket.CloseError
	if errors.As(err, &closed) {
		if why := fatal[closed.Code]; why != "" {
			return c.ready, &FatalError{closed.Code, why}
		}
		if anew[closed.Code] {
			s.session, s.seq = "", 0
		}
	}
	return c.ready, err
}

func dial(ctx context.Context, dialer *websocket.Dialer, address string) (*websocket.Conn, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "ws" && u.Scheme != "wss" || u.Host == "" {
		return nil, fmt.Errorf("gateway address %q is none", address)
	}
	query := u.Query()
	query.Set("v", version)
	query.Set("encoding", "json")
	u.RawQuery = query.Encode()
	ctx, cancel := context.WithTimeout(ctx, helloTimeout)
	defer cancel()
	conn, response, err := dialer.DialContext(ctx, u.String(), nil)
	if response != nil && response.Body != nil {
		_ = response.Body.Close()
	}
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(maxEventBytes)
	return conn, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
