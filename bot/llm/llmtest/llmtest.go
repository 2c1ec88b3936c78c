// Package llmtest is a chat-completions server that behaves as badly as a test wants: a real HTTP server on loopback,
// so that a client, a whole bot or the built program can be pointed at it.
//
//	server := llmtest.New(t, llmtest.Good)
//	… ask with base URL server.URL …
//	server.Requests()
package llmtest

import (
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// Server is a running server.
type Server struct {
	URL string // the base URL, up to and with /v1

	mu       sync.Mutex
	behave   []Behaviour
	requests []Request
}

// Request is one request as it came over the wire.
type Request struct {
	Path     string
	Header   http.Header
	Raw      []byte                     // the body
	Fields   map[string]json.RawMessage // its top-level fields
	Messages []Message
}

// Message is one message of a request.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// Passage is one passage of a request's last user message, unescaped.
type Passage struct{ ID, Date, Title, Text string }

// Behaviour answers one request.
type Behaviour func(w http.ResponseWriter, r *http.Request, in Request)

// New starts a server that ends with the test. The first request meets the first behaviour, the second the second, and
// so on; the last one stays.
func New(t testing.TB, behaviours ...Behaviour) *Server {
	t.Helper()
	if len(behaviours) == 0 {
		t.Fatal("llmtest: a server needs a behaviour")
	}
	s := &Server{behave: behaviours}
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	s.URL = server.URL + "/v1"
	return s
}

// Requests returns what came in so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	in := Request{Path: r.URL.Path, Header: r.Header.Clone(), Raw: raw}
	var body struct {
		Messages []Message `json:"messages"`
	}
	if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/chat/completions") ||
		json.Unmarshal(raw, &in.Fields) != nil || json.Unmarshal(raw, &body) != nil || len(body.Messages) == 0 {
		http.Error(w, `{"error":{"message":"not a chat completion request","type":"invalid_request_error"}}`, http.StatusBadRequest)
		return
	}
	in.Messages = body.Messages
	s.mu.Lock()
	behave := s.behave[min(len(s.requests), len(s.behave)-1)]
	s.requests = append(s.requests, in)
	s.mu.Unlock()
	behave(w, r, in)
}

var passagePattern = regexp.MustCompile(`(?s)<passage id="([^"]*)" date="([^"]*)" title="([^"]*)">(.*?)</passage>`)

// Streamed tells that the answer is wanted in pieces.
func (r Request) Streamed() bool { return string(r.Fields["stream"]) == "true" }

// Decode reads a top-level field into v; a field that is missing leaves v as it is.
func (r Request) Decode(field string, v any) error {
	raw, has := r.Fields[field]
	if !has {
		return nil
	}
	return json.Unmarshal(raw, v)
}

// LastUser returns the last message of role user.
func (r Request) LastUser() string {
	for i := len(r.Messages) - 1; i >= 0; i-- {
		if r.Messages[i].Role == "user" {
			return r.Messages[i].Content
		}
	}
	return ""
}

// Passages reads the passages out of the last user message.
func (r Request) Passages() []Passage {
	var out []Passage
	for _, m := range passagePattern.FindAllStringSubmatch(r.LastUser(), -1) {
		out = append(out, Passage{
			ID: html.UnescapeString(m[1]), Date: html.UnescapeString(m[2]),
			Title: html.UnescapeString(m[3]), Text: html.UnescapeString(m[4]),
		})
	}
	return out
}
