package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"passerelle/bot/llm"
	"passerelle/bot/llm/llmtest"
	"passerelle/cmd/passerelle/internal/config"
)

// A process that ends closes everything, so whether the parts do cannot be seen by running the program.
func TestNoConnectionToTheModelIsLeftOpen(t *testing.T) {
	for name, use := range map[string]func(context.Context, *testing.T, config.Config){
		"by the parts": func(ctx context.Context, t *testing.T, c config.Config) {
			p, err := openParts(ctx, c, false, t.Output(), slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.model.Complete(ctx, llm.Request{Messages: []llm.Message{{Role: llm.User, Content: "?"}}}); err != nil {
				t.Error(err)
			}
			if err := p.Close(); err != nil {
				t.Error(err)
			}
		},
		"by doctor": func(ctx context.Context, t *testing.T, c config.Config) {
			if v := checkModel(ctx, c); v.level != "ok" {
				t.Error(v)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			closed := make(chan struct{}, 20) // doctor asks several times
			server := httptest.NewUnstartedServer(llmtest.New(t, llmtest.Says(`{"word": "yes"}`)))
			server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateClosed {
					closed <- struct{}{}
				}
			}
			server.Start()
			defer server.Close()
			c := config.Default()
			c.Data, c.Corpus = t.TempDir(), filepath.Join("testdata", "corpus")
			c.LLM.BaseURL, c.LLM.Model = server.URL+"/v1", "test"
			use(t.Context(), t, c)
			select {
			case <-closed:
			case <-time.After(5 * time.Second):
				t.Error("the connection stays open")
			}
		})
	}
}
