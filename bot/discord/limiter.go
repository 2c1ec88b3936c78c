package discord

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxLimit bounds what a header may say, so that nonsense in one does not last.
const maxLimit = 24 * time.Hour

// limiter keeps requests within Discord's rate limits, as its reference of rate limits describes their headers: one
// request of a route at a time, none while the route's bucket is empty, and none but those on interactions while the bot
// as a whole is over its limit. Every wait ends with the request's context; discordgo's own limiter sleeps through it.
type limiter struct {
	mu     sync.Mutex
	global time.Time // no request of the bot before then
	routes map[string]*route
}

type route struct {
	turn        chan struct{} // full while a request is under way
	free        time.Time     // no request before then
	requests    int           // under way or waiting
	interaction bool          // Discord does not count it with the bot's others
}

func newLimiter() *limiter { return &limiter{routes: map[string]*route{}} }

// enter waits for the route's turn, which lasts until leave is called.
func (l *limiter) enter(req *http.Request) (r *route, leave func(), err error) {
	l.mu.Lock()
	maps.DeleteFunc(l.routes, func(_ string, r *route) bool { return r.requests == 0 && !r.free.After(time.Now()) })
	key := req.Method + " " + req.URL.Path
	r = l.routes[key]
	if r == nil {
		r = &route{turn: make(chan struct{}, 1), interaction: onInteraction(req.URL.Path)}
		l.routes[key] = r
	}
	r.requests++
	l.mu.Unlock()
	done := func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		r.requests--
	}
	select {
	case r.turn <- struct{}{}:
		return r, func() { <-r.turn; done() }, nil
	case <-req.Context().Done():
		done()
		return nil, nil, context.Cause(req.Context())
	}
}

// wait returns when a request of the route may be sent. A wait beyond ctx's deadline is not begun.
func (l *limiter) wait(ctx context.Context, r *route) error {
	for {
		l.mu.Lock()
		free := r.free
		if !r.interaction && l.global.After(free) {
			free = l.global
		}
		l.mu.Unlock()
		pause := time.Until(free)
		if pause <= 0 {
			return nil
		}
		if !withinDeadline(ctx, pause) {
			return fmt.Errorf("rate limited for %s", pause.Round(time.Millisecond))
		}
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
}

// note learns from the headers of a response to a request of the route and takes them out: discordgo's limiter, which
// cannot be done without, would sleep as long as they say, and fail what was carried out when one is no number.
func (l *limiter) note(r *route, res *http.Response) {
	pause, limited := time.Duration(0), &r.free
	switch {
	case res.StatusCode == http.StatusTooManyRequests:
		pause = retryAfter(res)
		if res.Header.Get("X-RateLimit-Global") != "" {
			limited = &l.global
		}
	case res.Header.Get("X-RateLimit-Remaining") == "0":
		pause = seconds(res.Header.Get("X-RateLimit-Reset-After"))
	}
	for _, name := range []string{"Global", "Remaining", "Reset", "Reset-After"} {
		res.Header.Del("X-RateLimit-" + name)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if until := time.Now().Add(pause); until.After(*limited) {
		*limited = until
	}
}

// onInteraction tells the addresses that answer interactions: those hold a token of their own.
func onInteraction(path string) bool {
	return strings.Contains(path, "/interactions/") || strings.Contains(path, "/webhooks/")
}

// seconds reads a header's time in seconds, at most maxLimit; 0 for what is none.
func seconds(text string) time.Duration {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0
	}
	return duration(n)
}

func duration(seconds float64) time.Duration {
	if !(seconds > 0) { // so that NaN, too, is none
		return 0
	}
	return time.Duration(min(seconds, maxLimit.Seconds()) * float64(time.Second))
}
