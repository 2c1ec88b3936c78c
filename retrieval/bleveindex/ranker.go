package bleveindex

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// ranker finds the best documents of one field. What it keeps of segments are caches, bounded, and dropped with the
// segments that a newer snapshot has no more.
type ranker struct {
	field, lengthsField string
	limit               int64 // bytes of decoded postings
	rooms               sync.Pool

	mu       sync.Mutex
	segments map[uint64]*segmentCache // by scorch's segment number, which is never given twice while the index is open
	view     *view                    // of the newest snapshot that was searched
	clock    atomic.Int64
	bytes    atomic.Int64
}

func newRanker(field, lengthsField string, limit int64) *ranker {
	r := &ranker{field: field, lengthsField: lengthsField, limit: limit, segments: map[uint64]*segmentCache{}}
	r.rooms.New = func() any { return new(room) }
	return r
}

// segmentCache is what is known of a segment whatever is deleted from it.
type segmentCache struct {
	lengths lengths
	average float64   // that the blocks' maxima are worked out with
	norms   []float32 // by that average

	mu      sync.RWMutex
	lists   map[string]*list
	dropped bool
}

// view is a snapshot as BM25 needs it. It holds no reference to the snapshot.
type view struct {
	state     []segmentState
	segments  []*segmentView
	documents int // that have a term and are not deleted
	average   float64
}

// segmentState tells snapshots apart.
type segmentState struct {
	id      uint64
	deleted uint64 // how many
}

type segmentView struct {
	*segmentCache
	deleted          *deletions // nil for none
	norms            []float32  // by the view's average
	loosen           float32    // makes the blocks' maxima bounds for the view's average
	total, documents int
}

// of returns the view of a snapshot.
func (r *ranker) of(snapshot *scorch.IndexSnapshot) (*view, error) {
	state := make([]segmentState, 0, 16)
	for _, s := range snapshot.Segments() {
		e := segmentState{id: s.Id()}
		if d := s.Deleted(); d != nil {
			e.deleted = d.GetCardinality()
		}
		state = append(state, e)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.view != nil && slices.Equal(r.view.state, state) {
		return r.view, nil
	}
	v := &view{state: state}
	for i, s := range snapshot.Segments() {
		e, err := r.segment(s, state[i])
		if err != nil {
			return nil, fmt.Errorf("segment %d: %w", s.Id(), err)
		}
		v.segments = append(v.segments, e)
		v.documents += e.documents
		v.average += float64(e.total)
	}
	v.average = max(v.average, 1) / float64(max(v.documents, 1))
	for _, e := range v.segments {
		e.prepare(v.average)
	}
	r.keep(v)
	return v, nil
}

// segment takes from the last view what it can.
func (r *ranker) segment(s *scorch.SegmentSnapshot, state segmentState) (*segmentView, error) {
	if r.view != nil {
		if i := slices.Index(r.view.state, state); i >= 0 {
			old := r.view.segments[i]
			return &segmentView{segmentCache: old.segmentCache, deleted: old.deleted, total: old.total, documents: old.documents}, nil
		}
	}
	cache := r.segments[state.id]
	if cache == nil {
		l, err := readLengths(s.Segment(), r.lengthsField)
		if err != nil {
			return nil, err
		}
		cache = &segmentCache{lengths: l, lists: map[string]*list{}}
		r.segments[state.id] = cache
	}
	e := &segmentView{segmentCache: cache}
	if state.deleted > 0 {
		e.deleted = &deletions{bits: make([]uint64, (len(cache.lengths.class)+63)/64), count: int(state.deleted)}
		for it := s.Deleted().Iterator(); it.HasNext(); {
			if doc := int(it.Next()); doc < len(cache.lengths.class) {
				e.deleted.bits[doc>>6] |= 1 << (doc & 63)
			}
		}
	}
	e.total, e.documents = cache.lengths.total(e.deleted)
	return e, nil
}

// prepare works out the norms for the average length. The bounds of blocks hold for any shorter average as they are, and
// for a longer one when they are multiplied by the ratio: no tf/(tf+norm) grows faster than the average.
func (e *segmentView) prepare(average float64) {
	norms := e.lengths.norms(average)
	e.norms = make([]float32, len(norms))
	for c, n := range norms {
		e.norms[c] = float32(n)
	}
	c := e.segmentCache
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.average == 0 {
		c.average, c.norms = average, e.norms
	}
	e.loosen = float32(max(1, average/c.average)) * (1 + 1e-5)
}

// keep makes v the newest view and drops what was kept of segments that it has not.
func (r *ranker) keep(v *view) {
	r.view = v
	for id, c := range r.segments {
		if slices.ContainsFunc(v.state, func(s segmentState) bool { return s.id == id }) {
			continue
		}
		delete(r.segments, id)
		c.mu.Lock()
		c.dropped = true
		for _, l := range c.lists {
			r.bytes.Add(-l.bytes())
		}
		c.mu.Unlock()
	}
}

// list returns the postings of a term in a segment of the snapshot, decoded once.
func (r *ranker) list(s *scorch.SegmentSnapshot, e *segmentView, term string) (l *list, err error) {
	c := e.segmentCache
	c.mu.RLock()
	l = c.lists[term]
	c.mu.RUnlock()
	if l != nil {
		l.used.Store(r.clock.Load())
		return l, nil
	}
	defer func() {
		if p := recover(); p != nil { // the segment reader slices a damaged file out of bounds
			l, err = nil, fmt.Errorf("segment %d is damaged: %v", s.Id(), p)
		}
	}()
	dictionary, err := s.Segment().Dictionary(r.field)
	if err != nil {
		return nil, err
	}
	if l, err = decode(dictionary, term, &c.lengths, c.norms); err != nil {
		return nil, fmt.Errorf("segment %d: %w", s.Id(), err)
	}
	l.used.Store(r.clock.Load())
	c.mu.Lock()
	if known := c.lists[term]; known != nil {
		l = known
	} else if !c.dropped {
		c.lists[term] = l
		r.bytes.Add(l.bytes())
	}
	c.mu.Unlock()
	if r.bytes.Load() > r.limit {
		r.evict()
	}
	return l, nil
}

// evict drops the lists that were not asked for longest, down to three quarters of the limit.
func (r *ranker) evict() {
	r.mu.Lock()
	defer r.mu.Unlock()
	type entry struct {
		cache *segmentCache
		term  string
		used  int64
	}
	var all []entry
	for _, c := range r.segments {
		c.mu.RLock()
		for term, l := range c.lists {
			all = append(all, entry{c, term, l.used.Load()})
		}
		c.mu.RUnlock()
	}
	slices.SortFunc(all, func(a, b entry) int { return int(a.used - b.used) })
	for _, e := range all {
		if r.bytes.Load() <= r.limit/4*3 {
			return
		}
		e.cache.mu.Lock()
		if l := e.cache.lists[e.term]; l != nil {
			delete(e.cache.lists, e.term)
			r.bytes.Add(-l.bytes())
		}
		e.cache.mu.Unlock()
	}
}

func idf(documents int, df float64) float64 {
	return math.Log(1 + (float64(documents)-df+.5)/(df+.5))
}
