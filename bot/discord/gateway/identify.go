package gateway

import (
	"context"
	"sync"
	"time"
)

const (
	// identifyEvery is how often one shard of each bucket may identify:
	// https://discord.com/developers/docs/events/gateway#sharding-max-concurrency.
	identifyEvery = 5 * time.Second
	// budgetAge is how old a lookup of the sessions that are left may be: other processes take from the same.
	budgetAge = time.Minute
)

// bucket lets one shard after another ask for a session.
type bucket struct {
	turn chan struct{} // full while a shard connects in order to ask
	free time.Time     // of who has the turn: when to ask at the earliest
}

// identify waits until a shard may ask for a session, and takes it from those that are left. The turn lasts until done,
// so that the pause between two shards is one between their asking, however long it takes to connect; a connection that
// fails takes neither a session nor a pause.
func (s *Shards) identify(ctx context.Context, id int) (done func(asked bool), err error) {
	b := s.bucket(id)
	select {
	case b.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if err = sleep(ctx, time.Until(b.free)); err == nil {
		err = s.spend(ctx)
	}
	if err != nil {
		<-b.turn
		return nil, err
	}
	var once sync.Once
	return func(asked bool) {
		once.Do(func() {
			if asked {
				b.free = time.Now().Add(identifyEvery)
			} else {
				s.giveBack()
			}
			<-b.turn
		})
	}, nil
}

func (s *Shards) bucket(id int) *bucket {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := id % max(s.budget.Limit.MaxConcurrency, 1)
	if s.buckets[n] == nil {
		s.buckets[n] = &bucket{turn: make(chan struct{}, 1)}
	}
	return s.buckets[n]
}

// spend takes one of the sessions that Discord lets a bot begin. It asks how many are left when its own count is old, and
// when by that none is.
func (s *Shards) spend(ctx context.Context) error {
	s.mu.Lock()
	none, old := s.none(), time.Since(s.looked) > budgetAge
	s.mu.Unlock()
	if none || old {
		info, err := s.lookup(ctx)
		switch {
		case err == nil:
			s.note(info)
		case none:
			return err
		default: // its own count says that there are some
			s.config.Logger.Warn("discord gateway: sessions left not known", "error", err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if limit := s.budget.Limit; s.none() {
		return &BudgetError{limit.Remaining, 1, time.Duration(limit.ResetAfter) * time.Millisecond}
	}
	s.budget.Limit.Remaining--
	return nil
}

// none tells that no session is left. The Shards are locked.
func (s *Shards) none() bool { return s.budget.Limit.Total > 0 && s.budget.Limit.Remaining <= 0 }

func (s *Shards) giveBack() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.budget.Limit.Remaining++
}

func (s *Shards) note(info Info) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.budget, s.looked = info, time.Now()
}
