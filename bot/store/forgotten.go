package store

import (
	"context"
	"maps"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

const (
	// forgottenFor is longer than any answer takes from its question to its last button.
	forgottenFor = time.Hour
	maxForgotten = 10_000
	allWriters   = 1 << 30
)

// forgotten remembers, in memory alone and not for long, who asked to be forgotten and when: an answer to that person may
// still be under way, and is not to be kept when it is done.
type forgotten struct {
	// writing is a lock that who waits for may give up: who keeps something holds 1 of it, who forgets somebody all, so that
	// nothing slips in between.
	writing *semaphore.Weighted

	mu sync.Mutex
	at map[string]time.Time // by person
}

func newForgotten() *forgotten {
	return &forgotten{writing: semaphore.NewWeighted(allWriters), at: map[string]time.Time{}}
}

// add has somebody forgotten who asked for it at a time, while nothing is kept of anybody.
func (f *forgotten) add(ctx context.Context, who string, at time.Time, forget func() error) error {
	if err := f.writing.Acquire(ctx, allWriters); err != nil {
		return err
	}
	defer f.writing.Release(allWriters)
	if err := forget(); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	maps.DeleteFunc(f.at, func(_ string, before time.Time) bool { return at.Sub(before) > forgottenFor })
	if len(f.at) >= maxForgotten {
		f.dropOldest()
	}
	if at.After(f.at[who]) {
		f.at[who] = at
	}
	return nil
}

func (f *forgotten) dropOldest() {
	oldest, at := "", time.Time{}
	for who, when := range f.at {
		if oldest == "" || when.Before(at) {
			oldest, at = who, when
		}
	}
	delete(f.at, oldest)
}

// since tells that somebody asked to be forgotten after a time.
func (f *forgotten) since(who string, begun time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return begun.Before(f.at[who])
}

// unlessForgotten keeps something that a person began at a time, unless that person asked to be forgotten after it.
func (s *Store) unlessForgotten(ctx context.Context, who string, begun time.Time, keep func() error) error {
	if err := s.gone.writing.Acquire(ctx, 1); err != nil {
		return err
	}
	defer s.gone.writing.Release(1)
	if s.gone.since(who, begun) {
		return nil
	}
	return keep()
}
