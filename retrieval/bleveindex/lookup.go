package bleveindex

import (
	"context"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"passerelle/retrieval/analysis"
)

// Lookup is a question's words as the units of a level have them. It reads nothing more from the index. It is safe for
// concurrent use.
type Lookup struct {
	words []*merged
	units int
	total float32 // of the words' idf
}

// merged is one word: the units that have any of its alternatives, ascending. It is never changed.
type merged struct {
	postings []posting // what the best alternative is worth, without the word's idf
	share    []float32 // the highest weight of an alternative, by posting; nil where all have 1
	idf      float32   // that of the union of the alternatives, each counted by its weight
}

func (m *merged) shareOf(i int) float32 {
	if m.share == nil {
		return 1
	}
	return m.share[i]
}

// find returns the place of a unit's posting.
func (m *merged) find(unit int) (int, bool) {
	return slices.BinarySearchFunc(m.postings, uint32(unit), posting.compare)
}

func (m *merged) bytes() int64 { return 128 + 8*int64(cap(m.postings)) + 4*int64(cap(m.share)) }

// Look looks a question's words up in a level. A word counts once in a unit, by the alternative that is worth most there;
// its idf is that of the union of its alternatives, each counted by its weight.
func (x *Index) Look(ctx context.Context, l Level, words []analysis.Word) (*Lookup, error) {
	out := &Lookup{words: make([]*merged, len(words)), units: x.units[l]}
	for i := range words {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m, err := x.merge(ctx, l, words[i].Alternatives)
		if err != nil {
			return nil, err
		}
		out.words[i] = m
		out.total += m.idf
	}
	return out, nil
}

// IDF is how rare a word is.
func (u *Lookup) IDF(word int) float32 { return u.words[word].idf }

// Share is how well a unit has a word: the highest weight of an alternative that stands in it; 0 for none.
func (u *Lookup) Share(word, unit int) float32 {
	m := u.words[word]
	if i, ok := m.find(unit); ok {
		return m.shareOf(i)
	}
	return 0
}

func (p posting) compare(unit uint32) int {
	switch {
	case p.unit < unit:
		return -1
	case p.unit > unit:
		return 1
	}
	return 0
}

// AddTo adds to each unit's number in sums what the unit gets for bm25 times its BM25 and cover times its cover, which
// are those of Walk.
func (u *Lookup) AddTo(sums []float32, bm25, cover float32) {
	cover /= max(u.total, math.SmallestNonzeroFloat32)
	for _, m := range u.words {
		worth := bm25 * m.idf
		if m.share == nil {
			add := cover * m.idf
			for _, p := range m.postings {
				sums[p.unit] += worth*p.weight + add
			}
			continue
		}
		for i, p := range m.postings {
			sums[p.unit] += worth*p.weight + cover*m.idf*m.share[i]
		}
	}
}

// Together is the largest sum over the words of how well one unit has each, those that it has worse than least left out.
func (u *Lookup) Together(least float32) (best float64) {
	sums := make([]float64, u.units)
	for _, m := range u.words {
		for i, p := range m.postings {
			if s := m.shareOf(i); s >= least {
				sums[p.unit] += float64(s)
				best = max(best, sums[p.unit])
			}
		}
	}
	return best
}

// Walk is a pass over units in ascending order.
type Walk struct {
	*Lookup
	at []int // by word: the first posting that is not before the unit asked for last
}

// Walk begins a pass. It is for one goroutine.
func (u *Lookup) Walk() *Walk { return &Walk{u, make([]int, len(u.words))} }

// At returns a unit's BM25, and its cover, 0 to 1: the share of the question's words that it has, each counted by its idf.
// The unit must not be before the one asked for last.
func (w *Walk) At(unit int) (bm25, cover float32) {
	for i, m := range w.words {
		at := seek(m.postings, w.at[i], uint32(unit))
		w.at[i] = at
		if at < len(m.postings) && m.postings[at].unit == uint32(unit) {
			bm25 += m.postings[at].weight * m.idf
			cover += m.shareOf(at) * m.idf
		}
	}
	if w.total > 0 {
		cover /= w.total
	}
	return bm25, cover
}

// seek returns the first posting from at on that is not before a unit, in steps that double.
func seek(list []posting, at int, unit uint32) int {
	if at >= len(list) || list[at].unit >= unit {
		return at
	}
	step := 1
	for at+step < len(list) && list[at+step].unit < unit {
		at += step
		step *= 2
	}
	rest := list[at+1 : min(at+step+1, len(list))]
	i, _ := slices.BinarySearchFunc(rest, unit, posting.compare)
	return at + 1 + i
}

// merge makes one list of a word's alternatives, or finds it in the cache.
func (x *Index) merge(ctx context.Context, l Level, alternatives []analysis.Alternative) (*merged, error) {
	if len(alternatives) == 1 && alternatives[0].Weight == 1 {
		return x.term(ctx, l, alternatives[0].Term)
	}
	key := mergedKey(l, alternatives)
	if m := x.cache.get(key); m != nil {
		return m, nil
	}
	g := x.gatherer(l)
	defer x.gatherers[l].Put(g)
	for _, a := range alternatives {
		one, err := x.term(ctx, l, a.Term)
		if err != nil {
			g.take()
			return nil, err
		}
		g.add(one.postings, float32(a.Weight))
	}
	m := g.take()
	df := 0.0
	for _, s := range m.share {
		df += float64(s)
	}
	m.idf = float32(idf(x.units[l], df))
	x.cache.put(key, m)
	return m, nil
}

func mergedKey(l Level, alternatives []analysis.Alternative) string {
	var key strings.Builder
	key.WriteString(levelFields[l : l+1])
	for _, a := range alternatives {
		key.WriteString(separator)
		key.WriteString(a.Term)
		key.WriteString(separator)
		key.WriteString(strconv.FormatFloat(a.Weight, 'g', -1, 64))
	}
	return key.String()
}

// gatherer gathers one word's alternatives in every unit of a level. It is empty again after take.
type gatherer struct {
	best, share []float32
	touched     []uint64 // one bit a unit
	count       int
}

func (x *Index) gatherer(l Level) *gatherer {
	if g, ok := x.gatherers[l].Get().(*gatherer); ok {
		return g
	}
	n := x.units[l]
	return &gatherer{best: make([]float32, n), share: make([]float32, n), touched: make([]uint64, (n+63)/64)}
}

// add takes a list whose term counts by a weight.
func (g *gatherer) add(list []posting, weight float32) {
	for _, p := range list {
		g.touch(p.unit)
		g.share[p.unit] = max(g.share[p.unit], weight)
		g.best[p.unit] = max(g.best[p.unit], weight*p.weight)
	}
}

// put takes one posting of a term that counts whole.
func (g *gatherer) put(unit uint32, weight float32) {
	g.touch(unit)
	g.share[unit], g.best[unit] = 1, weight
}

func (g *gatherer) touch(unit uint32) {
	if g.share[unit] == 0 {
		g.touched[unit/64] |= 1 << (unit % 64)
		g.count++
	}
}

func (g *gatherer) take() *merged {
	m := &merged{postings: make([]posting, 0, g.count), share: make([]float32, 0, g.count)}
	for i, word := range g.touched {
		for ; word != 0; word &= word - 1 {
			u := uint32(i*64 + bits.TrailingZeros64(word))
			m.postings, m.share = append(m.postings, posting{u, g.best[u]}), append(m.share, g.share[u])
			g.best[u], g.share[u] = 0, 0
		}
		g.touched[i] = 0
	}
	g.count = 0
	return m
}
