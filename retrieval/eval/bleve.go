package eval

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/lang/fr"
	index "github.com/blevesearch/bleve_index_api"

	"passerelle/retrieval"
)

// Bleve is bleve as one would use it without this module, to compare with: its index of titles and texts, its French
// analyzer, its BM25, its match query (any word of the question, in any field). Close it.
type Bleve struct {
	dir       string
	index     bleve.Index
	documents map[string]*retrieval.Document
}

// NewBleve indexes documents in a temporary directory.
func NewBleve(ctx context.Context, documents []*retrieval.Document) (_ *Bleve, err error) {
	dir, err := os.MkdirTemp("", "passerelle-bleve-")
	if err != nil {
		return nil, fmt.Errorf("no temporary directory: %w", err)
	}
	b := &Bleve{dir: dir, documents: make(map[string]*retrieval.Document, len(documents))}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.Close())
		}
	}()
	mapping := bleve.NewIndexMapping()
	mapping.DefaultAnalyzer = fr.AnalyzerName
	mapping.ScoringModel = index.BM25Scoring
	if b.index, err = bleve.New(filepath.Join(dir, "index"), mapping); err != nil {
		return nil, fmt.Errorf("bleve: %w", err)
	}
	batch := b.index.NewBatch()
	for _, d := range documents {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		b.documents[d.ID] = d
		if err := batch.Index(d.ID, map[string]string{"title": d.Title, "text": d.Text}); err != nil {
			return nil, fmt.Errorf("bleve: document %s: %w", d.ID, err)
		}
	}
	if err := b.index.Batch(batch); err != nil {
		return nil, fmt.Errorf("bleve: %w", err)
	}
	return b, nil
}

// Search implements retrieval.Searcher; it finds documents alone.
func (b *Bleve) Search(ctx context.Context, q retrieval.Query) (r retrieval.Result, err error) {
	if q.Limit <= 0 {
		q.Limit = retrieval.DefaultLimit
	}
	request := bleve.NewSearchRequestOptions(bleve.NewMatchQuery(q.Text), q.Limit, 0, false)
	request.SortBy([]string{"-_score", "_id"}) // so that ties fall the same way every time
	found, err := b.index.SearchInContext(ctx, request)
	if err != nil {
		return r, fmt.Errorf("bleve: %w", err)
	}
	for _, hit := range found.Hits {
		r.Documents = append(r.Documents, retrieval.DocumentHit{Document: b.documents[hit.ID], Score: hit.Score})
	}
	return r, nil
}

// Close removes the index.
func (b *Bleve) Close() (err error) {
	if b.index != nil {
		err = b.index.Close()
	}
	return errors.Join(err, os.RemoveAll(b.dir))
}
