package discord_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"passerelle/bot/discord"
	"passerelle/bot/discord/discordtest"
)

// logs collects what a bot logs.
type logs struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// running is a bot that runs against a Discord until its test ends.
type running struct {
	*discordtest.Server
	logs *logs
	stop func() error // ends the bot and returns what Run returned
}

func start(t *testing.T, s *service) running {
	t.Helper()
	t.Parallel()
	server := discordtest.New(t)
	r := run(t, server, s)
	server.WaitReady()
	server.WaitCommands("")
	return r
}

func run(t *testing.T, server *discordtest.Server, s *service, options ...func(*discord.Config)) running {
	t.Helper()
	cfg := discord.Config{Token: server.Token, API: server.URL}
	for _, set := range options {
		set(&cfg)
	}
	out, stop := runBot(t, cfg, s)
	return running{Server: server, logs: out, stop: stop}
}

// runBot runs a bot until stop is called or its test ends, which fails when the bot does, or when its logs show what they
// must not.
func runBot(t *testing.T, cfg discord.Config, s *service) (out *logs, stop func() error) {
	t.Helper()
	out = &logs{}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelInfo}))
	}
	b, err := discord.New(cfg, s, loadTexts(t))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() { result <- b.Run(ctx) }()
	stop = sync.OnceValue(func() error {
		cancel()
		select {
		case err := <-result:
			return err
		case <-time.After(discordtest.Patience):
			return errors.New("Run did not return")
		}
	})
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("Run: %v", err)
		}
		for _, secret := range append(secrets(s), cfg.Token, "token-") { // the last begins each interaction's token
			if strings.Contains(out.String(), secret) {
				t.Errorf("%q is in the logs", secret)
			}
		}
		if t.Failed() {
			t.Logf("logs:\n%s", out)
		}
	})
	return out, stop
}

// secrets are what people wrote in this test, which no log may hold.
func secrets(s *service) (all []string) {
	for _, c := range s.asked() {
		for _, option := range []string{"question", "text", "place", "about"} {
			if text := c.in.Options[option]; utf8.RuneCountInString(text) > 4 {
				all = append(all, text)
			}
		}
	}
	return all
}
