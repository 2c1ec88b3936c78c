package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const (
	maxTries     = 4
	firstBackoff = 250 * time.Millisecond
	maxPause     = 15 * time.Second // a longer one that Discord asks for is not waited for
)

// transport sends discordgo's requests: to another host where one is configured, and again, a few times, when Discord
// is busy or fails. discordgo's own retries know neither an end nor a context.
type transport struct {
	base http.RoundTripper
	api  *url.URL        // its scheme and host replace the request's; nil for Discord's own
	run  context.Context // for requests that bring no context of their own
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		defer func() { _ = req.Body.Close() }()
	}
	ctx := req.Context()
	if ctx.Done() == nil {
		ctx = t.run
	}
	for try := 1; ; try++ {
		again, err := t.prepare(ctx, req)
		if err != nil {
			return nil, err
		}
		res, err := t.base.RoundTrip(again)
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
	if json.Unmarshal(body, &limit) != nil || limit.RetryAfter <= 0 {
		limit.RetryAfter, _ = strconv.ParseFloat(res.Header.Get("Retry-After"), 64)
	}
	if limit.RetryAfter <= 0 {
		return firstBackoff
	}
	if limit.RetryAfter > maxPause.Seconds() {
		return maxPause + time.Second // no overflow from a header that says a thousand years
	}
	return time.Duration(limit.RetryAfter * float64(time.Second))
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
