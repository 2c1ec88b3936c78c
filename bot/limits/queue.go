package limits

import (
	"context"
	"slices"
	"sync"

	"passerelle/bot"
)

// queue lets a number of answers be made at a time. The others wait, and guilds take turns: of each the one that has
// waited longest. No guild takes more than half of the room to wait.
type queue struct {
	mu      sync.Mutex
	free    int // of the places, how many are not taken
	room    int // how many more may wait
	share   int // how many of one guild may wait
	waiting map[string][]chan struct{}
	guilds  []string // those with somebody waiting, whose turn is next first
}

func newQueue(running, waiting int) *queue {
	return &queue{free: running, room: waiting, share: (waiting + 1) / 2, waiting: map[string][]chan struct{}{}}
}

func (q *queue) size() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := 0
	for _, w := range q.waiting {
		n += len(w)
	}
	return n
}

func (q *queue) enter(ctx context.Context, guild string) error {
	q.mu.Lock()
	if q.free > 0 {
		q.free--
		q.mu.Unlock()
		return nil
	}
	if q.room == 0 || len(q.waiting[guild]) >= q.share {
		q.mu.Unlock()
		return &bot.UserError{Key: KeyQueue}
	}
	q.room--
	turn := make(chan struct{})
	if len(q.waiting[guild]) == 0 {
		q.guilds = append(q.guilds, guild)
	}
	q.waiting[guild] = append(q.waiting[guild], turn)
	q.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.waiting[guild], turn)
	if i < 0 { // the turn came at the same moment
		q.next()
		return context.Cause(ctx)
	}
	q.remove(guild, i)
	return context.Cause(ctx)
}

// remove takes one who waits out of the queue.
func (q *queue) remove(guild string, i int) {
	q.room++
	q.waiting[guild] = slices.Delete(q.waiting[guild], i, i+1)
	if len(q.waiting[guild]) == 0 {
		delete(q.waiting, guild)
		q.guilds = slices.DeleteFunc(q.guilds, func(g string) bool { return g == guild })
	}
}

func (q *queue) leave() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.next()
}

// next gives a place that was left to the one whose turn it is.
func (q *queue) next() {
	if len(q.guilds) == 0 {
		q.free++
		return
	}
	guild := q.guilds[0]
	turn := q.waiting[guild][0]
	q.guilds = append(q.guilds[1:], guild)
	q.remove(guild, 0)
	close(turn)
}
