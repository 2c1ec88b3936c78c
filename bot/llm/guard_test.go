package llm_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"passerelle/bot/llm"
)

// moody is a model that fails as it is told.
type moody struct {
	err   error
	asked int
}

func (m *moody) Complete(context.Context, llm.Request) (llm.Response, error) {
	m.asked++
	return llm.Response{Text: "ok"}, m.err
}

func fault(k llm.Kind) error { return &llm.Error{Kind: k, RetryAfter: -1} }

func TestGuard(t *testing.T) {
	const failures, rest = 5, 30 * time.Second
	synctest.Test(t, func(t *testing.T) {
		model := &moody{}
		guard := llm.NewGuard(model)
		ask := func(n int) (err error) {
			for range n {
				_, err = guard.Complete(t.Context(), llm.Request{})
			}
			return err
		}
		expect := func(when string, asked int, err error, kind llm.Kind) {
			t.Helper()
			var failed *llm.Error
			if errors.As(err, &failed); (failed == nil) != (kind == 0) || failed != nil && failed.Kind != kind || model.asked != asked {
				t.Errorf("%s: asked %d times, error %v; want %d, %v", when, model.asked, err, asked, kind)
			}
		}
		expect("at first", 1, ask(1), 0)
		for _, harmless := range []error{fault(llm.Refused), fault(llm.Garbled), context.Canceled} {
			model.err = harmless
			_ = ask(2 * failures)
		}
		model.err, model.asked = nil, 0
		expect("after nonsense and refusals", 1, ask(1), 0)

		model.err, model.asked = fault(llm.Timeout), 0
		expect("down", failures, ask(failures), llm.Timeout)
		expect("spared", failures, ask(10), llm.Down)
		time.Sleep(rest - time.Millisecond)
		expect("still spared", failures, ask(1), llm.Down)
		time.Sleep(2 * time.Millisecond)
		expect("tried once", failures+1, ask(1), llm.Timeout)
		expect("spared again", failures+1, ask(3), llm.Down)
		time.Sleep(rest + time.Millisecond)
		model.err = context.Canceled
		if err := ask(1); !errors.Is(err, context.Canceled) || model.asked != failures+2 {
			t.Errorf("the trial of somebody who left: %v", err)
		}
		model.err = nil
		expect("back", failures+4, ask(2), 0)
		model.err = fault(llm.Down)
		expect("the count begins anew", failures+4+failures, ask(failures), llm.Down)
	})
}

func TestGuardKeepsToRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		model := &moody{err: &llm.Error{Kind: llm.Busy, RetryAfter: time.Minute}}
		guard := llm.NewGuard(model)
		for range 3 {
			_, err := guard.Complete(t.Context(), llm.Request{})
			var failed *llm.Error
			if !errors.As(err, &failed) || failed.Kind != llm.Busy || failed.RetryAfter != time.Minute || model.asked != 1 {
				t.Errorf("asked %d times: %v", model.asked, err)
			}
		}
		time.Sleep(time.Minute + time.Millisecond)
		model.err = &llm.Error{Kind: llm.Busy, RetryAfter: 24 * time.Hour}
		_, _ = guard.Complete(t.Context(), llm.Request{})
		time.Sleep(5*time.Minute + time.Millisecond)
		model.err = nil
		if _, err := guard.Complete(t.Context(), llm.Request{}); err != nil || model.asked != 3 {
			t.Errorf("a day's wait was kept to: asked %d times, %v", model.asked, err)
		}
	})
}
