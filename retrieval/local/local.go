// Package local is the embedded Searcher: words, vectors and their fusion opened together from one data directory.
package local

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"regexp"
	"sync"

	"golang.org/x/sync/errgroup"

	"passerelle/retrieval"
	"passerelle/retrieval/alignment"
	"passerelle/retrieval/encoder"
	"passerelle/retrieval/expansion"
	"passerelle/retrieval/fusion"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/lexicon"
	"passerelle/retrieval/vectors"
)

// Options say what to open. Documents is required.
type Options struct {
	Dir       string                // data directory; "" for a temporary one that Close removes
	Documents []*retrieval.Document // the corpus; the index is rebuilt when it is not of exactly these
	Name      string                // of the corpus: letters, digits, _ and -; indexes of different names live side by side in Dir
	Progress  io.Writer             // one line when an index is built, one when a damaged one is replaced; nil for none
	Vectors   []byte                // vectors made ahead for these documents (seeds), or nil
	Places    *gazetteer.Gazetteer  // nil to load it
	Weights   *fusion.Weights       // of the ranking; nil for fusion.DefaultWeights
	Without   Part                  // of the search; "" for all of it
	Encoder   Encoder               // nil for the embedded model
	Cache     int64                 // bytes of decoded postings kept in memory; 0 for DefaultCache
	Batch     int                   // texts for one call of Encoder.Passages; 0 for 64
	Log       *slog.Logger          // what goes wrong while the index is open; nil for none

	// Wait makes Open return when every vector is made, and fail when that can't be done. Otherwise Open waits for up
	// to 2,000 missing vectors when the encoder answers; what is missing after that is made in the background.
	Wait bool
	// Idle leaves missing vectors missing.
	Idle bool
}

// DefaultCache is, in bytes, what Options.Cache is when it is not set: all postings of some ten thousand passages.
const DefaultCache = 64 << 20

func (o Options) cacheBytes() int64 { return cmp.Or(o.Cache, DefaultCache) }

// Searcher is a retrieval.Searcher and retrieval.Library over one index.
type Searcher struct {
	corpus                  *corpus
	generation              *generation
	model                   encoder.Lazy // the embedded one
	sentencesOf             []span       // by passage
	documentOf              []int32      // by passage
	thorough                int          // passages up to which all sentences are rated
	longlisted, shortlisted int          // passages of a larger corpus that are looked at closer, and whose sentences are rated
	sketches                sketches
	rooms                   sync.Pool // of *room
	meaning                 *meaning
	filler                  *filler
	expander                *expansion.Expander
	types                   *fusion.Types
	weights                 fusion.Weights
	aligner                 *alignment.Aligner
	ask                     askWords
	stated                  judge // of single sentences
	judge                   judge
	wordsJudge              judge // when there are no vectors
	known                   known
	periods                 *PeriodReader
	places                  *gazetteer.Gazetteer
	temporary               string // directory to remove; "" for none
}

// Stats describes an open index.
type Stats struct {
	Path                                    string
	Documents, Passages, Sentences, Vectors int
	Texts                                   int   // how many different texts are to have a vector
	Bytes                                   int64 // on disk
	Fingerprint                             string
	Encoder                                 string // the embedded model's instructions, or the name of another encoder
}

// Open opens the index of these documents, and builds it first where there is none or it is another's. It fails when the
// data directory can't be written to and holds no index yet, or when ctx is done. Words are searchable when it returns;
// Options.Wait says what of the vectors is.
func Open(ctx context.Context, o Options) (*Searcher, error) {
	if len(o.Documents) == 0 {
		return nil, errors.New("there is no document to index")
	}
	if !regexp.MustCompile(`^[\w-]+$`).MatchString(o.Name) {
		return nil, fmt.Errorf("%q can't name an index: letters, digits, _ and - can", o.Name)
	}
	if err := o.Without.check(); err != nil {
		return nil, err
	}
	weights, err := fusion.DefaultWeights()
	if err != nil {
		return nil, err
	}
	if o.Weights != nil {
		weights = *o.Weights
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Searcher{types: fusion.NewTypes(), weights: o.Without.weights(weights)}
	if o.Dir == "" {
		dir, err := os.MkdirTemp("", "passerelle-")
		if err != nil {
			return nil, fmt.Errorf("no temporary directory: %w", err)
		}
		o.Dir, s.temporary = dir, dir
	}
	if err := s.open(ctx, o); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Searcher) open(ctx context.Context, o Options) (err error) {
	var lex *lexicon.Lexicon
	var g errgroup.Group
	g.Go(func() (err error) { lex, err = o.Without.lexicon(); return err })
	if o.Places == nil {
		g.Go(func() (err error) { o.Places, err = gazetteer.Load(); return err })
	}
	s.corpus, err = newCorpus(o.Documents)
	if err = errors.Join(err, g.Wait()); err != nil {
		return err
	}
	foreign := o.Encoder != nil
	if !foreign {
		o.Encoder = embedded{&s.model}
	}
	if err := checkName(o.Encoder); err != nil {
		return err
	}
	set := vectors.New(o.Encoder.Name(), s.corpus.texts())
	fingerprint, err := s.corpus.fingerprint(o.Encoder.Name())
	if err != nil {
		return err
	}
	b := builder{options: o, corpus: s.corpus, fingerprint: fingerprint, places: o.Places, set: set}
	if s.generation, err = b.open(ctx); err != nil {
		return err
	}
	if err := s.startJudges(); err != nil {
		return err
	}
	s.known, s.places = newKnown(s.corpus), o.Places
	if s.periods, err = NewPeriodReader(); err != nil {
		return err
	}
	if err := s.startExpander(ctx, o, lex); err != nil {
		return err
	}
	rows, err := findRows(s.corpus, set)
	if err != nil {
		return err
	}
	s.sentencesOf = sentencesOf(s.corpus)
	s.thorough, s.longlisted, s.shortlisted = thoroughly, longlisted, shortlisted
	for _, p := range s.corpus.passages {
		s.documentOf = append(s.documentOf, int32(p.document))
	}
	s.meaning = &meaning{
		encoder: o.Encoder, own: &s.model, foreign: foreign, set: set, corpus: s.corpus, rows: rows, log: o.Log,
		back: make(chan struct{}, 1),
	}
	s.filler = newFiller(s.meaning, o, s.generation.vectorsPath(), o.progress())
	return s.filler.start(ctx)
}

// Complete waits until every text has its vector, or until none is to come any more: when the searcher is closed, or
// where Options.Idle leaves them missing. Stats tells which.
func (s *Searcher) Complete(ctx context.Context) error {
	select {
	case <-s.filler.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Searcher) startExpander(ctx context.Context, o Options, lex *lexicon.Lexicon) error {
	words := s.generation.words
	names, err := words.Names()
	if err != nil {
		return err
	}
	spellings, err := words.Spellings()
	if err != nil {
		return err
	}
	vocab := expansion.Vocabulary{
		Languages: s.generation.manifest.Languages,
		Spellings: make(map[string][]string, len(spellings)),
		// A question asked later must not end with the context that opened the index.
		Has: func(term string) bool { return words.Has(context.WithoutCancel(ctx), term) },
	}
	for _, n := range names {
		vocab.Names = append(vocab.Names, expansion.Name(n))
	}
	for _, p := range spellings {
		vocab.Spellings[p.Typed] = append(vocab.Spellings[p.Typed], p.Term)
	}
	s.expander = o.Without.expander(vocab, o.Places, lex)
	return nil
}

// Close ends the making of vectors, saves those made, and releases the index.
func (s *Searcher) Close() (err error) {
	if s.filler != nil {
		s.filler.stop()
	}
	if s.generation != nil {
		err = s.generation.close()
	}
	if s.temporary != "" {
		err = errors.Join(err, os.RemoveAll(s.temporary))
	}
	return err
}

// Stats describes the index.
func (s *Searcher) Stats() Stats {
	st := Stats{
		Path: s.generation.path, Documents: len(s.corpus.documents), Passages: len(s.corpus.passages),
		Sentences: len(s.corpus.sentences), Vectors: s.meaning.set.Len(), Texts: s.meaning.set.Rows(), Bytes: s.generation.bytes,
		Fingerprint: s.generation.manifest.Fingerprint, Encoder: encoder.Level(),
	}
	if s.meaning.foreign {
		st.Encoder = s.meaning.encoder.Name()
	}
	if info, err := os.Stat(s.generation.vectorsPath()); err == nil {
		st.Bytes += info.Size()
	}
	return st
}

// Document implements retrieval.Library.
func (s *Searcher) Document(id string) (*retrieval.Document, bool) {
	if n, ok := s.corpus.number[id]; ok {
		return s.corpus.documents[n], true
	}
	return nil, false
}

// Documents implements retrieval.Library.
func (s *Searcher) Documents() []*retrieval.Document { return s.corpus.documents }

// Encode makes the vectors of these documents, as Options.Vectors takes them; known may hold some of them already.
func Encode(ctx context.Context, documents []*retrieval.Document, known []byte) ([]byte, error) {
	c, err := newCorpus(documents)
	if err != nil {
		return nil, err
	}
	texts := c.texts()
	set := vectors.New(encoder.Fingerprint, texts)
	if s, err := vectors.Read(known); err == nil {
		set.Take(s)
	}
	missing := set.Missing(texts)
	made, err := embedded{new(encoder.Lazy)}.Passages(ctx, missing)
	if err != nil {
		return nil, err
	}
	for i, v := range made {
		if err := set.Put(missing[i], v); err != nil {
			return nil, err
		}
	}
	return set.Bytes(), nil
}
