package local

import (
	"context"
	"errors"
	"sync"

	"passerelle/retrieval/vectors"
)

// Update tells whether tests write their goldens.
func Update() bool { return *update }

// Shortlist makes a searcher look closer at so many passages and rate the sentences of so many; 0 makes it rate all.
func (s *Searcher) Shortlist(long, short int) {
	v := s.current
	v.thorough, v.longlisted, v.shortlisted = 0, long, short
	if long == 0 {
		v.thorough = len(v.corpus.passages)
	}
}

// ReadPacked makes a searcher read as a large corpus is read, or as a small one.
func (s *Searcher) ReadPacked(packed bool) { s.current.packed = packed }

// What a large corpus is searched with.
const (
	Longlisted  = longlisted
	Shortlisted = shortlisted
)

// PackSentences has words lie beside the vectors of all sentences, as beside those that the searcher makes itself.
func (s *Searcher) PackSentences(ctx context.Context) error {
	v := s.current
	old := v.meaning.set
	set := vectors.New(s.encoder.Name(), together(v.corpus.cuts))
	beside := map[string][]byte{}
	var mu sync.Mutex
	err := inParallel(ctx, len(v.corpus.sentences), func(i int) error {
		text := v.corpus.text(v.corpus.sentences[i])
		_, packed, err := s.packer.pass(text)
		mu.Lock()
		defer mu.Unlock()
		beside[text] = packed
		return err
	})
	if err != nil {
		return err
	}
	for _, text := range together(v.corpus.cuts) {
		row, ok := v.segments[0].vectors.Row(vectors.KeyOf(text))
		if !ok {
			return errors.New("a text has no row")
		}
		if err := set.PutBeside(text, old.Vector(row), beside[text]); err != nil {
			return err
		}
	}
	v.meaning.set, err = vectors.NewUnion(set)
	return err
}
