// Package embeddingstest is an embeddings server that behaves as badly as a test wants: a real HTTP server on loopback.
// Its vectors know nothing of language: each word has its own, and a text has the sum of its words'.
package embeddingstest

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// Dimension is the length of the vectors of Good.
const Dimension = 48

// Server is a running server.
type Server struct {
	URL string // the base URL, up to and with /v1

	mu       sync.Mutex
	behave   Behaviour
	requests []Request
}

// Request is one request as it came over the wire.
type Request struct {
	Path   string
	Header http.Header
	Model  string   `json:"model"`
	Input  []string `json:"input"`
}

// Behaviour answers one request.
type Behaviour func(w http.ResponseWriter, r *http.Request, in Request)

// New starts a server that ends with the test.
func New(t testing.TB, b Behaviour) *Server {
	t.Helper()
	s := &Server{behave: b}
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	s.URL = server.URL + "/v1"
	return s
}

// Become changes the behaviour.
func (s *Server) Become(b Behaviour) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behave = b
}

// Requests returns what came in so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in := Request{Path: r.URL.Path, Header: r.Header.Clone()}
	if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/embeddings") || json.NewDecoder(r.Body).Decode(&in) != nil || len(in.Input) == 0 {
		http.Error(w, `{"error":{"message":"not an embeddings request"}}`, http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	behave := s.behave
	s.requests = append(s.requests, in)
	s.mu.Unlock()
	behave(w, r, in)
}

// Item is one vector of an answer. Numbers are written as they stand, so that a test can write what is no number.
type Item struct {
	Index   int
	Numbers []string
}

// Vector is the vector that Good gives a text.
func Vector(text string) []string {
	sum := make([]float64, Dimension)
	for word := range strings.FieldsSeq(strings.ToLower(text)) {
		h := fnv.New64a()
		_, _ = h.Write([]byte(strings.Trim(word, ".,?!:")))
		r := rand.New(rand.NewPCG(h.Sum64(), 1))
		for i := range sum {
			sum[i] += r.NormFloat64()
		}
	}
	out := make([]string, Dimension)
	for i, x := range sum {
		out[i] = fmt.Sprint(x)
	}
	return out
}

// Good answers every text, the last first: order is what index says.
func Good(w http.ResponseWriter, _ *http.Request, in Request) {
	var items []Item
	for i := len(in.Input) - 1; i >= 0; i-- {
		items = append(items, Item{i, Vector(in.Input[i])})
	}
	Write(w, items)
}

// Write answers with vectors.
func Write(w http.ResponseWriter, items []Item) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	var parts []string
	for _, item := range items {
		parts = append(parts, fmt.Sprintf(`{"object":"embedding","index":%d,"embedding":[%s]}`, item.Index, strings.Join(item.Numbers, ",")))
	}
	_, _ = fmt.Fprintf(w, `{"object":"list","model":"m","data":[%s],"usage":{"prompt_tokens":1,"total_tokens":1}}`, strings.Join(parts, ","))
}

// Edited is Good after a change of its vectors.
func Edited(edit func([]Item) []Item) Behaviour {
	return func(w http.ResponseWriter, _ *http.Request, in Request) {
		var items []Item
		for i, text := range in.Input {
			items = append(items, Item{i, Vector(text)})
		}
		Write(w, edit(items))
	}
}

// Status fails with a status; its message repeats the key and the first text.
func Status(code int, header ...string) Behaviour {
	return func(w http.ResponseWriter, r *http.Request, in Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]string{
			"message": "no: " + r.Header.Get("Authorization") + " " + in.Input[0],
		}})
	}
}

// Body answers with these bytes.
func Body(contentType, body string) Behaviour {
	return func(w http.ResponseWriter, _ *http.Request, _ Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write([]byte(body))
	}
}

// Endless sends JSON without end.
func Endless(w http.ResponseWriter, r *http.Request, _ Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"data":[{"embedding":[0`))
	chunk := []byte(strings.Repeat(",0.5", 1<<14))
	for r.Context().Err() == nil {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

// Slow never answers.
func Slow(_ http.ResponseWriter, r *http.Request, _ Request) { <-r.Context().Done() }

// Reset breaks the connection off in the body.
func Reset(w http.ResponseWriter, _ *http.Request, _ Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", "1000")
	_, _ = w.Write([]byte(`{"data":[`))
	panic(http.ErrAbortHandler)
}
