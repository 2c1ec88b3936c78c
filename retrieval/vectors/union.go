package vectors

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"passerelle/internal/dot"
)

// Union is several sets whose rows are numbered through: first those of the first set, then those of the second, and so on.
// A text that several sets have, has several rows. It is never changed, though its sets may be filled meanwhile.
type Union struct {
	parts  []part
	starts []int // the first row of each set, and after the last how many rows there are
}

// part is a set of a union.
type part struct {
	set   *Set
	first int  // the union's row of its row 0
	whole bool // it was whole when a question was prepared
}

// ErrModel is the error for sets of vectors that are not of the same encoder.
var ErrModel = errors.New("vectors: of different models")

// NewUnion joins sets of one model, none of which may be closed while the union is used.
func NewUnion(sets ...*Set) (*Union, error) {
	u := &Union{starts: []int{0}}
	for i, s := range sets {
		if s.model != sets[0].model {
			return nil, fmt.Errorf("%w: set %d has those of %q, the first of %q", ErrModel, i+1, s.model, sets[0].model)
		}
		u.parts = append(u.parts, part{set: s, first: u.Rows()})
		u.starts = append(u.starts, u.Rows()+s.Rows())
	}
	return u, nil
}

// Len is how many vectors there are.
func (u *Union) Len() (n int) {
	for _, p := range u.parts {
		n += p.set.Len()
	}
	return n
}

// Rows is how many vectors there will be.
func (u *Union) Rows() int { return u.starts[len(u.starts)-1] }

// Whole tells that no vector is missing.
func (u *Union) Whole() bool { return u.Len() == u.Rows() }

// Offset is the row in the union of the i-th set's row 0.
func (u *Union) Offset(i int) int { return u.starts[i] }

// Vector returns the vector of a row, as it is compared; nil when there is none yet.
func (u *Union) Vector(row int) []float32 {
	p, r := u.find(row)
	return p.set.Vector(r)
}

// Beside returns what was put beside the vector of a row, as Set.Beside does.
func (u *Union) Beside(row int) []byte {
	p, r := u.find(row)
	return p.set.Beside(r)
}

// find is the set of a row, and the row there.
func (u *Union) find(row int) (*part, int) {
	low, high := 0, len(u.parts)
	for high-low > 1 {
		if middle := (low + high) / 2; row < u.starts[middle] {
			high = middle
		} else {
			low = middle
		}
	}
	return &u.parts[low], row - u.starts[low]
}

// at is the vector of a row; nil for a row that has none of this dimension.
func (u *Union) at(row, dim int) (components []byte, scale float32) {
	p, r := u.find(row)
	if !p.set.has(r) || p.set.dim != dim {
		return nil, 0
	}
	return p.set.components(r), p.set.scale(r)
}

// dimension is that of the sets that have vectors; 0 where none has.
func (u *Union) dimension() int {
	for _, p := range u.parts {
		if p.set.Len() > 0 {
			return p.set.dim
		}
	}
	return 0
}

// Question is a vector that is compared with rows of a Union one by one. It is never changed, and safe for concurrent use.
type Question struct {
	union Union
	whole []int16
	unit  float32
}

// Question prepares a vector for comparing. It fails with ErrDimension when vectors of the union are of another length.
func (u *Union) Question(q []float32) (*Question, error) {
	parts := slices.Clone(u.parts)
	for i := range parts {
		p := &parts[i]
		if p.set.Len() > 0 && len(q) != p.set.dim {
			return nil, fmt.Errorf("%w: the question's vector has %d numbers, the texts' have %d", ErrDimension, len(q), p.set.dim)
		}
		p.whole = p.set.Whole()
	}
	whole, unit := sixteen(q)
	return &Question{Union{parts, u.starts}, whole, unit}, nil
}

// Dot returns the dot product with a row; NaN for a row that has no vector yet.
func (q *Question) Dot(row int) float32 {
	p, r := q.union.find(row)
	s := p.set
	if r >= s.Rows() || !p.whole && !s.has(r) || len(q.whole) != s.dim { // a set that is closed has no rows
		return float32(math.NaN())
	}
	return float32(dot.Product(q.whole, s.components(r))) * s.scale(r) * q.unit
}

// Dots puts the dot products with rows into room, where that holds them all, and returns them: the same as Dot of each, in
// less time, as rows are fetched from memory ahead.
func (q *Question) Dots(rows []int32, room []float32) []float32 {
	out := slices.Grow(room[:0], len(rows))[:len(rows)]
	for n := 0; n < len(rows); {
		p, r := q.union.find(int(rows[n]))
		if s := p.set; !p.whole || len(q.whole) != s.dim || r >= s.Rows() {
			out[n] = q.Dot(int(rows[n]))
			n++
			continue
		}
		n += q.dotsOf(p, rows[n:], out[n:])
	}
	return out
}

// dotsOf is Dots of as many of the first rows as a part has.
func (q *Question) dotsOf(p *part, rows []int32, out []float32) (n int) {
	const most = 256
	var sums [most]int32
	s := p.set
	end := p.first + s.Rows()
	for n < min(len(rows), most) && int(rows[n]) >= p.first && int(rows[n]) < end {
		n++
	}
	dots(q.whole, s.data, rows[:n], p.first, sums[:])
	for i, r := range rows[:n] {
		out[i] = float32(sums[i]) * s.scale(int(r)-p.first) * q.unit
	}
	return n
}

// Dots returns the dot product of q with each row; NaN for a row without a vector.
func (u *Union) Dots(q []float32) ([]float32, error) {
	question, err := u.Question(q)
	if err != nil {
		return nil, err
	}
	dots := make([]float32, u.Rows())
	for r := range dots {
		dots[r] = question.Dot(r)
	}
	return dots, nil
}

// Neighbour is a row of a Union with its dot product.
type Neighbour struct {
	Row int
	Dot float32
}

// before orders by dot product, equal ones by row.
func (n Neighbour) before(m Neighbour) int {
	return cmp.Or(cmp.Compare(m.Dot, n.Dot), cmp.Compare(n.Row, m.Row))
}

// Nearest compares q with every row and returns the k largest dot products, largest first. Rows without a vector and
// those of which skip says so are left out; skip may be nil. Sketch.Nearest finds nearly the same, faster.
func (u *Union) Nearest(q []float32, k int, skip func(row int) bool) ([]Neighbour, error) {
	dots, err := u.Dots(q)
	if err != nil {
		return nil, err
	}
	all := make([]Neighbour, 0, len(dots))
	for r, d := range dots {
		if !math.IsNaN(float64(d)) && (skip == nil || !skip(r)) {
			all = append(all, Neighbour{r, d})
		}
	}
	slices.SortFunc(all, Neighbour.before)
	return all[:min(max(k, 0), len(all))], nil
}
