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
	"passerelle/retrieval/bleveindex"
	"passerelle/retrieval/encoder"
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

// Searcher is a retrieval.Searcher and retrieval.Library over the index of documents that may change while they are searched:
// what is asked is answered from the documents that there were when it was asked. It is safe for concurrent use.
type Searcher struct {
	*shared
	builder   *builder
	temporary string // directory to remove; "" for none

	updating sync.Mutex // held while documents change

	mu       sync.Mutex
	current  *view         // nil before it is open and after it is closed
	filler   *filler       // of the newest view that there was to be
	changing chan struct{} // closed when documents have changed; nil where none do
	views    sync.WaitGroup
}

// shared is what does not depend on the documents.
type shared struct {
	model   encoder.Lazy // the embedded one
	encoder Encoder
	foreign bool // encoder is another than the embedded model
	log     *slog.Logger
	contact contact
	without Part
	lexicon *lexicon.Lexicon
	types   *fusion.Types
	weights fusion.Weights
	aligner *alignment.Aligner
	packer  packer
	ask     askWords
	stated  judge // of single sentences
	judges  judges
	periods *PeriodReader
	places  *gazetteer.Gazetteer
}

var errNoDocument = errors.New("there is no document to index")

// Stats describes an open index.
type Stats struct {
	Path                                    string // the data directory
	Segments                                int
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
		return nil, errNoDocument
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
	s := &Searcher{shared: &shared{
		encoder: o.Encoder, foreign: o.Encoder != nil, log: o.Log, contact: contact{back: make(chan struct{}, 1)},
		without: o.Without, types: fusion.NewTypes(), weights: o.Without.weights(weights), places: o.Places,
	}}
	if err := s.startJudges(); err != nil {
		return nil, err
	}
	if !s.foreign {
		s.encoder = embedded{&s.model, s.packer}
	}
	if err := checkName(s.encoder); err != nil {
		return nil, err
	}
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

func (s *Searcher) open(ctx context.Context, o Options) error {
	documents := o.Documents
	o.Documents, o.Encoder = nil, s.encoder
	var g errgroup.Group
	g.Go(func() (err error) { s.lexicon, err = o.Without.lexicon(); return err })
	if s.places == nil {
		g.Go(func() (err error) { s.places, err = gazetteer.Load(); return err })
	}
	c, err := newCorpus(documents, nil)
	if err = errors.Join(err, g.Wait()); err != nil {
		return err
	}
	if s.periods, err = NewPeriodReader(); err != nil {
		return err
	}
	recipe, err := recipe(s.encoder.Name())
	if err != nil {
		return err
	}
	s.builder = &builder{options: o, recipe: recipe, places: s.places, open: map[string]*segment{}, warned: map[string]bool{}}
	return s.change(ctx, c)
}

// Stats describes the index; the zero Stats after Close.
func (s *Searcher) Stats() (st Stats) {
	v, release := s.view()
	if v == nil {
		return st
	}
	defer release()
	st = Stats{
		Path: s.builder.options.Dir, Segments: len(v.segments), Documents: len(v.corpus.documents), Passages: len(v.corpus.passages),
		Sentences: len(v.corpus.sentences), Vectors: v.meaning.set.Len(), Texts: v.meaning.set.Rows(),
		Fingerprint: v.fingerprint, Encoder: encoder.Level(),
	}
	if s.foreign {
		st.Encoder = s.encoder.Name()
	}
	for _, one := range v.segments {
		st.Bytes += one.bytes
		if info, err := os.Stat(one.vectorsPath()); err == nil {
			st.Bytes += info.Size()
		}
	}
	return st
}

// Fingerprint tells the documents that are searched now, and how, from all others; "" after Close.
func (s *Searcher) Fingerprint() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		return ""
	}
	return s.current.fingerprint
}

// Search implements retrieval.Searcher.
func (s *Searcher) Search(ctx context.Context, q retrieval.Query) (retrieval.Result, error) {
	v, release := s.view()
	if v == nil {
		return retrieval.Result{}, bleveindex.ErrClosed
	}
	defer release()
	return v.search(ctx, q)
}

// Explain tells how the hits of a query came about, and why the document of the id expected, if that is not "", is not
// above. It costs some milliseconds more than Search.
func (s *Searcher) Explain(ctx context.Context, q retrieval.Query, expected string) (retrieval.Explanation, error) {
	v, release := s.view()
	if v == nil {
		return retrieval.Explanation{}, bleveindex.ErrClosed
	}
	defer release()
	return v.explain(ctx, q, expected)
}

// Candidates lists the best sentences for a question with what the ranking knows of each, and after them those that wanted
// tells, where they are not among the best.
func (s *Searcher) Candidates(ctx context.Context, q retrieval.Query, wanted func(retrieval.SentenceHit) bool) ([]retrieval.SentenceHit, []fusion.Features, error) {
	v, release := s.view()
	if v == nil {
		return nil, nil, bleveindex.ErrClosed
	}
	defer release()
	return v.candidates(ctx, q, wanted)
}

// Weights are those of the ranking.
func (s *Searcher) Weights() fusion.Weights { return s.weights }

// Document implements retrieval.Library.
func (s *Searcher) Document(id string) (*retrieval.Document, bool) {
	if c := s.corpus(); c != nil {
		if n, ok := c.number[id]; ok {
			return c.documents[n], true
		}
	}
	return nil, false
}

// Documents implements retrieval.Library. What it returns is never changed.
func (s *Searcher) Documents() []*retrieval.Document {
	if c := s.corpus(); c != nil {
		return c.documents
	}
	return nil
}

// Close ends the making of vectors, saves those made, waits for what is being answered, and releases the index.
func (s *Searcher) Close() (err error) {
	s.updating.Lock()
	defer s.updating.Unlock()
	s.mu.Lock()
	v, f := s.current, s.filler
	s.current = nil
	s.mu.Unlock()
	if f != nil {
		f.stop()
	}
	if v != nil {
		s.release(v)
	}
	s.views.Wait()
	if s.builder != nil {
		err = s.prune()
	}
	if s.temporary != "" {
		err = errors.Join(err, os.RemoveAll(s.temporary))
	}
	return err
}

// Encode makes the vectors of these documents, as Options.Vectors takes them; known may hold some of them already.
func Encode(ctx context.Context, documents []*retrieval.Document, known []byte) ([]byte, error) {
	c, err := newCorpus(documents, nil)
	if err != nil {
		return nil, err
	}
	all := texts(c.cuts)
	set := vectors.New(encoder.Fingerprint, all)
	if s, err := vectors.Read(known); err == nil {
		set.Take(s)
	}
	missing := set.Missing(all)
	made, err := embedded{lazy: new(encoder.Lazy)}.Passages(ctx, missing)
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
