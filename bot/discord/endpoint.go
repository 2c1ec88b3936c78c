package discord

import (
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
)

const (
	// maxInteractionBytes bounds what an interaction may hold; a fact-checked message with its author is some kilobytes.
	maxInteractionBytes = 1 << 20
	// replayWindow is how far a signature's time may lie from ours: clocks differ, networks hesitate, and an interaction's
	// token is good for three seconds unless it is acknowledged.
	replayWindow = 30 * time.Second
	maxReplays   = 1 << 16 // signatures remembered within it
)

// Endpoint is the second way in: Discord posts interactions to it, signed, in place of sending them over the gateway
// (developer portal, General Information, Interactions Endpoint URL). What arrives is served by the Bot's Run like any
// other interaction. It is an http.Handler for one path.
type Endpoint struct {
	key ed25519.PublicKey

	mu      sync.Mutex
	deliver func(i incoming) bool // nil while the bot does not run
	seen    map[string]time.Time  // signatures, until when they would be taken again
}

// NewEndpoint makes an Endpoint that takes what was signed for an application. publicKey is in hexadecimal, as the portal
// shows it.
func NewEndpoint(publicKey string) (*Endpoint, error) {
	key, err := hex.DecodeString(publicKey)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, errors.New("discord.public_key: not 64 hexadecimal digits; copy it from the developer portal (General Information → Public Key)")
	}
	return &Endpoint{key: key, seen: map[string]time.Time{}}, nil
}

// serve has interactions delivered until the returned function is called.
func (e *Endpoint) serve(deliver func(incoming) bool) (stop func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.deliver = deliver
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.deliver = nil
	}
}

// ServeHTTP implements http.Handler. An interaction is taken with 202 and answered by the callback that the gateway's are
// answered by; PING is answered at once. What is not signed, or signed long ago, or comes twice, is a 401.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "POST only", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxInteractionBytes))
	if err != nil {
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	}
	if !e.signed(req.Header.Get("X-Signature-Timestamp"), req.Header.Get("X-Signature-Ed25519"), body, time.Now()) {
		http.Error(w, "invalid request signature", http.StatusUnauthorized)
		return
	}
	var kind struct {
		Type discordgo.InteractionType `json:"type"`
	}
	if err := json.Unmarshal(body, &kind); err != nil {
		http.Error(w, "not an interaction", http.StatusBadRequest)
		return
	}
	if kind.Type == discordgo.InteractionPing {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"type":1}`) // PONG
		return
	}
	i, err := readInteraction(body)
	if err != nil {
		http.Error(w, "not an interaction", http.StatusBadRequest)
		return
	}
	e.mu.Lock()
	deliver := e.deliver
	e.mu.Unlock()
	if deliver == nil || !deliver(i) {
		http.Error(w, "not serving", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

// signed tells whether Discord signed a body, lately, and for the first time.
func (e *Endpoint) signed(timestamp, signature string, body []byte, now time.Time) bool {
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return false
	}
	at := time.Unix(seconds, 0)
	if now.Sub(at).Abs() > replayWindow {
		return false
	}
	sig, err := hex.DecodeString(signature)
	if err != nil || len(sig) != ed25519.SignatureSize || !ed25519.Verify(e.key, append([]byte(timestamp), body...), sig) {
		return false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for s, until := range e.seen {
		if now.After(until) {
			delete(e.seen, s)
		}
	}
	if _, again := e.seen[string(sig)]; again || len(e.seen) >= maxReplays {
		return false
	}
	e.seen[string(sig)] = at.Add(replayWindow)
	return true
}
