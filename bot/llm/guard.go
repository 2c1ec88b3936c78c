package llm

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/sony/gobreaker/v2"
)

const (
	maxFailures  = 5                // in a row, after which a server is left alone
	restTime     = 30 * time.Second // until one request tries it again
	maxHoldTime  = 5 * time.Minute  // of what a busy server asks for; nonsense in a header must not last
	holdingAgain = "not asked: it wants to be left alone for a while"
)

// Guard is a Model that spares a server which does not answer, and the people who would wait for it: after five failures
// in a row it is not asked for half a minute, then by one request, which decides. A busy server (429) that says for how
// long is not asked before. Only time-outs, broken connections and busy servers are failures; a server that
// answers nonsense answers.
type Guard struct {
	model   Model
	breaker *gobreaker.CircuitBreaker[Response]

	mu   sync.Mutex
	free time.Time // not asked before then
}

// NewGuard guards a model.
func NewGuard(m Model) *Guard {
	return &Guard{model: m, breaker: gobreaker.NewCircuitBreaker[Response](gobreaker.Settings{
		Timeout:      restTime,
		ReadyToTrip:  func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= maxFailures },
		IsSuccessful: answers,
		IsExcluded:   func(err error) bool { return errors.Is(err, context.Canceled) },
	})}
}

// answers tells that a server is there, whatever it said.
func answers(err error) bool {
	var failed *Error
	if !errors.As(err, &failed) {
		return err == nil
	}
	return failed.Kind == Refused || failed.Kind == Garbled
}

// Complete implements Model. The error for a server that is spared is a *Error of kind Busy or Down.
func (g *Guard) Complete(ctx context.Context, r Request) (Response, error) {
	g.mu.Lock()
	wait := time.Until(g.free)
	g.mu.Unlock()
	if wait > 0 {
		return Response{}, &Error{Kind: Busy, RetryAfter: wait, Why: holdingAgain}
	}
	resp, err := g.breaker.Execute(func() (Response, error) { return g.model.Complete(ctx, r) })
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		return Response{}, &Error{Kind: Down, RetryAfter: -1, Why: "not asked: it has failed several times in a row"}
	}
	var failed *Error
	if errors.As(err, &failed) && failed.Kind == Busy && failed.RetryAfter > 0 {
		g.mu.Lock()
		g.free = time.Now().Add(min(failed.RetryAfter, maxHoldTime))
		g.mu.Unlock()
	}
	return resp, err
}
