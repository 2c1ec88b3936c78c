package bleveindex

import (
	"fmt"
	"slices"
	"strconv"
	"sync/atomic"

	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// A window is a run of a segment's documents that is scored at once; its scores fit in the first-level cache.
const (
	windowBits = 11
	windowSize = 1 << windowBits
	tfBits     = 32 - windowBits
	maxTF      = 1<<tfBits - 1 // a term counts at most so often in one unit: BM25 differs from then on by less than 1e-6
)

// list is the decoded postings of one term in one segment, deleted documents among them. It is never changed, so that
// searches of older snapshots may go on with it.
type list struct {
	posts  []uint32 // ascending: the document's place in its window, then how often the term stands in it (tfBits)
	blocks []block  // one for each window that has postings, ascending

	live atomic.Pointer[liveCount]
	used atomic.Int64 // the cache's clock when it was last asked for
}

// block is a list's postings in one window.
type block struct {
	window, start uint32
	most          float32 // the largest tf/(tf+norm) in it, by the average length that the segment was first seen with
}

// liveCount is how many of a list's documents are left when so many of the segment's are deleted. Deletions of a segment
// only ever grow, so that their number tells which they are.
type liveCount struct{ deleted, count int }

const listBytes = 160 // a list and its entry in the cache, without what they point to

func (l *list) bytes() int64 { return listBytes + 4*int64(cap(l.posts)) + 12*int64(cap(l.blocks)) }

// end returns where a block ends in posts.
func (l *list) end(b int) int {
	if b+1 < len(l.blocks) {
		return int(l.blocks[b+1].start)
	}
	return len(l.posts)
}

// count is the number of the list's documents that are not deleted.
func (l *list) count(d *deletions) int {
	if d == nil || len(l.posts) == 0 {
		return len(l.posts)
	}
	if c := l.live.Load(); c != nil && c.deleted == d.count {
		return c.count
	}
	n := 0
	for i, b := range l.blocks {
		base := int(b.window) << windowBits
		for _, p := range l.posts[b.start:l.end(i)] {
			if !d.has(base + int(p>>tfBits)) {
				n++
			}
		}
	}
	l.live.Store(&liveCount{d.count, n})
	return n
}

// deletions are the deleted documents of a segment.
type deletions struct {
	bits  []uint64
	count int
}

func (d *deletions) has(doc int) bool { return d.bits[doc>>6]>>(doc&63)&1 != 0 }

// lengths are the lengths of a segment's documents in one field: few differ, so that a document has two bytes, and what
// BM25 makes of a length is worked out once for all documents that have it.
type lengths struct {
	class []uint16 // by document
	of    []uint32 // in terms, by class; class 0 is of documents without a length
}

// maxClasses bounds the different lengths in a segment; so many need at least two thousand million terms.
const maxClasses = 1 << 16

// readLengths reads the field of lengths, whose one term is the length in decimal.
func readLengths(s segment.Segment, field string) (l lengths, err error) {
	l = lengths{class: make([]uint16, s.Count()), of: []uint32{0}}
	dictionary, err := s.Dictionary(field)
	if err != nil {
		return l, err
	}
	var postings segment.PostingsList
	var it segment.PostingsIterator
	terms := dictionary.AutomatonIterator(nil, nil, nil)
	for {
		entry, err := terms.Next()
		if err != nil || entry == nil {
			return l, err
		}
		length, err := strconv.ParseUint(entry.Term, 10, 32)
		if err != nil || len(l.of) == maxClasses {
			return l, fmt.Errorf("length %q in field %s", entry.Term, field)
		}
		if postings, err = dictionary.PostingsList([]byte(entry.Term), nil, postings); err != nil {
			return l, err
		}
		it = postings.Iterator(false, false, false, it)
		if err := l.add(it, uint32(length)); err != nil {
			return l, err
		}
	}
}

func (l *lengths) add(it segment.PostingsIterator, length uint32) error {
	class := uint16(len(l.of))
	l.of = append(l.of, length)
	for {
		p, err := it.Next()
		if err != nil || p == nil {
			return err
		}
		if p.Number() >= uint64(len(l.class)) {
			return fmt.Errorf("document %d of %d", p.Number(), len(l.class))
		}
		l.class[p.Number()] = class
	}
}

// norms is k1·(1−b+b·length/average), by class.
func (l *lengths) norms(average float64) []float64 {
	out := make([]float64, len(l.of))
	for c, n := range l.of {
		out[c] = norm(n, average)
	}
	return out
}

func norm(length uint32, average float64) float64 { return k1 * (1 - b + b*float64(length)/average) }

// total is the sum of the lengths of the documents that are left.
func (l *lengths) total(d *deletions) (sum, documents int) {
	for doc, c := range l.class {
		if l.of[c] > 0 && (d == nil || !d.has(doc)) {
			sum += int(l.of[c])
			documents++
		}
	}
	return sum, documents
}

// decode reads the postings of a term. The result has no spare capacity: it may stay in memory for long.
func decode(dictionary segment.TermDictionary, term string, l *lengths, norms []float32) (*list, error) {
	postings, err := dictionary.PostingsList([]byte(term), nil, nil)
	if err != nil {
		return nil, err
	}
	n := int(postings.Count())
	if n > len(l.class) {
		return nil, fmt.Errorf("%d documents of %d", n, len(l.class))
	}
	out := &list{posts: make([]uint32, 0, n)}
	it := postings.Iterator(true, false, false, nil)
	for len(out.posts) < n {
		p, err := it.Next()
		if err != nil {
			return nil, err
		}
		if p == nil || p.Number() >= uint64(len(l.class)) {
			return nil, fmt.Errorf("damaged after %d of %d documents", len(out.posts), n)
		}
		doc, tf := p.Number(), min(p.Frequency(), maxTF)
		window := uint32(doc >> windowBits)
		if k := len(out.blocks); k == 0 || out.blocks[k-1].window != window {
			out.blocks = append(out.blocks, block{window: window, start: uint32(len(out.posts))})
		}
		last := &out.blocks[len(out.blocks)-1]
		last.most = max(last.most, float32(tf)/(float32(tf)+norms[l.class[doc]]))
		out.posts = append(out.posts, uint32(doc&(windowSize-1))<<tfBits|uint32(tf))
	}
	out.blocks = slices.Clip(out.blocks)
	return out, nil
}
