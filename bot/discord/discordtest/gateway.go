package discordtest

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

const gatewayPath = "/gateway-socket/"

// Bits of intents: https://discord.com/developers/docs/events/gateway#list-of-intents.
const (
	intentGuilds         = 1 << 0
	intentGuildMessages  = 1 << 9
	intentDirectMessages = 1 << 12
	intentMessageContent = 1 << 15
	privilegedIntents    = 1<<1 | 1<<8 | 1<<15 // members, presences, message content
)

const heartbeat = 41250 * time.Millisecond

// gateway is the state of all gateway connections and their sessions.
type gateway struct {
	conns    map[*conn]bool
	sessions map[string]*session
	refusals int  // of the next connections
	mute     bool // the next connections get no HELLO
	resumed  int
	ready    int
	granted  int    // privileged intents that the bot may ask for
	shard    [2]int // as which the bot identified last
}

type session struct {
	id      string
	intents int
	seq     int
	sent    []payload // for RESUME
	conn    *conn     // nil while the bot is away
}

type conn struct {
	ws       *websocket.Conn
	session  *session
	compress bool
	closing  bool // from our side
}

type payload struct {
	Op   int    `json:"op"`
	Data any    `json:"d"`
	Seq  int    `json:"s,omitempty"`
	Type string `json:"t,omitempty"`
}

// socketURL is the gateway's address at a server's.
func socketURL(base string) string { return "ws" + strings.TrimPrefix(base, "http") + gatewayPath }

func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	refused := s.gateway.refusals > 0
	if refused {
		s.gateway.refusals--
	}
	s.mu.Unlock()
	if refused {
		http.Error(w, "upstream connect error", http.StatusServiceUnavailable)
		return
	}
	ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer func() { _ = ws.Close() }()
	c := &conn{ws: ws}
	s.mu.Lock()
	if s.gateway.conns == nil {
		s.gateway.conns, s.gateway.sessions = map[*conn]bool{}, map[string]*session{}
	}
	s.gateway.conns[c] = true
	if !s.gateway.mute {
		c.send(payload{Op: 10, Data: map[string]any{"heartbeat_interval": heartbeat.Milliseconds()}})
	}
	s.gateway.mute = false
	s.notify()
	s.mu.Unlock()
	for {
		_, raw, err := ws.ReadMessage()
		s.mu.Lock()
		if err != nil {
			s.leave(c, err)
			s.mu.Unlock()
			return
		}
		if code := s.receive(c, raw); code != 0 {
			c.close(code)
		}
		s.notify()
		s.mu.Unlock()
	}
}

func (s *Server) leave(c *conn, err error) {
	delete(s.gateway.conns, c)
	if c.session != nil && c.session.conn == c {
		c.session.conn = nil
		if !c.closing && websocket.IsCloseError(err, websocket.CloseNormalClosure, websocket.CloseGoingAway) {
			delete(s.gateway.sessions, c.session.id) // as Discord does
		}
	}
	s.notify()
}

// receive handles what the bot sent and returns the code to close the connection with, 0 for none.
func (s *Server) receive(c *conn, raw []byte) (code int) {
	var p struct {
		Op   int             `json:"op"`
		Data json.RawMessage `json:"d"`
	}
	if json.Unmarshal(raw, &p) != nil {
		return 4002
	}
	switch p.Op {
	case 1:
		c.send(payload{Op: 11})
	case 2:
		return s.identify(c, p.Data)
	case 6:
		return s.resume(c, p.Data)
	case 3, 4, 8:
		if c.session == nil {
			return 4003
		}
	default:
		return 4001
	}
	return 0
}

func (s *Server) identify(c *conn, data []byte) int {
	var d struct {
		Token    string `json:"token"`
		Intents  int    `json:"intents"`
		Compress bool   `json:"compress"`
		Shard    [2]int `json:"shard"`
	}
	switch err := json.Unmarshal(data, &d); {
	case err != nil:
		return 4002
	case c.session != nil:
		return 4005
	case strings.TrimPrefix(d.Token, "Bot ") != s.Token:
		return 4004
	case d.Intents&privilegedIntents&^s.gateway.granted != 0:
		s.violate("IDENTIFY asks for privileged intents: %b", d.Intents)
		return 4014
	}
	c.compress, s.gateway.shard = d.Compress, d.Shard
	c.session = &session{id: s.fresh(), intents: d.Intents, conn: c}
	s.gateway.sessions[c.session.id] = c.session
	s.gateway.ready++
	c.session.emit("READY", map[string]any{
		"v": 9, "user": botUser, "session_id": c.session.id, "resume_gateway_url": socketURL(s.URL),
		"application": map[string]any{"id": BotID, "flags": 0}, "private_channels": []any{},
		"guilds": []any{map[string]any{"id": GuildID, "unavailable": true}},
	})
	if d.Intents&intentGuilds != 0 {
		c.session.emit("GUILD_CREATE", map[string]any{
			"id": GuildID, "name": "Passerelle", "preferred_locale": "en-US", "owner_id": UserID, "member_count": 2,
			"channels": []any{map[string]any{"id": ChannelID, "type": 0, "name": "general"}},
			"members":  []any{}, "roles": []any{}, "emojis": []any{}, "presences": []any{}, "voice_states": []any{},
		})
	}
	return 0
}

func (s *Server) resume(c *conn, data []byte) int {
	var d struct {
		Token   string `json:"token"`
		Session string `json:"session_id"`
		Seq     int    `json:"seq"`
	}
	if json.Unmarshal(data, &d) != nil {
		return 4002
	}
	if strings.TrimPrefix(d.Token, "Bot ") != s.Token {
		return 4004
	}
	known := s.gateway.sessions[d.Session]
	if known == nil {
		c.send(payload{Op: 9, Data: false})
		return 0
	}
	known.conn, c.session = c, known
	for _, p := range known.sent {
		if p.Seq > d.Seq {
			c.send(p)
		}
	}
	s.gateway.resumed++
	known.emit("RESUMED", map[string]any{})
	return 0
}

func (s *session) emit(event string, data any) {
	s.seq++
	p := payload{Data: data, Seq: s.seq, Type: event}
	s.sent = append(s.sent, p)
	if s.conn != nil {
		s.conn.send(p)
	}
}

// compressFrom is the size in bytes from which payloads are compressed for a bot that wants it.
const compressFrom = 1024

// send writes a payload; a connection that fails shows it when it is read.
func (c *conn) send(p payload) {
	_ = c.ws.SetWriteDeadline(time.Now().Add(Patience))
	encoded, err := json.Marshal(p)
	if err != nil {
		panic(fmt.Sprintf("discordtest: %v", err)) // only our own types are encoded
	}
	if !c.compress || len(encoded) < compressFrom {
		_ = c.ws.WriteMessage(websocket.TextMessage, encoded)
		return
	}
	var zipped bytes.Buffer
	z := zlib.NewWriter(&zipped)
	_, _ = z.Write(encoded)
	_ = z.Close()
	_ = c.ws.WriteMessage(websocket.BinaryMessage, zipped.Bytes())
}

func (c *conn) close(code int) {
	c.closing = true
	_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(Patience))
}

func (g *gateway) closeAll() {
	for c := range g.conns {
		_ = c.ws.NetConn().Close()
	}
}

// dispatch sends an event to every session, also to those whose bot is away for the moment. The Server is locked.
func (s *Server) dispatch(event string, intent int, data any) {
	for _, one := range s.gateway.sessions {
		if intent == 0 || one.intents&intent != 0 {
			one.emit(event, data)
		}
	}
}

// Dispatch sends an event of any form to every session.
func (s *Server) Dispatch(event string, data any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dispatch(event, 0, data)
}

// Shard is as which the bot identified last: its number, of how many.
func (s *Server) Shard() [2]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gateway.shard
}

// GrantMessageContent lets the bot ask for the intent of that name, as its owner does in the developer portal.
func (s *Server) GrantMessageContent() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.granted |= intentMessageContent
}

// readsContent tells that a session has asked for the texts of all messages.
func (g *gateway) readsContent() bool {
	for _, one := range g.sessions {
		if one.intents&intentMessageContent != 0 {
			return true
		}
	}
	return false
}

// WaitReady waits for the bot to be connected.
func (s *Server) WaitReady() {
	s.t.Helper()
	s.await("bot at the gateway", func() bool { return s.connected() })
}

func (s *Server) connected() bool {
	for _, one := range s.gateway.sessions {
		if one.conn != nil {
			return true
		}
	}
	return false
}

// DropGateway breaks all gateway connections without a word.
func (s *Server) DropGateway() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.gateway.conns {
		if c.session != nil {
			c.session.conn = nil
		}
	}
	s.gateway.closeAll()
}

// CloseGateway closes all gateway connections with a close code.
func (s *Server) CloseGateway(code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.gateway.conns {
		c.close(code)
	}
}

// AskReconnect tells the bot to connect again (opcode 7).
func (s *Server) AskReconnect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.gateway.conns {
		c.send(payload{Op: 7})
	}
}

// ForgetSessions makes the next RESUME fail (opcode 9), so that the bot has to begin anew.
func (s *Server) ForgetSessions() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.gateway.sessions)
}

// RefuseGateway answers the next n connections with a 503.
func (s *Server) RefuseGateway(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.refusals = n
}

// MuteGateway gives the next connection no HELLO.
func (s *Server) MuteGateway() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.mute = true
}

// WaitConnections waits for n gateway connections to be open.
func (s *Server) WaitConnections(n int) {
	s.t.Helper()
	s.await(fmt.Sprintf("%d gateway connections", n), func() bool { return len(s.gateway.conns) == n })
}

// WaitSessions waits for the bot to have begun ready sessions and resumed resumed ones, in all.
func (s *Server) WaitSessions(ready, resumed int) {
	s.t.Helper()
	s.await(fmt.Sprintf("%d sessions begun and %d resumed", ready, resumed), func() bool {
		return s.gateway.ready >= ready && s.gateway.resumed >= resumed && s.connected()
	})
}
