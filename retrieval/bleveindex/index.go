package bleveindex

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"passerelle/retrieval/analysis"
)

// BM25's parameters, the usual ones (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009).
const (
	k1 = 1.2
	b  = 0.75
)

// Index is segments searched as one. A segment's units have numbers of their own in it, and what is removed of a segment has
// none. It is never changed, and safe for concurrent use.
type Index struct {
	members []Member
	units   [levels]int
	average [levels]float64 // terms of a unit

	cache     *cache
	gatherers [levels]sync.Pool // of *gatherer
}

// Member is a segment of an index. Numbers says what numbers its units have there.
type Member struct {
	*Segment
	Numbers Numbers
}

// Numbers is, by level and number in a segment, the number of a unit in an index, or Removed.
type Numbers [levels][]int32

// Removed is the number of a unit that an index passes over.
const Removed = -1

// New makes an index of segments, which must stay open until the last search: later ones fail with ErrClosed where they need
// what is not kept. All units of a level together have each number
// from 0 once. cacheBytes bounds the decoded postings that are kept in memory.
func New(members []Member, cacheBytes int64) (*Index, error) {
	x := &Index{members: members, cache: newCache(cacheBytes)}
	for l := range x.units {
		seen, terms, err := numbered(members, Level(l))
		if err != nil {
			return nil, fmt.Errorf("index: %w", err)
		}
		x.units[l], x.average[l] = seen, float64(terms)/float64(max(seen, 1))
	}
	return x, nil
}

// numbered counts a level's units and their terms, and holds that their numbers are those from 0 on.
func numbered(members []Member, l Level) (units, terms int, err error) {
	for _, m := range members {
		if len(m.Numbers[l]) != len(m.lengths[l]) {
			return 0, 0, fmt.Errorf("%d numbers for %d units of level %d", len(m.Numbers[l]), len(m.lengths[l]), l)
		}
		for i, n := range m.Numbers[l] {
			if n != Removed {
				units++
				terms += int(m.lengths[l][i])
			}
		}
	}
	seen := make([]bool, units)
	for _, m := range members {
		for _, n := range m.Numbers[l] {
			switch {
			case n == Removed:
			case n < 0 || int(n) >= units || seen[n]:
				return 0, 0, fmt.Errorf("%d is the number of no unit of level %d, or of two", n, l)
			default:
				seen[n] = true
			}
		}
	}
	return units, terms, nil
}

// posting says how often a term stands in a unit, as BM25 weighs it: tf·(k1+1) / (tf + k1·(1−b+b·length/average)).
type posting struct {
	unit   uint32
	weight float32
}

// Units is how many units a level has.
func (x *Index) Units(l Level) int { return x.units[l] }

// Scores are of every unit of a level, by its number.
type Scores struct {
	BM25  []float32
	Cover []float32 // 0 to 1: the share of the question's words that the unit has, each counted by its idf
}

// Scores scores every unit of a level for a question's words, as Walk does one by one.
func (x *Index) Scores(ctx context.Context, l Level, words []analysis.Word) (Scores, error) {
	n := x.units[l]
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
	m := &merged{postings: list, idf: float32(idf(x.units[l], float64(len(list))))}
	x.cache.put(key, m)
	return m, nil
}

// decode reads a term's postings. bleve does not keep the order in which units came, so that they are gathered.
func (x *Index) decode(l Level, term string) ([]posting, error) {
	g := x.gatherer(l)
	defer x.gatherers[l].Put(g)
	for _, m := range x.members {
		err := m.postings(l, term, func(unit uint32, frequency uint64) {
			if n := m.Numbers[l][unit]; n != Removed {
				tf, length := float64(frequency), float64(m.lengths[l][unit])
				g.put(uint32(n), float32(tf*(k1+1)/(tf+k1*(1-b+b*length/x.average[l]))))
			}
		})
		if err != nil {
			g.take()
			return nil, err
		}
	}
	return g.take().postings, nil
}

// Names returns the capitalised words of the corpus, in the order of language and word.
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

// vocabulary calls add with the two halves of a field's terms that a unit of the index has, ascending, each once.
func (x *Index) vocabulary(field string, add func(a, b string)) error {
	var terms []string
	for _, m := range x.members {
		begin := len(terms)
		if err := m.vocabulary(field, func(term string) { terms = append(terms, term) }); err != nil {
			return fmt.Errorf("index: field %s: %w", field, err)
		}
		if m.whole() {
			continue
		}
		kept := terms[:begin]
		for _, term := range terms[begin:] {
			has := false
			err := m.read(field, term, func(p place, _ uint64) bool {
				has = m.Numbers[p.level][p.number] != Removed
				return !has
			})
			if err != nil {
				return fmt.Errorf("index: field %s: %w", field, err)
			}
			if has {
				kept = append(kept, term)
			}
		}
		terms = kept
	}
	slices.Sort(terms)
	for _, term := range slices.Compact(terms) {
		if a, b, ok := strings.Cut(term, separator); ok {
			add(a, b)
		}
	}
	return nil
}

// whole tells that nothing of a segment is removed.
func (m Member) whole() bool {
	for _, numbers := range m.Numbers {
		if slices.Contains(numbers, Removed) {
			return false
		}
	}
	return true
}
