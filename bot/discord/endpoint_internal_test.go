package discord

import (
	"crypto/ed25519"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestEndpoint(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	_, stranger, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	const (
		ping    = `{"id":"1","type":1,"token":"t"}`
		command = `{"id":"2","application_id":"9","type":2,"token":"t","data":{"id":"3","name":"help","type":1}}`
	)
	tests := []struct {
		name   string
		method string
		body   string
		key    ed25519.PrivateKey
		age    time.Duration
		twice  bool
		change func(h http.Header)
		want   int
		reply  string
		taken  int
	}{
		{name: "PING", body: ping, want: 200, reply: `{"type":1}`},
		{name: "a command", body: command, want: 202, taken: 1},
		{name: "another's signature", body: command, key: stranger, want: 401},
		{name: "no signature", body: command, change: func(h http.Header) { h.Del("X-Signature-Ed25519") }, want: 401},
		{name: "a short signature", body: command, change: func(h http.Header) { h.Set("X-Signature-Ed25519", "abcd") }, want: 401},
		{name: "no time", body: command, change: func(h http.Header) { h.Del("X-Signature-Timestamp") }, want: 401},
		{name: "another time", body: command, change: func(h http.Header) { h.Set("X-Signature-Timestamp", strconv.FormatInt(time.Now().Unix()+1, 10)) }, want: 401},
		{name: "signed long ago", body: command, age: time.Minute, want: 401},
		{name: "signed in the future", body: command, age: -time.Minute, want: 401},
		{name: "the same again", body: command, twice: true, want: 401, taken: 1},
		{name: "no JSON", body: `{"type":`, want: 400},
		{name: "no interaction", body: `{"type":2,"data":7}`, want: 400},
		{name: "too large", body: `{"type":1,"x":"` + strings.Repeat("x", maxInteractionBytes) + `"}`, want: 413},
		{name: "another method", method: http.MethodGet, body: ping, want: 405},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e, err := NewEndpoint(hex.EncodeToString(public))
				if err != nil {
					t.Fatal(err)
				}
				taken := 0
				defer e.serve(func(i incoming) bool { taken++; return i.ID == "2" })()
				if tt.key == nil {
					tt.key = private
				}
				at := strconv.FormatInt(time.Now().Add(-tt.age).Unix(), 10)
				post := func() *httptest.ResponseRecorder {
					method := tt.method
					if method == "" {
						method = http.MethodPost
					}
					req := httptest.NewRequestWithContext(t.Context(), method, "/interactions", strings.NewReader(tt.body))
					req.Header.Set("X-Signature-Timestamp", at)
					req.Header.Set("X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(tt.key, []byte(at+tt.body))))
					if tt.change != nil {
						tt.change(req.Header)
					}
					w := httptest.NewRecorder()
					e.ServeHTTP(w, req)
					return w
				}
				if tt.twice {
					post()
				}
				w := post()
				if w.Code != tt.want || tt.reply != "" && w.Body.String() != tt.reply || taken != tt.taken {
					t.Errorf("%d %q, %d taken; want %d %q, %d", w.Code, w.Body, taken, tt.want, tt.reply, tt.taken)
				}
			})
		})
	}
}

func TestEndpointForgetsSignatures(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := NewEndpoint(hex.EncodeToString(public))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1_800_000_000, 0)
	for i := range 100 {
		at := strconv.FormatInt(now.Unix(), 10)
		if !e.signed(at, hex.EncodeToString(ed25519.Sign(private, []byte(at+"x"))), []byte("x"), now) {
			t.Fatalf("signature %d refused", i)
		}
		now = now.Add(replayWindow / 2)
	}
	if n := len(e.seen); n > 4 {
		t.Errorf("%d signatures are remembered", n)
	}
}

func TestEndpointWithoutARunningBot(t *testing.T) {
	for _, key := range []string{"", "xyz", strings.Repeat("a", 62)} {
		if e, err := NewEndpoint(key); err == nil || e != nil {
			t.Errorf("key %q is taken", key)
		}
	}
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := NewEndpoint(hex.EncodeToString(public))
	if err != nil {
		t.Fatal(err)
	}
	body, at := `{"id":"2","type":2,"data":{"name":"x"}}`, strconv.FormatInt(time.Now().Unix(), 10)
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body))
	req.Header.Set("X-Signature-Timestamp", at)
	req.Header.Set("X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(private, []byte(at+body))))
	w := httptest.NewRecorder()
	e.ServeHTTP(w, req)
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("status %d", w.Code)
	}
}
