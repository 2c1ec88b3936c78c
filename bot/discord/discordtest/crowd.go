package discordtest

import (
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
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
	answered           bool  // the response was edited to hold the answer, be it more than once: edits are sent again
	extra              uint8 // messages beside the response
	disturbed          bool  // by a fault or a lost connection
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
