package discordtest

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// flagMessageContent is of an application that may read messages: https://discord.com/developers/docs/resources/application.
const flagMessageContent = 1 << 19

// Application is what the bot's owner set in the developer portal.
type Application struct {
	PublicKey string // in hexadecimal
	Endpoint  string // the Interactions Endpoint URL, as doctor is told it
	// Post takes interactions instead of the gateway, signed with the key: what the Endpoint URL leads to; "" for the gateway.
	Post     string
	Key      ed25519.PrivateKey
	Shards   int // that Discord recommends; 0 for one
	Sessions int // that may still begin today; 0 for 999
}

// Own sets what the bot's owner set.
func (s *Server) Own(a Application) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.application = a
}

// getApplication answers as the Server's owner set it. The Server is locked.
func (s *Server) getApplication() answer {
	flags := 0
	if s.gateway.granted&intentMessageContent != 0 {
		flags = flagMessageContent
	}
	var endpoint any
	if s.application.Endpoint != "" {
		endpoint = s.application.Endpoint
	}
	return answer{status: http.StatusOK, body: map[string]any{
		"id": BotID, "name": "passerelle", "verify_key": s.application.PublicKey, "flags": flags, "interactions_endpoint_url": endpoint,
	}}
}

// getGateway tells where the gateway is. The Server is locked.
func (s *Server) getGateway() answer {
	shards, sessions := max(s.application.Shards, 1), s.application.Sessions
	if sessions == 0 {
		sessions = 999
	}
	return answer{status: http.StatusOK, body: map[string]any{"url": socketURL(s.URL), "shards": shards,
		"session_start_limit": map[string]int{"total": 1000, "remaining": sessions, "reset_after": 3_600_000, "max_concurrency": 1}}}
}

// tell has the bot told of an interaction, over the gateway or, where its owner set that, by HTTP. The Server is locked.
func (s *Server) tell(i *Interaction) {
	if s.application.Post == "" {
		s.dispatch("INTERACTION_CREATE", 0, i.event)
		return
	}
	body, err := json.Marshal(i.event)
	if err != nil {
		s.t.Fatalf("discordtest: %v", err)
	}
	at, own := strconv.FormatInt(time.Now().Unix(), 10), s.application
	req, err := http.NewRequest(http.MethodPost, own.Post, bytes.NewReader(body)) //nolint:noctx // Patience bounds it
	if err != nil {
		s.t.Fatalf("discordtest: %v", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Signature-Timestamp", at)
	req.Header.Set("X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(own.Key, append([]byte(at), body...))))
	s.posts.Go(func() {
		res, err := (&http.Client{Timeout: Patience}).Do(req)
		s.mu.Lock()
		defer s.mu.Unlock()
		if err != nil {
			s.violate("interaction %s (%s) by HTTP: %v", i.ID, i.what, err)
			return
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusAccepted {
			s.violate("interaction %s (%s) by HTTP: status %d", i.ID, i.what, res.StatusCode)
		}
	})
}
