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

// Estimates returns about what the dot product of q with each of the sketch's rows is, in their order, in room where that
// holds them all: their standard error is some .01 for rows of the embedded encoder. Rows that had no vector get about the
// mean of the others; nil is returned where none had one.
func (x *Sketch) Estimates(q, room []float32) ([]float32, error) {
	e, err := x.Estimator(q)
	if err != nil {
		return nil, err
	}
	if x.Len() == 0 {
		return nil, nil
	}
	out := slices.Grow(room[:0], x.Len())[:x.Len()]
	var places [placesAtOnce]int32
	for from := 0; from < len(out); from += len(places) {
		n := min(len(places), len(out)-from)
		for i := range n {
			places[i] = int32(from + i)
		}
		e.estimate(places[:n], out[from:from+n])
	}
	return out, nil
}

const placesAtOnce = 256

// Estimator is a question that is compared with rows of a sketch. It is never changed, and safe for concurrent use.
type Estimator struct {
	sketch *Sketch
	planes []uint64 // one after another, the lowest bits first
	sixQuestion
}

// sixQuestion is a question for rows of six words; for others its planes are empty.
type sixQuestion struct {
	six   [queryBits * sixWords]uint64 // planes
	along float32                      // dot product of the question with what all rows have in common
	// A component of the rest is worth step times its number less top; total is of all components.
	step, top, total float32
}

const (
	sixWords  = 384 / 64 // of the embedded encoder's vectors
	sixStride = sixWords + factWords
)

// Estimator prepares a question. It fails with ErrDimension when the sketch's rows are of another length.
func (x *Sketch) Estimator(q []float32) (*Estimator, error) {
	e := &Estimator{sketch: x}
	if x.Len() == 0 {
		return e, nil
	}
	if len(q) != len(x.common) {
		return nil, fmt.Errorf("%w: the question's vector has %d numbers, the texts' have %d", ErrDimension, len(q), len(x.common))
	}
	rest := slices.Clone(q)
	e.along = split(rest, x.common)
	e.cut(rest)
	if x.words == sixWords {
		copy(e.six[:], e.planes)
	}
	return e, nil
}

// Of returns Estimates of the rows at some places, in room where that holds them; nil for a sketch of rows that had no
// vectors.
func (e *Estimator) Of(places []int32, room []float32) []float32 {
	if e.sketch.Len() == 0 {
		return nil
	}
	out := slices.Grow(room[:0], len(places))[:len(places)]
	e.estimate(places, out)
	return out
}

func (e *Estimator) estimate(places []int32, out []float32) {
	x := e.sketch
	if x.words == sixWords {
		estimateSix(x.rows, places, &e.sixQuestion, out)
		return
	}
	for i, p := range places {
		row, sum := x.row(int(p)), 0
		for b := range queryBits {
			plane := e.planes[b*x.words : (b+1)*x.words]
			for i, v := range plane {
				sum += bits.OnesCount64(row[i]&v) << b
			}
		}
		out[i] = e.value(factsOf(row), sum)
	}
}

// value is the estimate of a row whose signs are worth so much. Conversions keep compilers from joining a product and a sum
// into one operation, which rounds once: the kernel is to find the same.
func (q *sixQuestion) value(f facts, sum int) float32 {
	signs := float32(q.step*float32(sum)) - float32(q.top*f.ones)
	return float32(q.along*f.along) + float32(f.size*(2*signs-q.total))
}

// estimateSixPortable is Estimator.estimate for rows of six words of signs.
func estimateSixPortable(rows []uint64, places []int32, q *sixQuestion, out []float32) {
	for i, p := range places {
		w := (*[sixStride]uint64)(rows[int(p)*sixStride:])
		sum := 0
		for b := range queryBits {
			v := (*[sixWords]uint64)(q.six[b*sixWords:])
			sum += (bits.OnesCount64(w[0]&v[0]) + bits.OnesCount64(w[1]&v[1]) + bits.OnesCount64(w[2]&v[2]) +
				bits.OnesCount64(w[3]&v[3]) + bits.OnesCount64(w[4]&v[4]) + bits.OnesCount64(w[5]&v[5])) << b
		}
		out[i] = q.value(factsOf(w[:]), sum)
	}
}

// cut makes planes of a question's rest: its components in steps from 0 to 2^queryBits−1, the bits of one weight together.
func (e *Estimator) cut(rest []float32) {
	const steps = 1<<queryBits - 1
	squares := float32(0)
	for _, v := range rest {
		squares += v * v
	}
	const clip = 1.5 // standard deviations: cutting the larger components costs less than coarser steps for all
	e.top = clip * float32(math.Sqrt(float64(max(squares, 1e-30)/float32(len(rest)))))
	e.step = 2 * e.top / steps
	words := e.sketch.words
	e.planes = make([]uint64, queryBits*words)
	for i, v := range rest {
		n := uint64(min(max(math.Round(float64((v+e.top)/e.step)), 0), steps))
		e.total += e.step*float32(n) - e.top
		for b := range queryBits {
			e.planes[b*words+i/64] |= (n >> b & 1) << (i % 64)
		}
	}
}
