package discord

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"time"
)

const (
	maxTries     = 4
	firstBackoff = 250 * time.Millisecond
	maxPause     = 15 * time.Second // a longer one that Discord asks for is not waited for
)

// transport sends discordgo's requests: to another host where one is configured, no faster than Discord allows, and
// again, a few times, when Discord is busy or fails. discordgo's own retries know neither an end nor a context.
type transport struct {
	base   http.RoundTripper
	api    *url.URL // its scheme and host replace the request's; nil for Discord's own
	limits *limiter
}

// newClient makes the client of all calls to Discord.
func newClient(base http.RoundTripper, api *url.URL) *http.Client {
	return &http.Client{
		Timeout:       sendTimeout,
		Transport:     &transport{base: base, api: api, limits: newLimiter()},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		defer func() { _ = req.Body.Close() }()
	}
	ctx := req.Context()
	route, leave, err := t.limits.enter(req)
	if err != nil {
		return nil, err
	}
	defer leave()
	for try := 1; ; try++ {
		again, err := t.prepare(ctx, req)
		if err != nil {
			return nil, err
		}
		if err := t.limits.wait(ctx, route); err != nil {
			return nil, err
		}
		res, err := t.base.RoundTrip(again)
		if err == nil {
			t.limits.note(route, res)
		}
		noteTry(ctx, res, err)
		pause, retry := pauseAfter(res, err, try)
		if !retry || ctx.Err() != nil || !withinDeadline(ctx, pause) {
			return res, err
		}
		if res != nil {
			_ = res.Body.Close()
		}
		if err := sleep(ctx, pause); err != nil {
			return nil, err
		}
	}
}

type triesKey struct{}

// watchTries makes a context for one request that is tried in one goroutine; unconfirmed tells whether a try of it may
// have been carried out although its answer was lost.
func watchTries(ctx context.Context) (_ context.Context, unconfirmed func() bool) {
	seen := new(bool)
	return context.WithValue(ctx, triesKey{}, seen), func() bool { return *seen }
}

func noteTry(ctx context.Context, res *http.Response, err error) {
	if seen, ok := ctx.Value(triesKey{}).(*bool); ok && (err != nil || res.StatusCode >= 500) {
		*seen = true
	}
}

func (t *transport) prepare(ctx context.Context, req *http.Request) (*http.Request, error) {
	out := req.Clone(ctx)
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, err
		}
		out.Body = body
	}
	if t.api != nil {
		out.URL.Scheme, out.URL.Host, out.Host = t.api.Scheme, t.api.Host, t.api.Host
	}
	return out, nil
}

// pauseAfter tells whether to try again and when. Every request of ours may be sent twice: new messages carry a nonce,
// edits and commands replace, a second acknowledgement is refused, and a part of an answer shown twice is better than
// one that is missing.
func pauseAfter(res *http.Response, err error, try int) (time.Duration, bool) {
	if try >= maxTries {
		return 0, false
	}
	backoff := firstBackoff << (try - 1)
	switch {
	case err != nil:
		return backoff, true
	case res.StatusCode == http.StatusTooManyRequests:
		pause := retryAfter(res)
		return pause, pause <= maxPause
	case res.StatusCode >= 500:
		return backoff, true
	}
	return 0, false
}

// retryAfter reads the pause from the body of a 429, to the millisecond, else from its header, in whole seconds; the
// body can be read again afterwards.
func retryAfter(res *http.Response) time.Duration {
	body, _ := io.ReadAll(io.LimitReader(res.Body, maxReplyBytes))
	_ = res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(body))
	var limit struct {
		RetryAfter float64 `json:"retry_after"`
	}
	if json.Unmarshal(body, &limit) == nil && limit.RetryAfter > 0 {
		return duration(limit.RetryAfter)
	}
	return cmp.Or(seconds(res.Header.Get("Retry-After")), firstBackoff)
}

func withinDeadline(ctx context.Context, pause time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return !ok || time.Now().Add(pause).Before(deadline)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
