package discordtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ServeHTTP is the part of the REST API that answers to /ask use, and the gateway.
func (c *Crowd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == gatewayPath {
		c.serveGateway(w, r)
		return
	}
	arrived := time.Now()
	path, body, ok := readCall(w, r)
	if !ok {
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
		return answer{status: http.StatusOK, body: map[string]any{"url": socketURL(c.URL), "shards": c.config.Shards,
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
			if !u.answered {
				c.open--
			}
			u.answered = true
		}
		return answer{status: http.StatusOK, body: map[string]any{"id": BotID, "channel_id": "1"}}
	case strings.HasPrefix(path, "/webhooks/") && r.Method == http.MethodPost:
		u.extra++
		return answer{status: http.StatusOK, body: map[string]any{"id": BotID, "channel_id": "1"}}
	}
	c.violate("%s %s is not served by discordtest's crowd", r.Method, path)
	return failure(http.StatusNotFound, 0, "404: Not Found")
}
