// Package local is the embedded Searcher: words, vectors and their fusion opened together from one data directory.
package local

import (
	"context"
	"errors"
	"io"

	"passerelle/retrieval"
)

// Options say what to open. Documents is required.
type Options struct {
	Dir       string                // data directory; "" for a temporary one that Close removes
	Documents []*retrieval.Document // the corpus; the index is rebuilt when it is not of exactly these
	Name      string                // of the corpus: letters, digits and -; indexes of different names live side by side in Dir
	Progress  io.Writer             // one line when an index is built, one when a damaged one is replaced; nil for none
	Vectors   []byte                // vectors made ahead for these documents (seeds), or nil
}

// Searcher is a retrieval.Searcher and retrieval.Library over one index.
type Searcher struct{}

// Stats describes an open index.
type Stats struct {
	Path                                    string
	Documents, Passages, Sentences, Vectors int
	Bytes                                   int64
	Fingerprint                             string
}

// Open opens the index of these documents, and builds it first where there is none or it is another's.
func Open(ctx context.Context, o Options) (*Searcher, error) {
	return nil, errors.New("local: not written yet")
}

// Close releases the index.
func (s *Searcher) Close() error { return nil }

// Stats describes the index.
func (s *Searcher) Stats() Stats { return Stats{} }

// Search implements retrieval.Searcher.
func (s *Searcher) Search(ctx context.Context, q retrieval.Query) (retrieval.Result, error) {
	return retrieval.Result{}, nil
}

// Document implements retrieval.Library.
func (s *Searcher) Document(id string) (*retrieval.Document, bool) { return nil, false }

// Documents implements retrieval.Library.
func (s *Searcher) Documents() []*retrieval.Document { return nil }
