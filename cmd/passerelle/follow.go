package main

import (
	"context"
	"log/slog"
	"time"

	"passerelle/cmd/passerelle/internal/config"
	"passerelle/retrieval/ingest"
	"passerelle/retrieval/local"
)

// follower has an index follow the folder of its documents while questions are answered.
type follower struct {
	settings config.Config
	searcher *local.Searcher
	changed  func() // called after each change
	log      *slog.Logger

	seen   state // of the folder, when it was followed last
	failed state // of the folder, when that was last said to fail
	before state // of the folder, when it was looked at last
}

// state is a folder's stamp; the zero state where there is none.
type state [32]byte

// run looks at the folder until ctx is done. What is embedded does not change.
func (f *follower) run(ctx context.Context) {
	if f.settings.Corpus == "" {
		return
	}
	tick := time.NewTicker(f.settings.Index.Refresh)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			f.look(ctx)
		}
	}
}

// look reads the folder when it is another than the one read last and has not changed since the last look, so that files
// which are still being copied are not read half. A folder that can't be used leaves the index as it is.
func (f *follower) look(ctx context.Context) {
	now, err := f.stamp()
	if err != nil {
		if f.before != (state{}) {
			f.log.Error("the corpus cannot be looked at; questions are answered from what was read before", "error", err)
		}
		f.before = state{}
		return
	}
	steady := now == f.before
	f.before = now
	if now == f.seen || !steady {
		return
	}
	began := time.Now()
	documents, _, err := corpus(f.settings)
	if err != nil { // it may be mended without another stamp: by rights, or by a disk that is back
		if f.failed != now {
			f.log.Error("the corpus has changed and cannot be used; questions are answered from what was read before", "error", err)
		}
		f.failed = now
		return
	}
	f.seen, f.failed = now, state{}
	change, err := f.searcher.Update(ctx, documents)
	switch {
	case ctx.Err() != nil:
		return
	case err != nil:
		f.log.Error("the index does not follow the corpus; questions are answered from what was read before", "error", err)
		f.seen = state{} // what failed may be another time's
		return
	case change.IsZero():
		return
	}
	f.log.Info("the corpus has changed", "added", change.Added, "replaced", change.Replaced, "removed", change.Removed,
		"documents", len(documents), "took", time.Since(began).Round(time.Millisecond))
	f.changed()
}

func (f *follower) stamp() (state, error) {
	from, err := folder(f.settings.Corpus)
	if err != nil {
		return state{}, err
	}
	stamp, err := ingest.Stamp(from)
	return stamp, err
}
