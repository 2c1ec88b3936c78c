package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/sync/errgroup"
)

// maxShards bounds a range that somebody mistyped.
const maxShards = 10_000

// Info is what GET /gateway/bot says.
type Info struct {
	URL    string `json:"url"`
	Shards int    `json:"shards"`
	Limit  struct {
		Total          int   `json:"total"`
		Remaining      int   `json:"remaining"`
		ResetAfter     int64 `json:"reset_after"` // milliseconds
		MaxConcurrency int   `json:"max_concurrency"`
	} `json:"session_start_limit"`
}

// Range are the shards of one process: First to Last of Count. The zero Range is all that Discord recommends.
type Range struct{ First, Last, Count int }

// ParseRange reads "auto" or "", "4" for four shards in this process, or "0-3/16" for the first four of sixteen.
func ParseRange(text string) (Range, error) {
	wrong := fmt.Errorf("shards %q: write auto, a number of shards such as 4, or a range of them such as 0-3/16", text)
	if text == "" || text == "auto" {
		return Range{}, nil
	}
	span, count, partial := strings.Cut(text, "/")
	if !partial {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > maxShards {
			return Range{}, wrong
		}
		return Range{0, n - 1, n}, nil
	}
	first, last, several := strings.Cut(span, "-")
	if !several {
		last = first
	}
	var r Range
	var errs [3]error
	r.First, errs[0] = strconv.Atoi(first)
	r.Last, errs[1] = strconv.Atoi(last)
	r.Count, errs[2] = strconv.Atoi(count)
	if errors.Join(errs[:]...) != nil || r.First < 0 || r.Last < r.First || r.Count <= r.Last || r.Count > maxShards {
		return Range{}, wrong
	}
	return r, nil
}

// BudgetError says that Discord lets the bot begin no more sessions for now.
type BudgetError struct {
	Remaining, Needed int
	Reset             time.Duration // until there are more
}

// Error implements error.
func (e *BudgetError) Error() string {
	return fmt.Sprintf("discord gateway: %d sessions may still begin and %d are needed; there are more in %s. A bot that begins a thousand sessions a day is restarting without end: look for why before you start it again",
		e.Remaining, e.Needed, e.Reset.Round(time.Second))
}

// Shards are the shards of one process.
type Shards struct {
	config Config
	span   Range
	lookup func(ctx context.Context) (Info, error)

	mu      sync.Mutex
	ready   map[int]bool
	budget  Info            // as of the last lookup, less the sessions begun since
	looked  time.Time       // when that was
	buckets map[int]*bucket // by shard id modulo max_concurrency
}

// New makes Shards; lookup asks Discord GET /gateway/bot.
func New(c Config, span Range, lookup func(ctx context.Context) (Info, error)) (*Shards, error) {
	if c.Token == "" || c.Event == nil || lookup == nil {
		return nil, errors.New("gateway: a token, a handler of events and a way to look up the gateway are needed")
	}
	if c.Dialer == nil {
		c.Dialer = &websocket.Dialer{HandshakeTimeout: helloTimeout}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Shards{span: span, lookup: lookup, ready: map[int]bool{}, buckets: map[int]*bucket{}}
	if c.Observer == nil {
		c.Observer = nobody{}
	}
	c.Observer = watched{c.Observer, s}
	s.config = c
	return s, nil
}

// watched keeps which shards are ready.
type watched struct {
	Observer
	shards *Shards
}

func (w watched) Gateway(shard int, state string) {
	w.shards.mu.Lock()
	w.shards.ready[shard] = state == Ready
	w.shards.mu.Unlock()
	w.Observer.Gateway(shard, state)
}

// Ready says which shards are not connected; nil when all are. Before Run it is an error.
func (s *Shards) Ready(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.ready) == 0 {
		return errors.New("discord gateway: not connected")
	}
	for id, ok := range s.ready {
		if !ok {
			return fmt.Errorf("discord gateway: shard %d is not connected", id)
		}
	}
	return nil
}

// Run keeps the shards connected until ctx is done, then closes their connections and returns nil. It returns an error
// when one of them can't go on: all of them end then. The gateway is looked up until that succeeds or Discord refuses.
func (s *Shards) Run(ctx context.Context) error {
	info, err := s.find(ctx)
	if err != nil || ctx.Err() != nil {
		return err
	}
	span := s.span
	if span.Count == 0 {
		span = Range{0, max(info.Shards, 1) - 1, max(info.Shards, 1)}
	}
	s.mu.Lock()
	for id := span.First; id <= span.Last; id++ {
		s.ready[id] = false
	}
	s.mu.Unlock()
	if needed := span.Last - span.First + 1; info.Limit.Total > 0 && info.Limit.Remaining < needed {
		return &BudgetError{info.Limit.Remaining, needed, time.Duration(info.Limit.ResetAfter) * time.Millisecond}
	}
	s.config.Logger.Info("discord gateway found", "shards", span.Count, "first", span.First, "last", span.Last,
		"sessions_left", info.Limit.Remaining, "max_concurrency", info.Limit.MaxConcurrency)
	all, ctx := errgroup.WithContext(ctx)
	for id := span.First; id <= span.Last; id++ {
		one := &shard{Config: s.config, id: id, count: span.Count, address: info.URL}
		one.identify = func(ctx context.Context) (func(bool), error) { return s.identify(ctx, one.id) }
		all.Go(func() error { return one.run(ctx) })
	}
	return all.Wait()
}

// A Refusal is an error of lookup that trying again does not mend, such as a token that is not accepted.
type Refusal interface {
	error
	Refused() bool
}

// find looks the gateway up, again and again while Discord is out of order.
func (s *Shards) find(ctx context.Context) (Info, error) {
	pause := firstPause
	for {
		info, err := s.lookup(ctx)
		var refusal Refusal
		switch {
		case err == nil:
			s.note(info)
			return info, nil
		case ctx.Err() != nil:
			return Info{}, nil //nolint:nilerr // told to stop while looking: that is no failure
		case errors.As(err, &refusal) && refusal.Refused():
			return Info{}, err
		}
		s.config.Logger.Warn("discord gateway not found", "error", err, "pause", pause)
		if sleep(ctx, pause) != nil {
			return Info{}, nil //nolint:nilerr // told to stop while waiting: that is no failure
		}
		pause = min(2*pause, maxPause)
	}
}
