package discordtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// CrowdConfig says how large a Crowd is and what goes wrong in it.
type CrowdConfig struct {
	Shards, Guilds int
	Faults         float64 // the share of REST calls that something goes wrong with
}

// Crowd is a Discord of many guilds at several shards, for tests of load: people use one command, /ask, as fast as the test
// says, while REST calls fail and shards are cut off. It keeps a few bytes of what is done with, so that it can go on for
// long, and does not wait for anything; a test asks it for its Count.
type Crowd struct {
	URL, Token string

	t      testing.TB
	http   *httptest.Server
	rules  *rules
	config CrowdConfig

	mu         sync.Mutex
	shards     []crowdShard
	conns      map[*conn]bool
	commands   []byte
	uses       []use
	requests   int
	open       int // uses without an answer
	peak       int // of open, since somebody asked
	faults     map[string]int
	skipped    int
	violations []string
	identified map[int]time.Time // by bucket
}

type crowdShard struct {
	session *session // nil before IDENTIFY and after an invalid session
	away    bool     // told to wait by opcode 9; nobody uses commands there until it is back
}

// use is one use of the command, by its number.
type use struct {
	sent, acknowledged time.Time
	shard              int
	answers            uint8 // edits of the response that hold an answer, those sent again not counted
	extra              uint8 // messages beside the response
	disturbed          bool  // by a fault or a lost connection
}

// Count is what became of the uses so far.
type Count struct {
	Sent, Acknowledged, Answered, Several, Late int
	Skipped                                     int // uses that went to another guild, whose shard had not been told to stay away
	Requests                                    int
	Faults                                      map[string]int
	Calm, All                                   []time.Duration // until the acknowledgement, sorted; Calm are those that nothing disturbed
}

const (
	crowdHeartbeat   = 5 * time.Second
	crowdReplay      = 4000 // events that a session keeps for RESUME
	firstCrowdGuild  = 1 << 60
	crowdConcurrency = 16
)

// NewCrowd starts a Crowd, which ends with the test and fails it for rules that were broken.
func NewCrowd(t testing.TB, config CrowdConfig) *Crowd {
	t.Helper()
	rules, err := loadRules()
	if err != nil {
		t.Fatal(err)
	}
	c := &Crowd{
		Token: "discordtest.crowd." + strconv.FormatInt(time.Now().UnixNano(), 36), t: t, rules: rules, config: config,
		shards: make([]crowdShard, config.Shards), conns: map[*conn]bool{}, faults: map[string]int{}, identified: map[int]time.Time{},
	}
	c.http = httptest.NewServer(c)
	c.URL = c.http.URL
	t.Cleanup(func() {
		c.mu.Lock()
		for one := range c.conns {
			_ = one.ws.NetConn().Close()
		}
		broken := c.violations
		c.mu.Unlock()
		c.http.Close()
		for _, v := range broken[:min(len(broken), 20)] {
			t.Errorf("against Discord's rules (%d in all): %s", len(broken), v)
		}
	})
	return c
}

// Ready tells that all shards are connected.
func (c *Crowd) Ready() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.commands != nil && !slices.ContainsFunc(c.shards, func(s crowdShard) bool { return s.session == nil || s.session.conn == nil })
}

// Ask has somebody use /ask in one of the guilds. The question is the use's number in words of its own.
func (c *Crowd) Ask() {
	c.mu.Lock()
	defer c.mu.Unlock()
	guild := rand.N(c.config.Guilds)
	for range c.config.Shards {
		if s := c.shards[guild%c.config.Shards]; s.session != nil && !s.away {
			break
		}
		c.skipped++ // somebody of the next shard has their turn, so that the rate stays
		guild = (guild + 1) % c.config.Guilds
	}
	at := guild % c.config.Shards
	s := c.shards[at]
	if s.session == nil || s.away {
		return
	}
	n := len(c.uses)
	c.open++
	c.peak = max(c.peak, c.open)
	c.uses = append(c.uses, use{sent: time.Now(), shard: at, disturbed: s.session.conn == nil})
	id := strconv.Itoa(guildID(guild, c.config.Shards))
	s.session.emit("INTERACTION_CREATE", map[string]any{
		"id": strconv.Itoa(firstFreshID + n), "application_id": BotID, "type": 2, "token": "crowd-" + strconv.Itoa(n), "version": 1,
		"locale": "fr", "guild_locale": "fr", "guild_id": id, "channel_id": id, "app_permissions": "0",
		"member": map[string]any{"user": User{ID: strconv.Itoa(2*firstFreshID + rand.N(1<<40)), Username: "someone", Discriminator: "0"}, "roles": []any{}, "permissions": "0"},
		"data":   map[string]any{"id": "1", "name": "ask", "type": 1, "options": []any{map[string]any{"name": "question", "type": 3, "value": Question(n)}}},
	})
	if sent := s.session.sent; len(sent) > 2*crowdReplay {
		s.session.sent = slices.Clone(sent[len(sent)-crowdReplay:])
	}
}

// Question is the text of the use of a number, and Mark what its answer must hold.
func Question(n int) string { return "Qui numéro " + Mark(n) + " ?" }

// Mark is in no other answer than that to the use of a number.
func Mark(n int) string { return fmt.Sprintf("#%d#", n) }

// guildID makes an id whose shard is the guild's number modulo the shards: (id >> 22) % shards.
func guildID(guild, shards int) int { return (firstCrowdGuild>>22/shards*shards + guild) << 22 }

// Drop breaks the connection of a shard without a word.
func (c *Crowd) Drop(shard int) {
	c.disturb(shard, "drop", func(s *crowdShard) { _ = s.session.conn.ws.NetConn().Close() })
}

// AskReconnect tells a shard to connect again (opcode 7).
func (c *Crowd) AskReconnect(shard int) {
	c.disturb(shard, "opcode 7", func(s *crowdShard) { s.session.conn.send(payload{Op: 7}) })
}

// Invalidate tells a shard that its session is not valid (opcode 9), and whether to resume it all the same.
func (c *Crowd) Invalidate(shard int, resumable bool) {
	c.disturb(shard, fmt.Sprintf("opcode 9 %t", resumable), func(s *crowdShard) {
		s.session.conn.send(payload{Op: 9, Data: resumable})
		s.away = true
		if !resumable {
			s.session.conn = nil
			s.session = nil
		}
	})
}

func (c *Crowd) disturb(shard int, what string, do func(*crowdShard)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := &c.shards[shard]
	if s.session == nil || s.session.conn == nil || s.away {
		return
	}
	c.faults[what]++
	for i := max(0, len(c.uses)-1000); i < len(c.uses); i++ { // what is on its way may be lost and come again
		if u := &c.uses[i]; u.shard == shard && u.acknowledged.IsZero() {
			u.disturbed = true
		}
	}
	do(s)
}

// Count sums up.
func (c *Crowd) Count() Count {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := Count{Sent: len(c.uses), Skipped: c.skipped, Requests: c.requests, Faults: map[string]int{}}
	for k, v := range c.faults {
		out.Faults[k] = v
	}
	for _, u := range c.uses {
		if u.answers > 0 {
			out.Answered++
		}
		if u.answers > 1 || u.extra > 0 {
			out.Several++
		}
		if u.acknowledged.IsZero() {
			continue
		}
		out.Acknowledged++
		took := u.acknowledged.Sub(u.sent)
		if took > ackLimit {
			out.Late++
		}
		out.All = append(out.All, took)
		if !u.disturbed {
			out.Calm = append(out.Calm, took)
		}
	}
	slices.Sort(out.All)
	slices.Sort(out.Calm)
	return out
}

// Open is how many uses have no answer yet.
func (c *Crowd) Open() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.open
}

// Peak is the most uses that had no answer at a time since it was asked last.
func (c *Crowd) Peak() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	peak := c.peak
	c.peak = c.open
	return peak
}

// Unanswered are the numbers of the first uses that have no answer.
func (c *Crowd) Unanswered() (numbers []int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for n, u := range c.uses {
		if u.answers == 0 && len(numbers) < 10 {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// ServeHTTP is the part of the REST API that answers to /ask use, and the gateway.
func (c *Crowd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == gatewayPath {
		c.serveGateway(w, r)
		return
	}
	arrived := time.Now()
	path := version.ReplaceAllString(r.URL.Path, "/")
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	broken := c.rules.checkAlike(r.Method, path, body)
	c.mu.Lock()
	c.requests++
	f, fails := c.fault(path)
	var a answer
	if !fails || f.Late {
		a = c.serve(r, path, body, broken, arrived)
	}
	if fails {
		a = f.answer()
	}
	c.mu.Unlock()
	a.write(w)
}

// fault decides whether something goes wrong with a call on an interaction. The Crowd is locked.
func (c *Crowd) fault(path string) (*Fault, bool) {
	if !strings.Contains(path, "crowd-") || rand.Float64() >= c.config.Faults {
		return nil, false
	}
	name := []string{"429", "500", "lost", "500 late", "lost late"}[rand.N(5)]
	c.faults[name]++
	if u := c.use(path); u != nil && u.acknowledged.IsZero() {
		u.disturbed = true
	}
	return map[string]*Fault{
		"429":       {Status: http.StatusTooManyRequests, RetryAfter: 200 * time.Millisecond},
		"500":       {Status: http.StatusInternalServerError},
		"lost":      {},
		"500 late":  {Status: http.StatusBadGateway, Late: true},
		"lost late": {Late: true},
	}[name], true
}

// use finds the use whose token is in a path.
func (c *Crowd) use(path string) *use {
	_, rest, _ := strings.Cut(path, "crowd-")
	number, _, _ := strings.Cut(rest, "/")
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n >= len(c.uses) {
		return nil
	}
	return &c.uses[n]
}

func (c *Crowd) violate(format string, args ...any) {
	if len(c.violations) < 1000 {
		c.violations = append(c.violations, fmt.Sprintf(format, args...))
	}
}

func (c *Crowd) serve(r *http.Request, path string, body []byte, broken []string, arrived time.Time) answer {
	if len(broken) > 0 {
		c.violate("%s %s: %s", r.Method, path, strings.Join(broken, "; "))
		return failure(http.StatusBadRequest, 50035, "Invalid Form Body")
	}
	if !strings.Contains(path, "crowd-") && r.Header.Get("Authorization") != "Bot "+c.Token {
		c.violate("%s %s without the bot's token", r.Method, path)
		return failure(http.StatusUnauthorized, 0, "401: Unauthorized")
	}
	u := c.use(path)
	switch {
	case path == "/gateway/bot":
		return answer{status: http.StatusOK, body: map[string]any{"url": c.gatewayURL(), "shards": c.config.Shards,
			"session_start_limit": map[string]int{"total": 100_000, "remaining": 99_000, "reset_after": 0, "max_concurrency": crowdConcurrency}}}
	case path == "/applications/"+BotID+"/commands" && r.Method == http.MethodGet:
		return answer{status: http.StatusOK, body: []any{}}
	case path == "/applications/"+BotID+"/commands" && r.Method == http.MethodPut:
		c.commands = body
		return answer{status: http.StatusOK, body: json.RawMessage(body)}
	case u == nil:
	case strings.HasSuffix(path, "/callback"):
		if !u.acknowledged.IsZero() {
			return failure(http.StatusBadRequest, 40060, "Interaction has already been acknowledged.")
		}
		u.acknowledged = arrived
		if arrived.Sub(u.sent) > ackLimit {
			return failure(http.StatusNotFound, 10062, "Unknown interaction")
		}
		return answer{status: http.StatusNoContent}
	case strings.HasSuffix(path, "/messages/@original") && r.Method == http.MethodPatch:
		if u.acknowledged.IsZero() {
			c.violate("%s edited before it was acknowledged", path)
		}
		if _, number, _ := strings.Cut(path, "crowd-"); bytes.Contains(body, []byte("#"+strings.TrimSuffix(number, "/messages/@original")+"#")) {
			if u.answers == 0 {
				c.open--
			}
			u.answers = 1
		}
		return answer{status: http.StatusOK, body: map[string]any{"id": BotID, "channel_id": "1"}}
	case strings.HasPrefix(path, "/webhooks/") && r.Method == http.MethodPost:
		u.extra++
		return answer{status: http.StatusOK, body: map[string]any{"id": BotID, "channel_id": "1"}}
	}
	c.violate("%s %s is not served by discordtest's crowd", r.Method, path)
	return failure(http.StatusNotFound, 0, "404: Not Found")
}

func (c *Crowd) gatewayURL() string {
	return "ws" + strings.TrimPrefix(c.URL, "http") + gatewayPath
}

func (c *Crowd) serveGateway(w http.ResponseWriter, r *http.Request) {
	ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer func() { _ = ws.Close() }()
	one := &conn{ws: ws}
	c.mu.Lock()
	c.conns[one] = true
	one.send(payload{Op: 10, Data: map[string]any{"heartbeat_interval": crowdHeartbeat.Milliseconds()}})
	c.mu.Unlock()
	for {
		_, raw, err := ws.ReadMessage()
		c.mu.Lock()
		if err != nil {
			delete(c.conns, one)
			if one.session != nil && one.session.conn == one {
				one.session.conn = nil
			}
			c.mu.Unlock()
			return
		}
		if code := c.receive(one, raw); code != 0 {
			one.close(code)
		}
		c.mu.Unlock()
	}
}

// receive handles what a shard sent and returns the code to close the connection with, 0 for none.
func (c *Crowd) receive(from *conn, raw []byte) int {
	var p struct {
		Op   int `json:"op"`
		Data struct {
			Token   string `json:"token"`
			Intents int    `json:"intents"`
			Shard   [2]int `json:"shard"`
			Session string `json:"session_id"`
			Seq     int    `json:"seq"`
		} `json:"d"`
	}
	var op struct {
		Op int `json:"op"`
	}
	if json.Unmarshal(raw, &op) != nil {
		return 4002
	}
	if op.Op == 1 {
		from.send(payload{Op: 11})
		return 0
	}
	if json.Unmarshal(raw, &p) != nil {
		return 4002
	}
	if strings.TrimPrefix(p.Data.Token, "Bot ") != c.Token {
		return 4004
	}
	switch op.Op {
	case 2:
		return c.identify(from, p.Data.Shard, p.Data.Intents)
	case 6:
		for i := range c.shards {
			if known := c.shards[i].session; known != nil && known.id == p.Data.Session {
				c.resume(&c.shards[i], from, p.Data.Seq)
				return 0
			}
		}
		from.send(payload{Op: 9, Data: false})
		return 0
	}
	return 4001
}

func (c *Crowd) identify(from *conn, shard [2]int, intents int) int {
	id, count := shard[0], shard[1]
	if count != c.config.Shards || id < 0 || id >= count {
		return 4010
	}
	bucket, now := id%crowdConcurrency, time.Now()
	if last := c.identified[bucket]; !last.IsZero() && now.Sub(last) < 4900*time.Millisecond {
		c.violate("two IDENTIFYs of one bucket within %s", now.Sub(last))
	}
	c.identified[bucket] = now
	c.faults["identify"]++
	s := &session{id: fmt.Sprintf("crowd-%d-%d", id, now.UnixNano()), intents: intents, conn: from}
	from.session = s
	c.shards[id] = crowdShard{session: s}
	s.emit("READY", map[string]any{
		"v": 10, "user": botUser, "session_id": s.id, "resume_gateway_url": c.gatewayURL(), "application": map[string]any{"id": BotID, "flags": 0}, "guilds": []any{},
	})
	for guild := id; guild < c.config.Guilds; guild += count {
		s.emit("GUILD_CREATE", map[string]any{"id": strconv.Itoa(guildID(guild, count)), "name": "Guild", "preferred_locale": "fr", "member_count": 2})
	}
	return 0
}

func (c *Crowd) resume(s *crowdShard, from *conn, seq int) {
	c.faults["resume"]++
	s.session.conn, from.session, s.away = from, s.session, false
	for _, p := range s.session.sent {
		if p.Seq > seq {
			from.send(p)
		}
	}
	s.session.emit("RESUMED", map[string]any{})
}
