package discord_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"passerelle/bot/discord"
)

// scripted answers requests one after another, the last again and again. It stands for a server because the time of
// these tests is synctest's, which waits for no real connection.
type scripted struct {
	answers []response
	paths   []string
}

type response struct {
	status int
	header map[string]string
	body   string
	stalls bool // until the request is cancelled
}

var (
	posted   = response{status: http.StatusOK, body: `{"id":"1"}`}
	overall  = limited(12, map[string]string{"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global", "X-RateLimit-Reset-After": "12"})
	overall2 = limited(65, map[string]string{"X-RateLimit-Global": "true"})
)

func limited(seconds int, header map[string]string) response {
	all := map[string]string{"Retry-After": fmt.Sprint(seconds)}
	for k, v := range header {
		all[k] = v
	}
	return response{status: http.StatusTooManyRequests, header: all, body: fmt.Sprintf(`{"message":"limited","retry_after":%d,"global":%t}`, seconds, len(header) > 0)}
}

func last(remaining, resetAfter string) response {
	return response{status: http.StatusOK, body: posted.body, header: map[string]string{"X-RateLimit-Remaining": remaining, "X-RateLimit-Reset-After": resetAfter}}
}

// RoundTrip implements http.RoundTripper.
func (s *scripted) RoundTrip(req *http.Request) (*http.Response, error) {
	s.paths = append(s.paths, req.URL.Path)
	a := s.answers[0]
	if len(s.answers) > 1 {
		s.answers = s.answers[1:]
	}
	if a.stalls {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	res := &http.Response{StatusCode: a.status, Status: http.StatusText(a.status), Header: http.Header{}, Request: req, Body: io.NopCloser(strings.NewReader(a.body))}
	for k, v := range a.header {
		res.Header.Set(k, v)
	}
	return res, nil
}

func TestLimitsAreKeptWithinTheContext(t *testing.T) {
	type send struct {
		channel  string
		within   time.Duration // the deadline
		took     time.Duration
		fails    string // "" for a message that is posted
		requests int    // in all, by its end
	}
	for name, c := range map[string]struct {
		answers []response
		sends   []send
	}{
		"the bot's own limit": {[]response{overall, posted}, []send{
			{"1", time.Second, 0, "rate limited for 12s", 1},
			{"1", time.Second, 0, "rate limited for 12s", 1},
			{"2", time.Second, 0, "rate limited for 12s", 1},
			{"2", 20 * time.Second, 12 * time.Second, "", 2},
			{"1", time.Second, 0, "", 3},
		}},
		"the bot's own limit, told by Retry-After alone": {[]response{overall2, posted}, []send{
			{"1", 20 * time.Second, 0, "rate limited for 1m5s", 1},
			{"2", 20 * time.Second, 0, "rate limited for 1m5s", 1},
		}},
		"waited out by who was told": {[]response{overall, posted}, []send{
			{"1", 20 * time.Second, 12 * time.Second, "", 2},
		}},
		"a channel's limit": {[]response{limited(12, nil), posted}, []send{
			{"1", time.Second, 0, "rate limited for 12s", 1},
			{"2", time.Second, 0, "", 2},
			{"1", time.Second, 0, "rate limited for 12s", 2},
			{"1", 20 * time.Second, 12 * time.Second, "", 3},
		}},
		"an empty bucket": {[]response{last("1", "5"), last("0", "4.5"), last("4", "5")}, []send{
			{"1", time.Second, 0, "", 1},
			{"1", time.Second, 0, "", 2},
			{"1", time.Second, 0, "rate limited for 4.5s", 2},
			{"2", time.Second, 0, "", 3},
			{"1", 20 * time.Second, 4500 * time.Millisecond, "", 4},
		}},
		"headers of nonsense": {[]response{last("0", "soon"), last("0", "-1"), last("0", "NaN"), posted}, []send{
			{"1", time.Second, 0, "", 1}, {"1", time.Second, 0, "", 2}, {"1", time.Second, 0, "", 3}, {"1", time.Second, 0, "", 4},
		}},
		"a header of a thousand years": {[]response{last("0", "31536000000"), posted}, []send{
			{"1", time.Second, 0, "", 1},
			{"1", time.Second, 0, "rate limited for 24h", 1},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &scripted{answers: c.answers}
				client := discord.NewClient(server, nil)
				for i, s := range c.sends {
					ctx, cancel := context.WithTimeout(t.Context(), s.within)
					begin := time.Now()
					err := discord.Send(ctx, client, s.channel, "text")
					cancel()
					if (err == nil) != (s.fails == "") || err != nil && !strings.Contains(err.Error(), s.fails) {
						t.Errorf("send %d: error %v, want %q", i+1, err, s.fails)
					}
					if took := time.Since(begin); took != s.took {
						t.Errorf("send %d took %v, want %v", i+1, took, s.took)
					}
					if len(server.paths) != s.requests {
						t.Errorf("send %d: %d requests so far, want %d", i+1, len(server.paths), s.requests)
					}
				}
			})
		})
	}
}

func TestAWaitEndsWithItsContext(t *testing.T) {
	for name, c := range map[string]struct {
		answers []response
		fault   error
	}{
		"for the end of a limit":           {[]response{overall, posted}, context.Canceled},
		"behind a request that gets stuck": {[]response{{stalls: true}}, context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := discord.NewClient(&scripted{answers: c.answers}, nil)
				first, end := context.WithCancel(t.Context())
				ended := make(chan struct{})
				go func() {
					defer close(ended)
					_ = discord.Send(first, client, "1", "told of the limit, or stuck")
				}()
				synctest.Wait()
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				begin := time.Now()
				if err := discord.Send(ctx, client, "1", "text"); !errors.Is(err, c.fault) {
					t.Errorf("error %v, want %v", err, c.fault)
				}
				if took := time.Since(begin); took != time.Second {
					t.Errorf("took %v, want the second after which it was cancelled", took)
				}
				end()
				<-ended
			})
		})
	}
}

func TestInteractionsHaveLimitsOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &scripted{answers: []response{overall, posted}}
		client := discord.NewClient(server, nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := discord.Send(ctx, client, "1", "text"); err == nil {
			t.Fatal("sent over the limit")
		}
		begin := time.Now()
		for i := range 1000 {
			address := fmt.Sprintf("https://discord.com/api/v9/webhooks/1/token-%d/messages/@original", i)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, address, nil)
			if err != nil {
				t.Fatal(err)
			}
			res, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
		}
		if took := time.Since(begin); took != 0 {
			t.Errorf("waited %v", took)
		}
		if n := discord.Routes(client); n > 1 {
			t.Errorf("%d routes are remembered of interactions that are over", n)
		}
	})
}
