package gateway_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"passerelle/bot/discord/gateway"
)

// TestAnInvalidSessionIsLeftAfterAPause: opcode 9 is followed by 1 to 5 seconds, not the same each time, in which nothing is
// sent; then the session is resumed, or a new one asked for.
func TestAnInvalidSessionIsLeftAfterAPause(t *testing.T) {
	for name, tt := range map[string]struct {
		resumable string
		next      string
	}{
		"resumable": {"true", "resume /resumed abc 1"}, "not resumable": {"false", "identify /first"}, "nonsense": {`"perhaps"`, "identify /first"},
	} {
		t.Run(name, func(t *testing.T) {
			var pauses []time.Duration
			for range 20 {
				synctest.Test(t, func(t *testing.T) {
					s := start(t, func(c *client, n int) {
						c.hello()
						c.begin()
						if n > 1 {
							c.stay()
							return
						}
						c.send(9, tt.resumable)
						said := time.Now()
						_, _ = c.next() // ends with the connection
						pauses = append(pauses, time.Since(said))
					})
					r := begin(t, s, gateway.Range{}, one)
					time.Sleep(time.Minute)
					synctest.Wait()
					if got := s.notes(); len(got) != 2 || got[1] != tt.next {
						t.Errorf("after it %q, want %s", got, tt.next)
					}
					if err := r.end(s); err != nil {
						t.Error(err)
					}
				})
			}
			slices.Sort(pauses)
			if len(pauses) != 20 || pauses[0] < time.Second || pauses[19] > 5*time.Second || pauses[19]-pauses[0] < time.Second {
				t.Errorf("pauses %v, want 20 of 1 to 5 s", pauses)
			}
		})
	}
}

// TestAServerThatReadsNothingDoesNotHoldTheEnd: neither a heartbeat nor a close frame that nobody takes keeps Run from
// returning.
func TestAServerThatReadsNothingDoesNotHoldTheEnd(t *testing.T) {
	for name, after := range map[string]time.Duration{"at once": time.Second, "with a heartbeat under way": 45 * time.Second} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				gone := make(chan struct{})
				s := start(t, func(c *client, _ int) {
					c.hello()
					c.begin()
					<-gone
				})
				r := begin(t, s, gateway.Range{}, one)
				time.Sleep(after)
				stopped := time.Now()
				r.cancel()
				if err := <-r.done; err != nil {
					t.Error(err)
				}
				if took := time.Since(stopped); took > 12*time.Second { // a write that is under way is given ten
					t.Errorf("the end took %s", took)
				}
				close(gone)
				close(s.conns)
				_ = s.http.Close()
			})
		})
	}
}
