package discordtest

import (
	"slices"
	"time"
)

// Count is what became of the uses so far.
type Count struct {
	Sent, Acknowledged, Answered, Several, Late int
	Skipped                                     int // uses that went to another guild, whose shard had not been told to stay away
	Requests                                    int
	Faults                                      map[string]int
	Calm, All                                   []time.Duration // until the acknowledgement, sorted; Calm are those that nothing disturbed
}

// Count sums up.
func (c *Crowd) Count() Count {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := Count{Sent: len(c.uses), Skipped: c.skipped, Requests: c.requests, Faults: map[string]int{}}
	for k, v := range c.faults {
		out.Faults[k] = v
	}
	for _, u := range c.uses {
		if u.answered {
			out.Answered++
		}
		if u.extra > 0 {
			out.Several++
		}
		if u.acknowledged.IsZero() {
			continue
		}
		out.Acknowledged++
		took := u.acknowledged.Sub(u.sent)
		if took > ackLimit {
			out.Late++
		}
		out.All = append(out.All, took)
		if !u.disturbed {
			out.Calm = append(out.Calm, took)
		}
	}
	slices.Sort(out.All)
	slices.Sort(out.Calm)
	return out
}

// Open is how many uses have no answer yet.
func (c *Crowd) Open() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.open
}

// Peak is the most uses that had no answer at a time since it was asked last.
func (c *Crowd) Peak() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	peak := c.peak
	c.peak = c.open
	return peak
}

// Unanswered are the numbers of the first uses that have no answer.
func (c *Crowd) Unanswered() (numbers []int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for n, u := range c.uses {
		if !u.answered && len(numbers) < 10 {
			numbers = append(numbers, n)
		}
	}
	return numbers
}
