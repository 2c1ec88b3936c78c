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
	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"passerelle/retrieval/analysis"
)

// BM25's parameters, the usual ones (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009).
const (
	k1 = 1.2
	b  = 0.75
)

// Index is an open index. It is safe for concurrent use.
type Index struct {
	store  bleve.Index
	reader index.IndexReader
	stats  stats

	snapshot *scorch.IndexSnapshot // the reader's
	number   []uint32              // of a unit within its level, by bleve's document number

	open   sync.RWMutex // held for reading while segments are read, so that Close unmaps none of them
	closed bool

	cache     *cache
	gatherers [levels]sync.Pool // of *gatherer
}

// posting says how often a term stands in a unit, as BM25 weighs it: tf·(k1+1) / (tf + k1·(1−b+b·length/average)).
type posting struct {
	unit   uint32
	weight float32
}

// Open opens an index that Build wrote, for reading; several processes can. cacheBytes bounds the decoded postings that are
// kept in memory.
func Open(path string, cacheBytes int64) (x *Index, err error) {
	defer func() {
		if r := recover(); r != nil { // a truncated segment makes the segment reader slice out of bounds
			x, err = nil, fmt.Errorf("index %s is damaged: %v", path, r)
		}
	}()
	data, err := os.ReadFile(filepath.Join(path, statsName))
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	x = &Index{cache: newCache(cacheBytes)}
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
	var ok bool
	if x.snapshot, ok = x.reader.(*scorch.IndexSnapshot); !ok {
		return errors.Join(fmt.Errorf("an index of type %T, not scorch", advanced), x.reader.Close())
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

// Scores scores every unit of a level for a question's words, as Walk does one by one.
func (x *Index) Scores(ctx context.Context, l Level, words []analysis.Word) (Scores, error) {
	n := x.stats.Units[l]
	s := Scores{BM25: make([]float32, n), Cover: make([]float32, n)}
	found, err := x.Look(ctx, l, words)
	if err != nil {
		return s, err
	}
	walk := found.Walk()
	for u := range n {
		s.BM25[u], s.Cover[u] = walk.At(u)
	}
	return s, nil
}

// Coverage tells for each word how rare it is in a level (idf), and how well a unit has it: the highest weight of an
// alternative that stands in it, for the units asked for.
func (x *Index) Coverage(ctx context.Context, l Level, words []analysis.Word, units []int) (idf []float32, has [][]float32, err error) {
	found, err := x.Look(ctx, l, words)
	if err != nil {
		return nil, nil, err
	}
	for i := range words {
		idf = append(idf, found.IDF(i))
		row := make([]float32, len(units))
		for j, u := range units {
			row[j] = found.Share(i, u)
		}
		has = append(has, row)
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
			m, err := x.term(ctx, l, a.Term)
			if err != nil {
				return nil, err
			}
			if len(m.postings) > 0 {
				out[i] = a.Weight
			}
		}
	}
	return out, nil
}

// Has tells whether any document has the term.
func (x *Index) Has(ctx context.Context, term string) bool {
	m, err := x.term(ctx, Document, term)
	return err == nil && len(m.postings) > 0
}

// term returns a term's units, decoded once.
func (x *Index) term(ctx context.Context, l Level, term string) (*merged, error) {
	x.open.RLock()
	defer x.open.RUnlock()
	if x.closed {
		return nil, ErrClosed
	}
	key := levelFields[l:l+1] + term
	if m := x.cache.get(key); m != nil {
		return m, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	list, err := x.decode(l, term)
	if err != nil {
		return nil, fmt.Errorf("index: postings of %q: %w", term, err)
	}
	m := &merged{postings: list, idf: float32(idf(x.stats.Units[l], float64(len(list))))}
	x.cache.put(key, m)
	return m, nil
}

// decode reads a term's postings. bleve does not keep the order in which units came, so that they are gathered.
func (x *Index) decode(l Level, term string) ([]posting, error) {
	average := float64(x.stats.Terms[l]) / float64(max(x.stats.Units[l], 1))
	g := x.gatherer(l)
	defer x.gatherers[l].Put(g)
	base := uint64(0)
	for _, s := range x.snapshot.Segments() {
		if err := x.gather(g, s.Segment(), base, levelFields[l:l+1], term, average); err != nil {
			g.take()
			return nil, err
		}
		base += uint64(s.FullSize())
	}
	return g.take().postings, nil
}

// gather adds a term's postings in a segment, whose documents are numbered from base on.
func (x *Index) gather(g *gatherer, s segment.Segment, base uint64, field, term string, average float64) error {
	dictionary, err := s.Dictionary(field)
	if err != nil {
		return err
	}
	postings, err := dictionary.PostingsList([]byte(term), nil, nil)
	if err != nil {
		return err
	}
	it := postings.Iterator(true, true, false, nil)
	for {
		p, err := it.Next()
		if err != nil || p == nil {
			return err
		}
		doc := base + p.Number()
		if doc >= uint64(len(x.number)) {
			return fmt.Errorf("unit %d of %d", doc, len(x.number))
		}
		tf, norm := float64(p.Frequency()), p.Norm()
		length := math.Round(1 / (norm * norm)) // scorch hands out 1/√length
		g.put(x.number[doc], float32(tf*(k1+1)/(tf+k1*(1-b+b*length/average))))
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
