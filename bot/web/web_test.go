package web_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"passerelle/bot/web"
)

func serve(t *testing.T, c web.Config) (address string) {
	t.Helper()
	c.Address = "127.0.0.1:0"
	s, err := web.Listen(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("at the end: %v", err)
		}
	})
	return "http://" + s.Address()
}

func get(t *testing.T, address string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, strings.TrimSpace(string(body))
}

func TestHealth(t *testing.T) {
	var ready atomic.Bool
	address := serve(t, web.Config{
		Ready: func(context.Context) error {
			if !ready.Load() {
				return errors.New("shard 3 is not connected")
			}
			return nil
		},
		Handle: map[string]http.Handler{"GET /metrics": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "numbers") })},
	})
	check := func(path string, status int, text string) {
		t.Helper()
		if s, body := get(t, address+path); s != status || text != "" && body != text {
			t.Errorf("%s: %d %q, want %d %q", path, s, body, status, text)
		}
	}
	check("/healthz", 200, "alive")
	check("/readyz", 503, "shard 3 is not connected")
	ready.Store(true)
	check("/readyz", 200, "ready")
	check("/metrics", 200, "numbers")
	check("/", 404, "")
}

func TestListenFails(t *testing.T) {
	for name, c := range map[string]web.Config{
		"no address":   {Address: "nowhere at all", Ready: func(context.Context) error { return nil }},
		"nobody ready": {Address: "127.0.0.1:0"},
	} {
		if s, err := web.Listen(t.Context(), c); err == nil || s != nil {
			t.Errorf("%s: it listens", name)
		}
	}
}
