package local

import (
	"context"
	"errors"
	"slices"
	"sync"

	"passerelle/retrieval"
	"passerelle/retrieval/bleveindex"
	"passerelle/retrieval/expansion"
	"passerelle/retrieval/vectors"
)

// view is what one set of documents is searched by, from begin to end of a search. It is never changed, though vectors that
// are still to be made come in.
type view struct {
	*shared
	corpus                  *corpus
	fingerprint             string
	segments                []*segment
	words                   *bleveindex.Index
	meaning                 *meaning
	sentencesOf             []span  // by passage
	documentOf              []int32 // by passage
	thorough                int     // passages up to which all sentences are rated
	longlisted, shortlisted int     // passages of a larger corpus that are looked at closer, and whose sentences are rated
	sketches                sketches
	rooms                   sync.Pool // of *room
	expander                *expansion.Expander
	judge                   judge
	wordsJudge              judge // when there are no vectors
	known                   known

	users int // searches, and one for being current; guarded by the Searcher
}

func (s *Searcher) newView(ctx context.Context, c *corpus, uses []use) (*view, error) {
	v := &view{
		shared: s.shared, corpus: c, fingerprint: fingerprint(s.builder.recipe, membersOf(c.cuts)),
		thorough: thoroughly, longlisted: longlisted, shortlisted: shortlisted, sentencesOf: sentencesOf(c), known: newKnown(c),
	}
	v.judge, v.wordsJudge = s.judges.of(len(c.documents))
	for _, p := range c.passages {
		v.documentOf = append(v.documentOf, int32(p.document))
	}
	members := make([]bleveindex.Member, len(uses))
	sets := make([]*vectors.Set, len(uses))
	for i, u := range uses {
		one := s.builder.open[u.path]
		v.segments = append(v.segments, one)
		members[i] = bleveindex.Member{Segment: one.words, Numbers: one.numbers(c, u.documents)}
		sets[i] = one.vectors
	}
	words, err := bleveindex.New(members, s.builder.options.cacheBytes())
	if err != nil {
		return nil, err
	}
	v.words = words
	set, err := vectors.NewUnion(sets...)
	if err != nil {
		return nil, err
	}
	v.meaning = &meaning{shared: s.shared, set: set, corpus: c, rows: rowsIn(set, c, v.segments, uses)}
	if err := v.startExpander(ctx, uses); err != nil {
		return nil, err
	}
	if len(c.passages) > v.thorough {
		v.sketches.get(set, c, v.meaning.rows, v.weights) // rather than while a question waits
	}
	return v, nil
}

// rowsIn are the rows of the vectors of all texts.
func rowsIn(set *vectors.Union, c *corpus, segments []*segment, uses []use) (r rows) {
	r[sentenceVector], r[titledVector] = make([]int32, len(c.sentences)), make([]int32, len(c.sentences))
	r[passageVector], r[documentVector] = make([]int32, len(c.passages)), make([]int32, len(c.documents))
	for i, u := range uses {
		offset := int32(set.Offset(i))
		put := func(to, rows []int32) {
			for n, row := range rows {
				to[n] = offset + row
			}
		}
		for n, d := range u.documents {
			if d == bleveindex.Removed {
				continue
			}
			of, at := segments[i].rows[n], c.starts[d]
			r[documentVector][d] = offset + of.document
			put(r[passageVector][at.passage:], of.passages)
			put(r[sentenceVector][at.sentence:], of.sentences)
			put(r[titledVector][at.sentence:], of.titleds)
		}
	}
	return r
}

func (s *view) startExpander(ctx context.Context, uses []use) error {
	names, err := s.words.Names()
	if err != nil {
		return err
	}
	spellings, err := s.words.Spellings()
	if err != nil {
		return err
	}
	vocab := expansion.Vocabulary{
		Spellings: make(map[string][]string, len(spellings)),
		// A question asked later must not end with the context that opened the index.
		Has: func(term string) bool { return s.words.Has(context.WithoutCancel(ctx), term) },
	}
	for _, u := range uses {
		for n, d := range u.documents {
			if language := u.manifest.Documents[n].Language; d != bleveindex.Removed && !slices.Contains(vocab.Languages, language) {
				vocab.Languages = append(vocab.Languages, language)
			}
		}
	}
	slices.Sort(vocab.Languages)
	for _, n := range names {
		vocab.Names = append(vocab.Names, expansion.Name(n))
	}
	for _, p := range spellings {
		vocab.Spellings[p.Typed] = append(vocab.Spellings[p.Typed], p.Term)
	}
	s.expander = s.without.expander(vocab, s.places, s.lexicon)
	return nil
}

// view returns what documents are searched by now, nil when the searcher is closed. It lasts until release.
func (s *Searcher) view() (v *view, release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		return nil, nil
	}
	v = s.current
	v.users++
	return v, func() { s.release(v) }
}

// corpus is that of the current view; nil when the searcher is closed.
func (s *Searcher) corpus() *corpus {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		return nil
	}
	return s.current.corpus
}

// release closes the segments that no view has any more.
func (s *Searcher) release(v *view) {
	s.mu.Lock()
	var unused []*segment
	if v.users--; v.users == 0 {
		for _, one := range v.segments {
			if one.views--; one.views == 0 {
				unused = append(unused, one)
			}
		}
	}
	done := v.users == 0
	s.mu.Unlock()
	for _, one := range unused {
		if err := one.close(); err != nil {
			s.log.Warn("a segment of the index was not closed", "error", err)
		}
	}
	if done {
		s.views.Done()
	}
}

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
	s.mu.Lock()
	s.current = after
	after.users = 1
	for _, one := range after.segments {
		one.views++
	}
	s.views.Add(1)
	s.mu.Unlock()
	err = s.prune()
	if before != nil {
		s.release(before)
	}
	if before != nil || s.builder.built {
		s.builder.removeOthers(uses)
	}
	return err
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
	return v, uses, f.start(ctx)
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
