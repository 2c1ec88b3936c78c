package bleveindex

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
)

// Live is an index of passages that takes additions, replacements and removals while it is searched. Each search is of
// one snapshot: it sees all of an Apply or nothing of it. bleve's segments are all that is on disk; what is decoded of
// them is a cache in memory. It is safe for concurrent use; one process at a time can have it open.
type Live struct {
	path   string
	store  bleve.Index
	scorch *scorch.Scorch
	ranker *ranker

	open   sync.RWMutex // held for reading while the store is used, so that Close takes nothing away
	closed bool
}

// Entry is a passage's terms under its name.
type Entry struct {
	ID    string
	Terms []string // without white space within; their order does not matter, how often each stands does
}

// Hit is a passage with its BM25.
type Hit struct {
	ID    string
	Score float64
}

// Fields of a live index in bleve. A passage's length is a term of its own, so that BM25 needs no pass over all postings.
const (
	fieldTerms  = "t"
	fieldLength = "l"
)

// Limits of what TopK is asked.
const (
	maxQuestionTerms = 1 << 12
	maxHits          = 1 << 14
)

// OpenLive opens the live index in the folder path, and makes it when there is none. cacheBytes bounds the decoded
// postings that are kept in memory.
func OpenLive(path string, cacheBytes int64) (*Live, error) {
	x := &Live{path: path, ranker: newRanker(fieldTerms, fieldLength, cacheBytes)}
	if err := x.openStore(); err != nil {
		return nil, fmt.Errorf("index %s: %w", path, err)
	}
	advanced, err := x.store.Advanced()
	if err == nil {
		var ok bool
		if x.scorch, ok = advanced.(*scorch.Scorch); !ok {
			err = fmt.Errorf("an index of type %T, not scorch", advanced)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("index %s: %w", path, errors.Join(err, x.store.Close()))
	}
	return x, nil
}

func (x *Live) openStore() (err error) {
	defer func() {
		if p := recover(); p != nil { // the segment reader slices a damaged file out of bounds
			err = fmt.Errorf("damaged: %v", p)
		}
	}()
	if _, err = os.Stat(x.path); errors.Is(err, os.ErrNotExist) {
		m, err := newLiveMapping()
		if err != nil {
			return err
		}
		x.store, err = bleve.NewUsing(x.path, m, scorch.Name, scorch.Name, nil)
		return err
	}
	if err == nil {
		x.store, err = bleve.OpenUsing(x.path, map[string]any{"bolt_timeout": "2s"})
	}
	if err != nil {
		return fmt.Errorf("%w (another process that has it open must end first)", err)
	}
	return nil
}

func newLiveMapping() (mapping.IndexMapping, error) {
	m := bleve.NewIndexMapping()
	const terms = "terms"
	if err := m.AddCustomAnalyzer(terms, map[string]any{"type": custom.Name, "tokenizer": whitespace.Name}); err != nil {
		return nil, err
	}
	m.DefaultMapping.Dynamic = false
	m.DefaultMapping.AddSubDocumentMapping("_all", bleve.NewDocumentDisabledMapping())
	for _, name := range []string{fieldTerms, fieldLength} {
		f := bleve.NewTextFieldMapping()
		f.Analyzer, f.Store, f.IncludeTermVectors, f.IncludeInAll, f.DocValues = terms, false, false, false, false
		f.SkipFreqNorm = name == fieldLength
		m.DefaultMapping.AddFieldMappingsAt(name, f)
	}
	m.IndexDynamic, m.StoreDynamic, m.DocValuesDynamic = false, false, false
	return m, m.Validate()
}

// Apply adds passages, in the place of those of the same name, and removes others, all at once: a search sees everything
// or nothing. When it returns without error, all of it is on disk. Entries of one name within put: the last one counts.
func (x *Live) Apply(ctx context.Context, put []Entry, remove []string) error {
	x.open.RLock()
	defer x.open.RUnlock()
	if x.closed {
		return ErrClosed
	}
	batch := x.store.NewBatch()
	for _, id := range remove {
		batch.Delete(id)
	}
	for i, e := range put {
		if i%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := e.check(); err != nil {
			return fmt.Errorf("index %s: %w", x.path, err)
		}
		fields := map[string]any{fieldTerms: strings.Join(e.Terms, " "), fieldLength: strconv.Itoa(len(e.Terms))}
		if err := batch.Index(e.ID, fields); err != nil {
			return fmt.Errorf("index %s: passage %q: %w", x.path, e.ID, err)
		}
	}
	if err := x.store.Batch(batch); err != nil {
		return fmt.Errorf("index %s: %w", x.path, err)
	}
	return nil
}

// check refuses what bleve would cut into other terms than those given, which the length would not be of.
func (e Entry) check() error {
	if e.ID == "" {
		return errors.New("a passage without a name")
	}
	for _, t := range e.Terms {
		if t == "" || strings.ContainsFunc(t, unicode.IsSpace) {
			return fmt.Errorf("passage %q: term %q is empty or has white space", e.ID, t)
		}
	}
	return nil
}

// Len is how many passages there are.
func (x *Live) Len() (int, error) {
	x.open.RLock()
	defer x.open.RUnlock()
	if x.closed {
		return 0, ErrClosed
	}
	n, err := x.store.DocCount()
	return int(n), err
}

// TopK returns the k passages with the highest BM25 for the terms, best first; fewer when fewer have any of them. A term
// given twice counts twice. Scores are exact (k1 1.2, b 0.75, the average length of the passages that there are); among
// equal ones those count first that stand first in the index.
func (x *Live) TopK(ctx context.Context, terms []string, k int) ([]Hit, error) {
	if k < 1 || k > maxHits || len(terms) > maxQuestionTerms {
		return nil, fmt.Errorf("index: %d hits for %d terms asked; from 1 to %d for %d at most are given", k, len(terms), maxHits, maxQuestionTerms)
	}
	x.open.RLock()
	defer x.open.RUnlock()
	if x.closed {
		return nil, ErrClosed
	}
	reader, err := x.scorch.Reader()
	if err != nil {
		return nil, fmt.Errorf("index %s: %w", x.path, err)
	}
	hits, err := x.search(ctx, reader.(*scorch.IndexSnapshot), terms, k)
	if err = errors.Join(err, reader.Close()); err != nil {
		return nil, fmt.Errorf("index %s: %w", x.path, err)
	}
	return hits, nil
}

func (x *Live) search(ctx context.Context, snapshot *scorch.IndexSnapshot, terms []string, k int) ([]Hit, error) {
	best, err := x.ranker.top(ctx, snapshot, terms, k)
	if err != nil {
		return nil, err
	}
	hits := make([]Hit, len(best))
	for i, f := range best {
		id, err := snapshot.Segments()[f.segment].DocID(uint64(f.document))
		if err != nil {
			return nil, err
		}
		hits[i] = Hit{string(id), f.score}
	}
	return hits, nil
}

// Compact merges all segments into one, without the deleted passages. Searches and Apply go on meanwhile.
func (x *Live) Compact(ctx context.Context) error {
	x.open.RLock()
	defer x.open.RUnlock()
	if x.closed {
		return ErrClosed
	}
	if err := x.scorch.ForceMerge(ctx, nil); err != nil {
		return fmt.Errorf("index %s: compact: %w", x.path, err)
	}
	return nil
}

// Close waits for searches and changes under way. What is asked later fails with ErrClosed.
func (x *Live) Close() error {
	x.open.Lock()
	defer x.open.Unlock()
	if x.closed {
		return nil
	}
	x.closed = true
	return x.store.Close()
}
