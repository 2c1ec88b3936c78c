package discord

import (
	"context"
	"reflect"
	"sync"
	"time"

	"passerelle/bot"
)

// follower shows how far an answer has come in the message that the answer will take the place of. Of what it is told in
// quick succession it shows the last.
type follower struct {
	show func(context.Context, bot.Progress) error

	mu     sync.Mutex
	latest bot.Progress
	news   chan struct{} // holds something when latest has not been shown

	stop   context.CancelFunc
	ended  chan struct{}
	edited time.Time // the last edit, when ended is closed
}

// follow starts a follower, which lasts until end. Nothing is shown of an answer that comes within firstProgress.
func follow(ctx context.Context, show func(context.Context, bot.Progress) error) *follower {
	f := &follower{show: show, news: make(chan struct{}, 1), ended: make(chan struct{})}
	var running context.Context
	running, f.stop = context.WithCancel(ctx)
	go func() {
		defer close(f.ended)
		f.run(ctx, running)
	}()
	return f
}

// tell takes what is to be shown; it does not wait.
func (f *follower) tell(p bot.Progress) {
	f.mu.Lock()
	f.latest = p
	f.mu.Unlock()
	select {
	case f.news <- struct{}{}:
	default:
	}
}

// end waits for an edit that is under way, so that none arrives after the answer, and until the next may follow.
func (f *follower) end(ctx context.Context) {
	f.stop()
	<-f.ended
	if !f.edited.IsZero() {
		_ = sleep(ctx, time.Until(f.edited.Add(progressEvery))) // out of time is no reason to keep the answer back
	}
}

func (f *follower) run(ctx, running context.Context) {
	var shown bot.Progress
	for pause := firstProgress; sleep(running, pause) == nil; pause = progressEvery {
		select {
		case <-running.Done():
			return
		case <-f.news:
		}
		f.mu.Lock()
		next := f.latest
		f.mu.Unlock()
		if same(shown, next) {
			continue
		}
		shown = next
		// Not by running: an edit that is given up may arrive all the same, after the answer.
		editing, cancel := context.WithTimeout(ctx, progressTimeout)
		err := f.show(editing, next)
		cancel()
		f.edited = time.Now()
		if err != nil {
			return // the answer is what matters
		}
	}
}

func same(a, b bot.Progress) bool {
	return a.Step == b.Step && a.Language == b.Language && a.Passages == b.Passages && reflect.DeepEqual(a.Claims, b.Claims)
}
