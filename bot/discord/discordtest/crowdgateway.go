package discordtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

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
		"v": 10, "user": botUser, "session_id": s.id, "resume_gateway_url": socketURL(c.URL), "application": map[string]any{"id": BotID, "flags": 0}, "guilds": []any{},
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
