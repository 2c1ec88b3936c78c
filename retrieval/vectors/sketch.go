package vectors

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// queryBits is the precision of the question's components when they are compared with signs. One bit (Hamming's distance)
// needs many times as many candidates for the same recall: see docs/benchmarks.md.
const queryBits = 2

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
	words  int       // 64-bit words a row

	rows  []int32 // by place
	signs []uint64
	facts []facts
}

// facts are what is kept of a row beside its signs.
type facts struct {
	along float32 // dot product with common
	size  float32 // what a sign stands for: |rest|² / sum of |components of rest|
	ones  float32 // signs that are set; below 0 for a row that had no vector
}

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
	x := &Sketch{union: u, rows: rows}
	dim := u.dimension()
	if dim == 0 {
		return x
	}
	x.common = u.direction(rows, dim)
	x.words = (dim + 63) / 64
	x.signs, x.facts = make([]uint64, x.words*len(rows)), make([]facts, len(rows))
	rest := make([]float32, dim)
	for n, row := range rows {
		f := &x.facts[n]
		components, scale := u.at(int(row), dim)
		if components == nil {
			f.ones = -1
			continue
		}
		for i, v := range components {
			rest[i] = scale * float32(int8(v))
		}
		f.along = split(rest, x.common)
		signs := x.signs[n*x.words : (n+1)*x.words]
		var squares, sum float32
		for i, v := range rest {
			if v > 0 {
				signs[i/64] |= 1 << (i % 64)
				f.ones++
			}
			squares += v * v
			sum += max(v, -v)
		}
		f.size = squares / max(sum, 1e-30)
	}
	return x
}

// direction is that of the sum of rows' vectors, of length 1.
func (u *Union) direction(rows []int32, dim int) []float32 {
	sums := make([]float64, dim)
	for _, row := range rows {
		components, scale := u.at(int(row), dim)
		for i, v := range components {
			sums[i] += float64(scale) * float64(int8(v))
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
	for i, x := range v {
		along += x * direction[i]
	}
	for i := range v {
		v[i] -= along * direction[i]
	}
	return along
}

// Bytes is the memory that a sketch takes beside its union.
func (x *Sketch) Bytes() int {
	return 8*len(x.signs) + 12*len(x.facts) + 4*len(x.rows) + 4*len(x.common)
}

// Nearest returns nearly the k rows with the largest dot products, largest first; those that it returns have the dot
// products of Union.Dots. Rows of which skip says so, deleted ones perhaps, are left out; skip may be nil.
func (x *Sketch) Nearest(q []float32, k int, skip func(row int) bool) ([]Neighbour, error) {
	return x.nearest(q, k, max(candidatesEach*k, leastCandidates), skip)
}

func (x *Sketch) nearest(q []float32, k, candidates int, skip func(row int) bool) ([]Neighbour, error) {
	if len(x.facts) == 0 || k < 1 {
		return nil, nil
	}
	question, err := x.union.Question(q)
	if err != nil {
		return nil, err
	}
	estimates := x.estimates(q, nil)
	for n, r := range x.rows {
		if x.facts[n].ones < 0 || skip != nil && skip(int(r)) {
			estimates[n] = skipped
		}
	}
	least := Threshold(estimates, candidates)
	best := make([]Neighbour, 0, candidates+candidates/4)
	for n, e := range estimates {
		if e >= least && e > skipped {
			r := int(x.rows[n])
			best = append(best, Neighbour{r, question.Dot(r)})
		}
	}
	slices.SortFunc(best, Neighbour.before)
	return best[:min(k, len(best))], nil
}

// skipped is the estimate of a row that is left out; dot products of vectors of length 1 are far above.
const skipped = -math.MaxFloat32

// Estimates returns about what the dot product of q with each of the sketch's rows is, in their order, in room where that
// holds them all: their standard error is some .01 for rows of the embedded encoder. Rows that had no vector get the mean of
// the others; nil is returned where none had one.
func (x *Sketch) Estimates(q, room []float32) ([]float32, error) {
	if len(x.facts) == 0 {
		return nil, nil
	}
	if len(q) != len(x.common) {
		return nil, fmt.Errorf("%w: the question's vector has %d numbers, the texts' have %d", ErrDimension, len(q), len(x.common))
	}
	out := x.estimates(q, room)
	sum, have := 0.0, 0
	for n, e := range out {
		if x.facts[n].ones >= 0 {
			sum += float64(e)
			have++
		}
	}
	if have == len(out) {
		return out, nil
	}
	mean := float32(sum / float64(max(have, 1)))
	for n := range out {
		if x.facts[n].ones < 0 {
			out[n] = mean
		}
	}
	return out, nil
}

// estimates are of the dot products of q with each row.
func (x *Sketch) estimates(q, room []float32) []float32 {
	rest := slices.Clone(q)
	along := split(rest, x.common)
	p := x.planes(rest)
	out := slices.Grow(room[:0], len(x.rows))[:len(x.rows)]
	for n := range out {
		f := &x.facts[n]
		var sum int
		if x.words == sixWords {
			sum = p.weighOfSix((*[sixWords]uint64)(x.signs[n*sixWords:]))
		} else {
			sum = p.weigh(x.signs[n*x.words : (n+1)*x.words])
		}
		out[n] = along*f.along + f.size*(2*(p.step*float32(sum)-p.top*f.ones)-p.total)
	}
	return out
}

// planes are a question's components in steps from 0 to 2^queryBits−1, the bits of one weight together. A component is worth
// step times its number less top.
type planes struct {
	bits      []uint64
	words     int
	step, top float32
	total     float32 // of the components
}

func (x *Sketch) planes(q []float32) planes {
	const steps = 1<<queryBits - 1
	squares := float32(0)
	for _, v := range q {
		squares += v * v
	}
	const clip = 1.5 // standard deviations: cutting the larger components costs less than coarser steps for all
	top := clip * float32(math.Sqrt(float64(max(squares, 1e-30)/float32(len(q)))))
	p := planes{bits: make([]uint64, queryBits*x.words), words: x.words, step: 2 * top / steps, top: top}
	for i, v := range q {
		n := uint64(min(max(math.Round(float64((v+top)/p.step)), 0), steps))
		p.total += p.step*float32(n) - top
		for b := range queryBits {
			p.bits[b*x.words+i/64] |= (n >> b & 1) << (i % 64)
		}
	}
	return p
}

// weigh sums the numbers of the components whose sign is set.
func (p *planes) weigh(signs []uint64) (sum int) {
	for b := range queryBits {
		plane := p.bits[b*p.words : (b+1)*p.words]
		for i, w := range signs {
			sum += bits.OnesCount64(w&plane[i]) << b
		}
	}
	return sum
}

const sixWords = 384 / 64 // of the embedded encoder's vectors

// weighOfSix is weigh with the loop unrolled, for rows of six words.
func (p *planes) weighOfSix(w *[sixWords]uint64) (sum int) {
	for b := range queryBits {
		v := (*[sixWords]uint64)(p.bits[b*sixWords:])
		sum += (bits.OnesCount64(w[0]&v[0]) + bits.OnesCount64(w[1]&v[1]) + bits.OnesCount64(w[2]&v[2]) +
			bits.OnesCount64(w[3]&v[3]) + bits.OnesCount64(w[4]&v[4]) + bits.OnesCount64(w[5]&v[5])) << b
	}
	return sum
}

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
