package vectors

import (
	"math"
	"math/bits"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
)

// Candidates rescored for k neighbours, and at least: measured, see docs/benchmarks.md.
const (
	candidatesEach  = 80
	leastCandidates = 800
)

// Sketch finds the nearest rows of a Union without comparing all components. All texts' vectors have much in common: of each
// row it keeps, exactly, how far it goes in the direction of the mean of all, and of what is left the signs, one bit a
// component. Rows whose dot product is the largest by that estimate (Gao and Long, RaBitQ, 2024, without its rotation) are
// compared by their int8 components. A sketch is a cache: it is made from a Union in one pass and kept nowhere. It is never
// changed, and safe for concurrent use.
type Sketch struct {
	union  *Union
	common []float32 // direction of the mean, of length 1
	words  int       // of 64 signs, a row

	of   []int32 // rows of the union, by place; nil for a sketch of sums
	rows []uint64
}

// facts are what is kept of a row beside its signs, in as many words as factWords.
type facts struct {
	along float32 // dot product with common
	size  float32 // what a sign stands for: |rest|² / sum of |components of rest|
	ones  float32 // signs that are set; below 0 for a row that had no vector, which gets the mean of along and size 0
}

const factWords = 2 // with six words of signs a row is one line of most processors' caches

func (x *Sketch) row(place int) []uint64 {
	stride := x.words + factWords
	return x.rows[place*stride : (place+1)*stride]
}

// setFacts keeps the facts of a row in its last words.
func setFacts(row []uint64, f facts) {
	row[len(row)-2] = uint64(math.Float32bits(f.along)) | uint64(math.Float32bits(f.size))<<32
	row[len(row)-1] = uint64(math.Float32bits(f.ones))
}

func factsOf(row []uint64) facts {
	a, b := row[len(row)-2], row[len(row)-1]
	return facts{math.Float32frombits(uint32(a)), math.Float32frombits(uint32(a >> 32)), math.Float32frombits(uint32(b))}
}

// Len is how many rows the sketch has; none where none had a vector.
func (x *Sketch) Len() int { return len(x.rows) / (x.words + factWords) }

// NewSketch makes a sketch of the vectors that a union has now.
func NewSketch(u *Union) *Sketch {
	var rows []int32
	for i, p := range u.parts {
		for r := range p.set.Rows() {
			if p.set.has(r) {
				rows = append(rows, int32(u.starts[i]+r))
			}
		}
	}
	return NewSketchOf(u, rows)
}

// NewSketchOf makes a sketch of these rows as they are now, some of which may have no vector yet. It keeps rows.
func NewSketchOf(u *Union, rows []int32) *Sketch {
	x := NewSketchOfSums(u, Term{Rows: rows, Weight: 1})
	x.of = rows
	return x
}

// Term is vectors that count so much in a sum, one vector in each of several sums.
type Term struct {
	Rows   []int32 // by sum
	Weight float32
}

// NewSketchOfSums makes a sketch of weighted sums of vectors: Estimates, for one, then tells about what the same sums of
// the dot products are. All terms must have as many rows; a sum that lacks a vector is taken for one that has none.
// Nearest finds nothing in it.
func NewSketchOfSums(u *Union, terms ...Term) *Sketch {
	x := &Sketch{union: u}
	dim := u.dimension()
	if dim == 0 || len(terms) == 0 {
		return x
	}
	n := len(terms[0].Rows)
	x.common = u.direction(terms, dim)
	x.words = (dim + 63) / 64
	x.rows = make([]uint64, n*(x.words+factWords))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	const some = 1 << 14 // rows a goroutine
	for from := 0; from < n; from += some {
		g.Go(func() error {
			x.fill(terms, from, min(from+some, n))
			return nil
		})
	}
	_ = g.Wait() // filling does not fail
	x.fillMissing()
	return x
}

func (x *Sketch) fill(terms []Term, from, to int) {
	rest := make([]float32, len(x.common))
	for n := from; n < to; n++ {
		row := x.row(n)
		if !x.union.sum(terms, n, rest) {
			setFacts(row, facts{ones: -1})
			continue
		}
		f := facts{along: split(rest, x.common)}
		var squares, sum float32
		for w := range x.words {
			word, squared, size := signsOf(rest[64*w : min(64*(w+1), len(rest))])
			row[w] = word
			squares, sum = squares+squared, sum+size
			f.ones += float32(bits.OnesCount64(word))
		}
		f.size = squares / max(sum, 1e-30)
		setFacts(row, f)
	}
}

// signsOf returns which of up to 64 components are not below 0, the sum of their squares and that of their sizes. There are
// no branches, which a processor would guess wrong at every other component, and two sums each, as one would wait for itself.
func signsOf(v []float32) (word uint64, squares, sum float32) {
	const sign = 1 << 31
	var squares2, sum2 float32
	i := 0
	for ; i+2 <= len(v); i += 2 {
		a, b := math.Float32bits(v[i]), math.Float32bits(v[i+1])
		word |= (uint64(^a>>31) | uint64(^b>>31)<<1) << i
		squares += v[i] * v[i]
		squares2 += v[i+1] * v[i+1]
		sum += math.Float32frombits(a &^ sign)
		sum2 += math.Float32frombits(b &^ sign)
	}
	for ; i < len(v); i++ {
		a := math.Float32bits(v[i])
		word |= uint64(^a>>31) << i
		squares += v[i] * v[i]
		sum += math.Float32frombits(a &^ sign)
	}
	return word, squares + squares2, sum + sum2
}

// fillMissing gives the rows that have no vector the mean of the others.
func (x *Sketch) fillMissing() {
	sum, have := 0.0, 0
	for n := range x.Len() {
		if f := factsOf(x.row(n)); f.ones >= 0 {
			sum, have = sum+float64(f.along), have+1
		}
	}
	if have == x.Len() {
		return
	}
	mean := float32(sum / float64(max(have, 1)))
	for n := range x.Len() {
		if row := x.row(n); factsOf(row).ones < 0 {
			setFacts(row, facts{along: mean, ones: -1})
		}
	}
}

// sum puts the n-th sum of terms into out; false where a vector is missing.
func (u *Union) sum(terms []Term, n int, out []float32) bool {
	for t, term := range terms {
		components, scale := u.at(int(term.Rows[n]), len(out))
		if components == nil {
			return false
		}
		scale *= term.Weight
		if t == 0 {
			clear(out)
		}
		for i, v := range components {
			out[i] += scale * float32(int8(v))
		}
	}
	return true
}

// directionOf is of how many sums a direction is taken at most.
const directionOf = 1 << 14

// direction is that of the sum of the sums of terms, or of many that lie as far apart as can be. Its length is 1.
func (u *Union) direction(terms []Term, dim int) []float32 {
	sums, one := make([]float64, dim), make([]float32, dim)
	all := len(terms[0].Rows)
	few := min(all, directionOf)
	for i := range few {
		if u.sum(terms, i*all/few, one) {
			for i, v := range one {
				sums[i] += float64(v)
			}
		}
	}
	squares := 0.0
	for _, v := range sums {
		squares += v * v
	}
	out := make([]float32, dim)
	for i, v := range sums {
		out[i] = float32(v / max(math.Sqrt(squares), 1e-30))
	}
	return out
}

// split takes from v what goes in a direction and returns how much it was.
func split(v, direction []float32) (along float32) {
	var sums [4]float32 // one would wait for itself
	direction = direction[:len(v)]
	i := 0
	for ; i+4 <= len(v); i += 4 {
		x, y := v[i:i+4:i+4], direction[i:i+4:i+4]
		sums[0] += x[0] * y[0]
		sums[1] += x[1] * y[1]
		sums[2] += x[2] * y[2]
		sums[3] += x[3] * y[3]
	}
	for ; i < len(v); i++ {
		sums[0] += v[i] * direction[i]
	}
	along = (sums[0] + sums[1]) + (sums[2] + sums[3])
	for i := range v {
		v[i] -= along * direction[i]
	}
	return along
}

// Bytes is the memory that a sketch takes beside its union.
func (x *Sketch) Bytes() int { return 8*len(x.rows) + 4*len(x.of) + 4*len(x.common) }

// Nearest returns nearly the k rows with the largest dot products, largest first; those that it returns have the dot
// products of Union.Dots. Rows of which skip says so, deleted ones perhaps, are left out; skip may be nil.
func (x *Sketch) Nearest(q []float32, k int, skip func(row int) bool) ([]Neighbour, error) {
	return x.nearest(q, k, max(candidatesEach*k, leastCandidates), skip)
}

func (x *Sketch) nearest(q []float32, k, candidates int, skip func(row int) bool) ([]Neighbour, error) {
	if len(x.of) == 0 || x.Len() == 0 || k < 1 {
		return nil, nil
	}
	question, err := x.union.Question(q)
	if err != nil {
		return nil, err
	}
	estimates, err := x.Estimates(q, nil)
	if err != nil {
		return nil, err
	}
	for n, r := range x.of {
		if factsOf(x.row(n)).ones < 0 || skip != nil && skip(int(r)) {
			estimates[n] = skipped
		}
	}
	least := Threshold(estimates, candidates)
	var rows []int32
	for n, e := range estimates {
		if e >= least && e > skipped {
			rows = append(rows, x.of[n])
		}
	}
	best := make([]Neighbour, len(rows))
	for i, dot := range question.Dots(rows, nil) {
		best[i] = Neighbour{int(rows[i]), dot}
	}
	slices.SortFunc(best, Neighbour.before)
	return best[:min(k, len(best))], nil
}

// skipped is the estimate of a row that is left out; dot products of vectors of length 1 are far above.
const skipped = -math.MaxFloat32

// Threshold is at most what the n largest of all are: it is found by counting, in steps so fine that few more than n reach
// it. Numbers that are -math.MaxFloat32 are not counted.
func Threshold(all []float32, n int) float32 {
	low, high := float32(math.MaxFloat32), float32(skipped)
	for _, e := range all {
		if e > skipped {
			low, high = min(low, e), max(high, e)
		}
	}
	const steps = 4096
	step := max(high-low, 1e-30) / (steps - 1)
	var count [steps + 1]int
	for _, e := range all {
		if e > skipped {
			count[int((e-low)/step)]++
		}
	}
	for i := steps; i > 0; i-- {
		if n -= count[i]; n <= 0 {
			return low + float32(i)*step - step/2 // rounding must not lose what was counted
		}
	}
	return low
}
