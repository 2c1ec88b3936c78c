// Package limits decides who may ask now: token buckets for a person, a channel, a guild and all together, one running
// answer a person, and a bounded queue in which guilds take turns, so that a busy one does not keep the others waiting.
package limits

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"passerelle/bot"
)

// Rate is so many questions in a time, all at once if it must be. The zero Rate limits nothing.
type Rate struct {
	Questions int
	Per       time.Duration
}

func (r Rate) limits() bool { return r.Questions > 0 && r.Per > 0 }

func (r Rate) bucket() *rate.Limiter {
	return rate.NewLimiter(rate.Limit(float64(r.Questions)/r.Per.Seconds()), r.Questions)
}

// Config are the limits of a program; a guild's settings can only add to them.
type Config struct {
	Person, Channel, Guild, Global Rate
	Running                        int // answers made at the same time; required
	Waiting                        int // that wait for their turn, over all guilds, at most half of them of one; 0 for none
}

// Who asks, and where.
type Who struct {
	Person  string
	Channel string
	Guild   string // "" for a private conversation
	// PerPerson and PerGuild are the guild's own limits, in questions an hour; 0 for those of Config.
	PerPerson, PerGuild int
}

// Keys of the texts of a *bot.UserError that Admit and Turn return; Data has "Count", the wait in whole seconds, for the
// first four.
const (
	KeyPerson  = "limit.person"
	KeyChannel = "limit.channel"
	KeyGuild   = "limit.guild"
	KeyGlobal  = "limit.global"
	KeyRunning = "limit.running" // the person's last question is still being answered
	KeyQueue   = "limit.queue"   // too many wait, in all or of the guild
)

// Limits is safe for concurrent use. What it remembers of whom it has not seen for a while it forgets.
type Limits struct {
	config Config

	mu      sync.Mutex
	buckets map[key]*bucket
	running map[string]bool // people whose question is being answered
	swept   time.Time
	queue   *queue
}

// key is whose bucket: the scope is one of the Key constants.
type key struct{ scope, id string }

type bucket struct {
	*rate.Limiter
	rate Rate
}

// New makes Limits. It fails when Config.Running is not positive or a number is negative.
func New(c Config) (*Limits, error) {
	if c.Running <= 0 || c.Waiting < 0 {
		return nil, fmt.Errorf("limits: %d answers at a time and %d waiting: the first must be positive, the second not negative", c.Running, c.Waiting)
	}
	for _, r := range []Rate{c.Person, c.Channel, c.Guild, c.Global} {
		if r.Questions < 0 || r.Per < 0 {
			return nil, fmt.Errorf("limits: %d questions in %s", r.Questions, r.Per)
		}
	}
	return &Limits{config: c, buckets: map[key]*bucket{}, running: map[string]bool{}, queue: newQueue(c.Running, c.Waiting)}, nil
}

// Admit takes a question, or says with a *bot.UserError why not yet and for how long; then nothing is counted. Whoever is
// admitted calls release when the question is answered.
func (l *Limits) Admit(w Who) (release func(), err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.sweep(now)
	if w.Person != "" && l.running[w.Person] {
		return nil, &bot.UserError{Key: KeyRunning}
	}
	var taken []*rate.Reservation
	for _, s := range l.scopes(w) {
		if s.id == "" || !s.rate.limits() {
			continue
		}
		r := l.bucket(key{s.scope, s.id}, s.rate).ReserveN(now, 1)
		taken = append(taken, r)
		if wait := r.DelayFrom(now); wait > 0 {
			for _, r := range taken {
				r.CancelAt(now)
			}
			return nil, &bot.UserError{Key: s.scope, Data: map[string]any{"Count": int(math.Ceil(wait.Seconds()))}}
		}
	}
	if w.Person == "" {
		return func() {}, nil
	}
	l.running[w.Person] = true
	return sync.OnceFunc(func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.running, w.Person)
	}), nil
}

type scope struct {
	scope, id string
	rate      Rate
}

// scopes are those of the narrowest first, so that a person hears of the own limit before that of others.
func (l *Limits) scopes(w Who) []scope {
	scopes := []scope{
		{KeyPerson, w.Person, l.config.Person}, {KeyChannel, w.Channel, l.config.Channel},
		{KeyGuild, w.Guild, l.config.Guild}, {KeyGlobal, "all", l.config.Global},
	}
	if w.Guild == "" || w.Person == "" {
		return scopes
	}
	// A guild's own limits come on top of the program's: who owns a guild owns no more of the program.
	return append([]scope{
		{KeyPerson, w.Person + " in " + w.Guild, Rate{w.PerPerson, time.Hour}}, {KeyGuild, w.Guild + " own", Rate{w.PerGuild, time.Hour}},
	}, scopes...)
}

func (l *Limits) bucket(k key, r Rate) *bucket {
	b := l.buckets[k]
	if b == nil {
		b = &bucket{r.bucket(), r}
		l.buckets[k] = b
	}
	if b.rate != r { // changed settings fill no bucket
		b.rate = r
		b.SetLimit(rate.Limit(float64(r.Questions) / r.Per.Seconds()))
		b.SetBurst(r.Questions)
	}
	return b
}

// sweepEvery is how often full buckets are forgotten: a full one says no more than none.
const sweepEvery = time.Minute

func (l *Limits) sweep(now time.Time) {
	if now.Sub(l.swept) < sweepEvery {
		return
	}
	l.swept = now
	for k, b := range l.buckets {
		if b.TokensAt(now) >= float64(b.rate.Questions) {
			delete(l.buckets, k)
		}
	}
}

// Size is how many buckets and running questions are remembered, and how many wait.
func (l *Limits) Size() (buckets, running, waiting int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.buckets), len(l.running), l.queue.size()
}

// Turn waits until an answer for the guild may be made; call done when it is. It fails at once with a *bot.UserError when
// too many wait, and with ctx's error when that is done first.
func (l *Limits) Turn(ctx context.Context, guild string) (done func(), err error) {
	if err := l.queue.enter(ctx, guild); err != nil {
		return nil, err
	}
	return sync.OnceFunc(l.queue.leave), nil
}
