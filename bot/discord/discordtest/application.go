package discordtest

import "net/http"

// flagMessageContent is of an application that may read messages: https://discord.com/developers/docs/resources/application.
const flagMessageContent = 1 << 19

// Application is what the bot's owner set in the developer portal.
type Application struct {
	PublicKey string // in hexadecimal
	Endpoint  string // the Interactions Endpoint URL; "" for the gateway
	Shards    int    // that Discord recommends; 0 for one
	Sessions  int    // that may still begin today; 0 for 999
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
	return answer{status: http.StatusOK, body: map[string]any{"url": s.gatewayURL(), "shards": shards,
		"session_start_limit": map[string]int{"total": 1000, "remaining": sessions, "reset_after": 3_600_000, "max_concurrency": 1}}}
}
