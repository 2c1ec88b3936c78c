package bleveindex

import (
	"cmp"
	"context"
	"fmt"
	"math/bits"
	"slices"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// found is a document among the best.
type found struct {
	score    float64
	segment  int
	document uint32
}

// before orders by score; equal ones as they stand in the index.
func (f found) before(g found) bool {
	return cmp.Or(cmp.Compare(g.score, f.score), cmp.Compare(f.segment, g.segment), cmp.Compare(f.document, g.document)) < 0
}

// cursor is a term's list in the segment that is searched.
type cursor struct {
	*list
	weight float64 // (k1+1)·idf, times how often the question has the term
	scale  float32 // the same
	next   int     // block

	// in the window that is scored
	active        bool
	start, lo, hi int     // its postings; lo moves on
	most          float32 // what a document can get from the term
}

// room is what a search works in.
type room struct {
	cursors []cursor
	order   []*cursor // those active in a window, the least worth first
	reach   []float32 // reach[i]: what the first i of order can give together
	scores  [windowSize]float32
	touched [windowSize / 64]uint64

	best   []found // a heap, the worst first
	k      int
	beaten float32 // no document that gets less, in 32 bits, can be among the best

	e       *segmentView
	segment int
	average float64
}

// top returns the k best documents of a snapshot for the terms, best first. Scores are exact: 64 bits, summed in the order
// of the terms; what 32 bits may err by is allowed for where documents are passed over.
func (r *ranker) top(ctx context.Context, snapshot *scorch.IndexSnapshot, terms []string, k int) ([]found, error) {
	v, err := r.of(snapshot)
	if err != nil {
		return nil, err
	}
	r.clock.Add(1)
	unique, times := distinct(terms)
	lists := make([]*list, len(unique)*len(v.segments))
	weights := make([]float64, len(unique))
	for i, t := range unique {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		df := 0
		for j, s := range snapshot.Segments() {
			l, err := r.list(s, v.segments[j], t)
			if err != nil {
				return nil, fmt.Errorf("postings of %q: %w", t, err)
			}
			lists[j*len(unique)+i] = l
			df += l.count(v.segments[j].deleted)
		}
		weights[i] = (k1 + 1) * idf(v.documents, float64(df)) * float64(times[i])
	}
	m := r.rooms.Get().(*room)
	defer r.rooms.Put(m)
	m.best, m.k, m.beaten, m.average = m.best[:0], k, 0, v.average
	for j, e := range v.segments {
		m.e, m.segment, m.cursors = e, j, m.cursors[:0]
		for i, l := range lists[j*len(unique) : (j+1)*len(unique)] {
			if len(l.posts) > 0 {
				m.cursors = append(m.cursors, cursor{list: l, weight: weights[i], scale: float32(weights[i])})
			}
		}
		if err := m.search(ctx); err != nil {
			return nil, err
		}
	}
	out := slices.Clone(m.best)
	slices.SortFunc(out, func(a, b found) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	return out, nil
}

func distinct(terms []string) (unique []string, times []int) {
	at := make(map[string]int, len(terms))
	for _, t := range terms {
		i, ok := at[t]
		if !ok {
			i = len(unique)
			at[t] = i
			unique, times = append(unique, t), append(times, 0)
		}
		times[i]++
	}
	return unique, times
}

// search scores a segment window by window, as Lucene's MaxScoreBulkScorer does: the terms that together cannot bring a
// document among the best are only looked up for documents that another term has.
func (m *room) search(ctx context.Context) error {
	for n := 0; ; n++ {
		if n%64 == 63 && ctx.Err() != nil {
			return ctx.Err()
		}
		window, sum, ok := m.enter()
		if !ok {
			return nil
		}
		if sum <= m.beaten {
			continue
		}
		needed := m.split()
		if needed == len(m.order) {
			continue
		}
		if needed == len(m.order)-1 {
			m.scoreOne(window, needed)
		} else {
			m.scoreMany(window, needed)
		}
	}
}

// enter sets the cursors to the next window that has postings.
func (m *room) enter() (window uint32, sum float32, ok bool) {
	for i := range m.cursors {
		if c := &m.cursors[i]; c.next < len(c.blocks) && (!ok || c.blocks[c.next].window < window) {
			window, ok = c.blocks[c.next].window, true
		}
	}
	m.order = m.order[:0]
	for i := range m.cursors {
		c := &m.cursors[i]
		c.active = c.next < len(c.blocks) && c.blocks[c.next].window == window
		if !c.active {
			continue
		}
		c.start, c.hi = int(c.blocks[c.next].start), c.end(c.next)
		c.lo = c.start
		c.most = c.blocks[c.next].most * c.scale * m.e.loosen
		sum += c.most
		c.next++
		at := len(m.order)
		m.order = append(m.order, c)
		for ; at > 0 && m.order[at-1].most > c.most; at-- {
			m.order[at] = m.order[at-1]
		}
		m.order[at] = c
	}
	return window, sum, ok
}

// split returns how many of the least worth terms cannot together bring a document among the best.
func (m *room) split() (needed int) {
	m.reach = append(m.reach[:0], 0)
	for i, c := range m.order {
		m.reach = append(m.reach, m.reach[i]+c.most)
		if m.reach[i+1] <= m.beaten {
			needed = i + 1
		}
	}
	return needed
}

// scoreOne is scoreMany where one term alone can bring a document among the best.
func (m *room) scoreOne(window uint32, needed int) {
	c, reach := m.order[needed], m.reach[needed]
	class := m.e.lengths.class[window<<windowBits:]
	for _, p := range c.posts[c.start:c.hi] {
		x, f := p>>tfBits, float32(p&maxTF)
		if s := c.scale * f / (f + m.e.norms[class[x]]); s+reach > m.beaten {
			m.finish(window, x, s, needed)
		}
	}
}

func (m *room) scoreMany(window uint32, needed int) {
	class, norms := m.e.lengths.class[window<<windowBits:], m.e.norms
	for _, c := range m.order[needed:] {
		scale := c.scale
		for _, p := range c.posts[c.start:c.hi] {
			x, f := p>>tfBits, float32(p&maxTF)
			m.scores[x] += scale * f / (f + norms[class[x]])
			m.touched[x/64] |= 1 << (x % 64)
		}
	}
	for i, t := range m.touched {
		m.touched[i] = 0
		for ; t != 0; t &= t - 1 {
			x := uint32(i*64 + bits.TrailingZeros64(t))
			s := m.scores[x]
			m.scores[x] = 0
			if s+m.reach[needed] > m.beaten {
				m.finish(window, x, s, needed)
			}
		}
	}
}

// finish adds to a document's score what the terms that are only looked up give, as long as it can be among the best.
func (m *room) finish(window, x uint32, s float32, needed int) {
	for i := needed - 1; i >= 0; i-- {
		if s+m.reach[i+1] <= m.beaten {
			return
		}
		c := m.order[i]
		if tf := c.seek(x); tf > 0 {
			s += c.scale * tf / (tf + m.e.norms[m.e.lengths.class[window<<windowBits+x]])
		}
	}
	if s <= m.beaten {
		return
	}
	doc := window<<windowBits + x
	if m.e.deleted != nil && m.e.deleted.has(int(doc)) {
		return
	}
	m.push(found{m.exact(doc), m.segment, doc})
}

// seek moves lo to the first posting at or after a place in the window, which never goes back, and returns its tf, or 0.
func (c *cursor) seek(x uint32) float32 {
	posts, lo := c.posts[:c.hi], c.lo
	for step := 1; lo+step < len(posts) && posts[lo+step]>>tfBits < x; step *= 2 {
		lo += step
	}
	for n := 0; lo < len(posts) && posts[lo]>>tfBits < x; n++ {
		if lo++; n == 8 {
			at, _ := slices.BinarySearch(posts[lo:], x<<tfBits)
			lo += at
			break
		}
	}
	c.lo = lo
	if lo < len(posts) && posts[lo]>>tfBits == x {
		return float32(posts[lo] & maxTF)
	}
	return 0
}

// exact is a document's score. Equal documents have equal scores, wherever they stand.
func (m *room) exact(doc uint32) (sum float64) {
	norm := norm(m.e.lengths.of[m.e.lengths.class[doc]], m.average)
	x := doc % windowSize
	for i := range m.cursors {
		c := &m.cursors[i]
		if !c.active {
			continue
		}
		posts := c.posts[c.start:c.hi]
		if at, _ := slices.BinarySearch(posts, x<<tfBits); at < len(posts) && posts[at]>>tfBits == x {
			tf := float64(posts[at] & maxTF)
			sum += c.weight * tf / (tf + norm)
		}
	}
	return sum
}

// push takes a document among the best k if it belongs there.
func (m *room) push(f found) {
	switch h := m.best; {
	case len(h) < m.k:
		m.best = append(h, f)
		m.up(len(h))
	case f.before(h[0]):
		h[0] = f
		m.down()
	default:
		return
	}
	if len(m.best) == m.k {
		// Sums of n positive numbers in 32 bits err by n·2⁻²⁴ of their value at most, the products by a few times that.
		slack := 1 - float64(len(m.cursors)+8)/(1<<23)
		m.beaten = float32(m.best[0].score * slack)
	}
}

func (m *room) up(i int) {
	h := m.best
	for i > 0 && h[(i-1)/2].before(h[i]) {
		h[i], h[(i-1)/2] = h[(i-1)/2], h[i]
		i = (i - 1) / 2
	}
}

func (m *room) down() {
	h := m.best
	for i := 0; ; {
		c := 2*i + 1
		if c+1 < len(h) && h[c].before(h[c+1]) {
			c++
		}
		if c >= len(h) || !h[i].before(h[c]) {
			return
		}
		h[i], h[c] = h[c], h[i]
		i = c
	}
}
