package local

import (
	"context"
	"errors"
	"slices"

	"passerelle/retrieval"
	"passerelle/retrieval/bleveindex"
)

// Change is what an Update did, in documents.
type Change struct{ Added, Replaced, Removed int }

// IsZero tells that nothing changed.
func (c Change) IsZero() bool { return c == Change{} }

// Update makes documents those that are searched. What is being asked is answered from those of before; what is asked when
// it returns, from the new ones alone, as if the index had been made of them. It waits for words and, where few are missing,
// vectors, as Open does; the work is for what is new, and now and then for more, when segments are merged. When it fails
// nothing has changed.
func (s *Searcher) Update(ctx context.Context, documents []*retrieval.Document) (Change, error) {
	if len(documents) == 0 {
		return Change{}, errNoDocument
	}
	s.updating.Lock()
	defer s.updating.Unlock()
	earlier := s.corpus()
	if earlier == nil {
		return Change{}, bleveindex.ErrClosed
	}
	c, err := newCorpus(documents, earlier)
	if err != nil {
		return Change{}, err
	}
	change := changeOf(earlier, c)
	if change.IsZero() {
		return change, nil
	}
	return change, s.change(ctx, c)
}

func changeOf(earlier, now *corpus) (change Change) {
	for _, one := range now.cuts {
		switch before := earlier.cut(one.document.ID); {
		case before == nil:
			change.Added++
		case before.sum != one.sum:
			change.Replaced++
		}
	}
	change.Removed = len(earlier.cuts) + change.Added - len(now.cuts)
	return change
}

// change makes a corpus the one that is searched, or changes nothing.
func (s *Searcher) change(ctx context.Context, c *corpus) error {
	changed := make(chan struct{})
	s.mu.Lock()
	before, earlier := s.current, s.filler
	s.changing = changed
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.changing = nil
		s.mu.Unlock()
		close(changed)
	}()
	if earlier != nil {
		earlier.stop()
	}
	after, uses, err := s.prepare(ctx, c)
	if err != nil {
		if before != nil {
			f := newFiller(before.meaning, before.segments, s.builder.options)
			s.use(f)
			f.begin(ctx)
		}
		return errors.Join(err, s.prune())
	}
	if before != nil && len(c.passages) > after.thorough && after.meaning.set.Whole() {
		after.sketch() // rather than while a question waits
	}
	s.mu.Lock()
	s.current = after
	after.users = 1
	for _, one := range after.segments {
		one.views++
	}
	s.views.Add(1)
	s.mu.Unlock()
	if err := s.prune(); err != nil {
		s.log.Warn("a segment of the index was not closed", "error", err)
	}
	if before != nil {
		s.release(before)
	}
	if before != nil || s.builder.built != "" {
		s.builder.removeOthers(uses)
	}
	return nil
}

// prepare makes a view of a corpus, with its vectors as far as they are waited for.
func (s *Searcher) prepare(ctx context.Context, c *corpus) (*view, []use, error) {
	uses, err := s.builder.segments(ctx, c)
	if err != nil {
		return nil, nil, err
	}
	v, err := s.newView(ctx, c, uses)
	if err != nil {
		return nil, nil, err
	}
	f := newFiller(v.meaning, v.segments, s.builder.options)
	s.use(f)
	if err := f.start(ctx); err != nil {
		return nil, nil, err
	}
	return v, uses, nil
}

func (s *Searcher) use(f *filler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.filler = f
}

// prune closes the segments that the builder opened and no view has, and has it forget those that the current one has not.
func (s *Searcher) prune() (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.builder.replaced {
		if one.views == 0 {
			err = errors.Join(err, one.close())
		}
	}
	s.builder.replaced = nil
	for path, one := range s.builder.open {
		if one.views == 0 {
			err = errors.Join(err, one.close())
		}
		if s.current == nil || !slices.Contains(s.current.segments, one) {
			delete(s.builder.open, path)
		}
	}
	return err
}

// Complete waits until every text has its vector, or until none is to come any more: when the searcher is closed, or
// where Options.Idle leaves them missing. Stats tells which.
func (s *Searcher) Complete(ctx context.Context) error {
	for {
		s.mu.Lock()
		f, changing := s.filler, s.changing
		s.mu.Unlock()
		wait := f.done
		if changing != nil {
			wait = changing
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return ctx.Err()
		}
		s.mu.Lock()
		same := s.filler == f && s.changing == nil
		s.mu.Unlock()
		if changing == nil && same {
			return nil
		}
	}
}
