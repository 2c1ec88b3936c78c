// Package local is the embedded Searcher: words, vectors and their fusion opened together from one data directory.
package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"

	"golang.org/x/sync/errgroup"

	"passerelle/retrieval"
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
}

// Searcher is a retrieval.Searcher and retrieval.Library over one index.
type Searcher struct {
	corpus     *corpus
	generation *generation
	model      *encoder.Model
	expander   *expansion.Expander
	types      *fusion.Types
	weights    fusion.Weights
	judge      judge
	rows       rows
	known      known
	temporary  string // directory to remove; "" for none
}

// Stats describes an open index.
type Stats struct {
	Path                                    string
	Documents, Passages, Sentences, Vectors int
	Bytes                                   int64 // on disk
	Fingerprint                             string
	Encoder                                 string // the instructions it runs on
}

// Open opens the index of these documents, and builds it first where there is none or it is another's. It fails when the
// data directory can't be written to and holds no index yet, or when ctx is done.
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
	g.Go(func() (err error) { s.model, err = encoder.Embedded(); return err })
	g.Go(func() (err error) { lex, err = o.Without.lexicon(); return err })
	if o.Places == nil {
		g.Go(func() (err error) { o.Places, err = gazetteer.Load(); return err })
	}
	s.corpus, err = newCorpus(o.Documents)
	if err = errors.Join(err, g.Wait()); err != nil {
		return err
	}
	b := builder{options: o, corpus: s.corpus, fingerprint: s.corpus.fingerprint(), places: o.Places, model: s.model}
	if s.generation, err = b.open(ctx); err != nil {
		return err
	}
	if s.judge, err = newJudge(len(s.corpus.documents)); err != nil {
		return err
	}
	if s.rows, err = findRows(s.corpus, s.generation.vectors); err != nil {
		return err
	}
	s.known = newKnown(s.corpus)
	return s.startExpander(ctx, o, lex)
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

// Close releases the index.
func (s *Searcher) Close() (err error) {
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
	return Stats{
		Path: s.generation.path, Documents: len(s.corpus.documents), Passages: len(s.corpus.passages),
		Sentences: len(s.corpus.sentences), Vectors: s.generation.vectors.Len(), Bytes: s.generation.bytes,
		Fingerprint: s.generation.manifest.Fingerprint, Encoder: s.model.Level(),
	}
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

// rows are the rows of the vectors of each sentence (alone and after its title), passage and document.
type rows struct{ sentence, titled, passage, document []int32 }

func findRows(c *corpus, set *vectors.Set) (r rows, err error) {
	row := func(text string) int32 {
		n, ok := set.Row(vectors.KeyOf(text))
		if !ok {
			err = errors.New("the index has no vector for a text of its own: it was not built whole")
		}
		return int32(n)
	}
	for _, s := range c.sentences {
		text := c.text(s)
		r.sentence = append(r.sentence, row(text))
		r.titled = append(r.titled, row(titled(c.documents[s.document], text)))
	}
	for _, p := range c.passages {
		r.passage = append(r.passage, row(c.passageText(p)))
	}
	for _, d := range c.documents {
		r.document = append(r.document, row(documentText(d)))
	}
	return r, err
}

func makeVectors(ctx context.Context, m *encoder.Model, texts []string, known []*vectors.Set, progress func(done, total int)) (*vectors.Set, error) {
	return vectors.Make(ctx, m, encoder.Fingerprint, encoder.Dim, texts, known, progress)
}

// Encode makes the vectors of these documents, as Options.Vectors takes them; known may hold some of them already.
func Encode(ctx context.Context, documents []*retrieval.Document, known []byte) ([]byte, error) {
	c, err := newCorpus(documents)
	if err != nil {
		return nil, err
	}
	m, err := encoder.Embedded()
	if err != nil {
		return nil, err
	}
	var sets []*vectors.Set
	if s, err := vectors.Read(known); err == nil {
		sets = append(sets, s)
	}
	set, err := makeVectors(ctx, m, c.texts(), sets, nil)
	if err != nil {
		return nil, err
	}
	return set.Bytes(), nil
}
