package answer

import (
	"context"
	"crypto/sha256"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"passerelle/bot"
)

// Shared answers a question that several people ask at the same time once, and one that was answered before from memory.
// Only questions without a conversation are shared: what a person said before is nobody else's. It is safe for concurrent
// use.
type Shared struct {
	next    bot.Answerer
	version func() string
	timeout time.Duration
	flights singleflight.Group
	answers *lru.Cache[string, bot.Answer]
}

// NewShared shares the answers of next and remembers so many of them. version names the state of the index: an answer made
// of one is never given of another. timeout bounds an answer that goes on for others when the one who asked first gave up.
func NewShared(next bot.Answerer, version func() string, size int, timeout time.Duration) (*Shared, error) {
	if next == nil || version == nil || timeout <= 0 {
		return nil, fmt.Errorf("answer: sharing needs an answerer, a version and a positive time, not %s", timeout)
	}
	answers, err := lru.New[string, bot.Answer](size)
	if err != nil {
		return nil, fmt.Errorf("answer: remember %d answers: %w", size, err)
	}
	return &Shared{next: next, version: version, timeout: timeout, answers: answers}, nil
}

// Answer implements bot.Answerer. The steps of an answer are told to the one who asked first.
func (s *Shared) Answer(ctx context.Context, q bot.Question) (bot.Answer, error) {
	if len(q.Earlier) > 0 || len(q.Beyond) > 0 {
		return s.next.Answer(ctx, q)
	}
	key := s.key(q)
	if a, ok := s.answers.Get(key); ok {
		return a, nil
	}
	made := s.flights.DoChan(key, func() (v any, err error) {
		defer func() { // singleflight would end the program; and the panic's value may quote the question
			if p := recover(); p != nil {
				v, err = bot.Answer{}, fmt.Errorf("answer: panic of type %T\n%s", p, debug.Stack())
			}
		}()
		// Others may be waiting for it when the one who asked first has given up.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.timeout)
		defer cancel()
		a, err := s.next.Answer(ctx, q)
		if err == nil && a.Notice == "" { // what a model's failure made would stay when the model is well again
			s.answers.Add(key, a)
		}
		return a, err
	})
	select {
	case <-ctx.Done():
		return bot.Answer{}, context.Cause(ctx)
	case r := <-made:
		a, _ := r.Val.(bot.Answer)
		return a, r.Err
	}
}

// key is the same for questions that get the same answer. It is a hash: what people asked is not kept with the answers.
func (s *Shared) key(q bot.Question) string {
	text := strings.ToLower(strings.Join(strings.Fields(q.Text), " "))
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%t\x00%s\x00%+v\x00%q\x00%+v", s.version(), q.Language, q.Quotes, text, q.Filter, q.Near, q.Beyond))
	return string(sum[:])
}
