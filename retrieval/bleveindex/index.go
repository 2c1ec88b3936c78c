package bleveindex

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2"
	index "github.com/blevesearch/bleve_index_api"

	"passerelle/retrieval/analysis"
)

// BM25's parameters, the usual ones (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009).
const (
	k1 = 1.2
	b  = 0.75
)

// maxCached is how many postings are kept decoded, 8 bytes each.
const maxCached = 4 << 20

// Index is an open index. It is safe for concurrent use.
type Index struct {
	store  bleve.Index
	reader index.IndexReader
	stats  stats
	number []uint32 // of a unit within its level, by bleve's document number

	open   sync.RWMutex // held for reading while segments are read, so that Close unmaps none of them
	closed bool

	mu     sync.Mutex
	cache  map[string][]posting // by field and term
	cached int
}

// posting says how often a term stands in a unit, as BM25 weighs it: tf·(k1+1) / (tf + k1·(1−b+b·length/average)).
type posting struct {
	unit   uint32
	weight float32
}

// Open opens an index that Build wrote, for reading; several processes can.
func Open(path string) (x *Index, err error) {
	defer func() {
		if r := recover(); r != nil { // a truncated segment makes the segment reader slice out of bounds
			x, err = nil, fmt.Errorf("index %s is damaged: %v", path, r)
		}
	}()
	data, err := os.ReadFile(filepath.Join(path, statsName))
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	x = &Index{cache: map[string][]posting{}}
	if err := json.Unmarshal(data, &x.stats); err != nil {
		return nil, fmt.Errorf("index %s: %s: %w", path, statsName, err)
	}
	if x.store, err = bleve.OpenUsing(filepath.Join(path, storeName), map[string]any{"read_only": true}); err != nil {
		return nil, fmt.Errorf("index %s: %w", path, err)
	}
	if err := x.start(); err != nil {
		return nil, fmt.Errorf("index %s: %w", path, errors.Join(err, x.store.Close()))
	}
	return x, nil
}

func (x *Index) start() error {
	advanced, err := x.store.Advanced()
	if err != nil {
		return err
	}
	if x.reader, err = advanced.Reader(); err != nil {
		return err
	}
	if err := x.readNumbers(); err != nil {
		return errors.Join(err, x.reader.Close())
	}
	return nil
}

// readNumbers learns which unit each of bleve's documents is, and that none is missing.
func (x *Index) readNumbers() error {
	total := 0
	var seen [levels][]bool
	for l, n := range x.stats.Units {
		if n < 0 || n > math.MaxInt32 {
			return fmt.Errorf("%d units of level %d", n, l)
		}
		seen[l] = make([]bool, n)
		total += n
	}
	if n, err := x.reader.DocCount(); err != nil || n != uint64(total) {
		return errors.Join(err, fmt.Errorf("%d units, not %d", n, total))
	}
	ids, err := x.reader.DocIDReaderAll()
	if err != nil {
		return err
	}
	x.number = make([]uint32, total)
	for {
		internal, err := ids.Next()
		if err != nil {
			return errors.Join(err, ids.Close())
		}
		if internal == nil {
			return ids.Close()
		}
		id, err := x.reader.ExternalID(internal)
		if err != nil {
			return errors.Join(err, ids.Close())
		}
		level, n := -1, 0
		if id != "" {
			level = strings.IndexByte(levelFields, id[0])
			n, err = strconv.Atoi(id[1:])
		}
		doc := docNumber(internal)
		if err != nil || level < 0 || n < 0 || n >= len(seen[level]) || seen[level][n] || doc >= uint64(total) {
			return errors.Join(fmt.Errorf("unexpected unit %q", id), ids.Close())
		}
		seen[level][n], x.number[doc] = true, uint32(n)
	}
}

// docNumber reads scorch's internal id: the document's number in the snapshot, big endian.
func docNumber(id index.IndexInternalID) uint64 { return binary.BigEndian.Uint64(id) }

// ErrClosed is what an index says that was closed.
var ErrClosed = errors.New("the index is closed")

// Close waits for what is being read and releases the index. Searches under way fail with ErrClosed, or end with what they
// have read.
func (x *Index) Close() error {
	x.open.Lock()
	defer x.open.Unlock()
	if x.closed {
		return nil
	}
	x.closed = true
	return errors.Join(x.reader.Close(), x.store.Close())
}

// Units is how many units a level has.
func (x *Index) Units(l Level) int { return x.stats.Units[l] }

// Scores are of every unit of a level, by its number.
type Scores struct {
	BM25  []float32
	Cover []float32 // 0 to 1: the share of the question's words that the unit has, each counted by its idf
}

// Scores scores every unit of a level for a question's words. A word counts once in a unit, by the alternative that is
// worth most there; its idf is that of the union of its alternatives, each counted by its weight.
func (x *Index) Scores(ctx context.Context, l Level, words []analysis.Word) (Scores, error) {
	n := x.stats.Units[l]
	s := Scores{BM25: make([]float32, n), Cover: make([]float32, n)}
	acc := newAccumulator(n)
	total := float32(0)
	for i := range words {
		if err := x.collect(ctx, acc, l, words[i].Alternatives); err != nil {
			return s, err
		}
		idf := acc.idf()
		total += idf
		for _, u := range acc.touched {
			s.BM25[u] += acc.best[u] * idf
			s.Cover[u] += acc.share[u] * idf
		}
		acc.reset()
	}
	if total > 0 {
		for u := range s.Cover {
			s.Cover[u] /= total
		}
	}
	return s, nil
}

// Coverage tells for each word how rare it is in a level (idf), and how well a unit has it: the highest weight of an
// alternative that stands in it, for the units asked for.
func (x *Index) Coverage(ctx context.Context, l Level, words []analysis.Word, units []int) (idf []float32, has [][]float32, err error) {
	acc := newAccumulator(x.stats.Units[l])
	for i := range words {
		if err := x.collect(ctx, acc, l, words[i].Alternatives); err != nil {
			return nil, nil, err
		}
		idf = append(idf, acc.idf())
		row := make([]float32, len(units))
		for j, u := range units {
			row[j] = acc.share[u]
		}
		has = append(has, row)
		acc.reset()
	}
	return idf, has, nil
}

// Strongest returns for each word the highest weight of an alternative that any unit of the level has; 0 for a word that
// the corpus does not know.
func (x *Index) Strongest(ctx context.Context, l Level, words []analysis.Word) ([]float64, error) {
	out := make([]float64, len(words))
	for i, w := range words {
		for _, a := range w.Alternatives {
			if a.Weight <= out[i] {
				continue
			}
			list, err := x.postings(ctx, l, a.Term)
			if err != nil {
				return nil, err
			}
			if len(list) > 0 {
				out[i] = a.Weight
			}
		}
	}
	return out, nil
}

// Has tells whether any document has the term.
func (x *Index) Has(ctx context.Context, term string) bool {
	list, err := x.postings(ctx, Document, term)
	return err == nil && len(list) > 0
}

// accumulator gathers one word's score in every unit of a level.
type accumulator struct {
	best, share []float32
	touched     []uint32
}

func newAccumulator(n int) *accumulator {
	return &accumulator{best: make([]float32, n), share: make([]float32, n)}
}

func (a *accumulator) add(list []posting, weight float32) {
	for _, p := range list {
		if a.share[p.unit] == 0 {
			a.touched = append(a.touched, p.unit)
		}
		a.share[p.unit] = max(a.share[p.unit], weight)
		a.best[p.unit] = max(a.best[p.unit], weight*p.weight)
	}
}

func (a *accumulator) idf() float32 {
	df := 0.0
	for _, u := range a.touched {
		df += float64(a.share[u])
	}
	return float32(math.Log(1 + (float64(len(a.best))-df+.5)/(df+.5)))
}

func (a *accumulator) reset() {
	for _, u := range a.touched {
		a.best[u], a.share[u] = 0, 0
	}
	a.touched = a.touched[:0]
}

func (x *Index) collect(ctx context.Context, acc *accumulator, l Level, alternatives []analysis.Alternative) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, a := range alternatives {
		list, err := x.postings(ctx, l, a.Term)
		if err != nil {
			return err
		}
		acc.add(list, float32(a.Weight))
	}
	return nil
}

// postings returns a term's units, decoded once.
func (x *Index) postings(ctx context.Context, l Level, term string) ([]posting, error) {
	x.open.RLock()
	defer x.open.RUnlock()
	if x.closed {
		return nil, ErrClosed
	}
	field := levelFields[l : l+1]
	key := field + term
	x.mu.Lock()
	list, ok := x.cache[key]
	x.mu.Unlock()
	if ok {
		return list, nil
	}
	list, err := x.decode(ctx, l, field, term)
	if err != nil {
		return nil, fmt.Errorf("index: postings of %q: %w", term, err)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.cached += 1 + len(list); x.cached > maxCached {
		clear(x.cache)
		x.cached = 1 + len(list)
	}
	x.cache[key] = list
	return list, nil
}

func (x *Index) decode(ctx context.Context, l Level, field, term string) (list []posting, err error) {
	r, err := x.reader.TermFieldReader(ctx, []byte(term), field, true, true, false)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	average := float64(x.stats.Terms[l]) / float64(max(x.stats.Units[l], 1))
	list = make([]posting, 0, r.Count())
	var room index.TermFieldDoc
	for {
		d, err := r.Next(room.Reset())
		if err != nil {
			return nil, err
		}
		if d == nil {
			return list, nil
		}
		doc := docNumber(d.ID)
		if doc >= uint64(len(x.number)) {
			return nil, fmt.Errorf("unit %d of %d", doc, len(x.number))
		}
		tf, length := float64(d.Freq), math.Round(1/(d.Norm*d.Norm)) // scorch hands out 1/√length
		list = append(list, posting{x.number[doc], float32(tf * (k1 + 1) / (tf + k1*(1-b+b*length/average)))})
	}
}

// Names returns the capitalised words of the corpus.
func (x *Index) Names() ([]Name, error) {
	var names []Name
	err := x.vocabulary(fieldNames, func(a, b string) { names = append(names, Name{Text: b, Language: a}) })
	return names, err
}

// Spellings returns the words that have another term when typed without accents.
func (x *Index) Spellings() ([]Spelling, error) {
	var list []Spelling
	err := x.vocabulary(fieldSpelling, func(a, b string) { list = append(list, Spelling{Typed: a, Term: b}) })
	return list, err
}

func (x *Index) vocabulary(field string, add func(a, b string)) (err error) {
	x.open.RLock()
	defer x.open.RUnlock()
	if x.closed {
		return ErrClosed
	}
	d, err := x.reader.FieldDict(field)
	if err != nil {
		return fmt.Errorf("index: field %s: %w", field, err)
	}
	defer func() {
		if c, ok := d.(io.Closer); ok {
			err = errors.Join(err, c.Close())
		}
	}()
	for {
		e, err := d.Next()
		if err != nil {
			return fmt.Errorf("index: field %s: %w", field, err)
		}
		if e == nil {
			return nil
		}
		if a, b, ok := strings.Cut(e.Term, separator); ok {
			add(a, b)
		}
	}
}
