package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"passerelle/bot"
	"passerelle/bot/answer"
	"passerelle/bot/limits"
	"passerelle/bot/store"
	"passerelle/cmd/passerelle/internal/config"
	"passerelle/retrieval/local"
)

// community is what a bot has that many people share. Close it.
type community struct {
	store    *store.Store
	limits   *limits.Limits
	settings config.Config
	log      *slog.Logger
	remove   string // the temporary directory of the store; "" for none
}

// sharedAnswers is how many answers are remembered for those who ask the same.
const sharedAnswers = 500

// expireEvery is how often what is too old is deleted.
const expireEvery = time.Hour

func openCommunity(ctx context.Context, c config.Config, log *slog.Logger) (_ *community, err error) {
	out := &community{settings: c, log: log}
	rate := func(r config.Rate) limits.Rate { return limits.Rate{Questions: r.Questions, Per: r.Per} }
	out.limits, err = limits.New(limits.Config{
		Person: rate(c.Limits.Person), Channel: rate(c.Limits.Channel), Guild: rate(c.Limits.Guild), Global: rate(c.Limits.Global),
		Running: c.Limits.Running, Waiting: c.Limits.Waiting,
	})
	if err != nil {
		return nil, err
	}
	path, err := out.place()
	if err != nil {
		return nil, err
	}
	if out.store, err = store.Open(ctx, path); err != nil {
		return nil, errors.Join(err, out.Close())
	}
	return out, nil
}

// place is the file of the store, whose directory is made.
func (c *community) place() (string, error) {
	path := c.settings.Store.Path
	if path == "" {
		dir, err := c.settings.DataDir()
		if err == nil && dir == "" {
			dir, err = os.MkdirTemp("", "passerelle-")
			c.remove = dir
		}
		if err != nil {
			return "", fmt.Errorf("place of the store: %w", err)
		}
		path = filepath.Join(dir, "community.db")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", fmt.Errorf("store %s: %w; name another file with store.path", path, err)
	}
	return path, nil
}

// Close releases the store.
func (c *community) Close() (err error) {
	if c.store != nil {
		err = c.store.Close()
	}
	if c.remove != "" {
		err = errors.Join(err, os.RemoveAll(c.remove))
	}
	return err
}

// with makes the parts those of a bot that many people share.
func (c *community) with(p *parts) {
	p.community = &bot.Community{
		Settings: c.store, Archive: c.store, Privacy: c.store, Log: c.log,
		Usual: bot.Settings{PerPerson: anHour(c.settings.Limits.Person), PerGuild: anHour(c.settings.Limits.Guild), Retention: c.settings.Store.Retention},
	}
	p.share = func(next bot.Answerer, s *local.Searcher) (bot.Answerer, error) {
		return answer.NewShared(next, s.Fingerprint, sharedAnswers, c.settings.Answer.Timeout+answerMargin)
	}
}

// anHour is a rate in questions an hour, at least one; 0 is no limit.
func anHour(r config.Rate) int {
	if r.Questions == 0 {
		return 0
	}
	return int(max(1, float64(r.Questions)*float64(time.Hour)/float64(cmp.Or(r.Per, time.Hour))))
}

// expire deletes what is too old, at once and then every hour, until ctx is done.
func (c *community) expire(ctx context.Context) {
	tick := time.NewTicker(expireEvery)
	defer tick.Stop()
	for {
		n, err := c.store.Expire(ctx, time.Now(), store.Bounds{Age: c.settings.Store.Retention, PerGuild: store.PerGuild})
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			c.log.Error("store: what is too old was not deleted", "error", err)
		case n > 0:
			c.log.Info("store: what is too old was deleted", "rows", n)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
