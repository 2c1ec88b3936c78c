package local

import (
	"context"
	"slices"
	"sync"

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
	packed                  bool    // the words of sentences lie beside their vectors, and the question is read by one pass
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
		thorough: thoroughly, longlisted: longlisted, shortlisted: shortlisted, packed: len(c.passages) > thoroughly,
		sentencesOf: sentencesOf(c), known: newKnown(c),
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
