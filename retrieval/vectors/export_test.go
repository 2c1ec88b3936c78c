package vectors

// LeastCandidates is how many rows are rescored at least.
const LeastCandidates = leastCandidates

// NearestOf is Nearest with another number of candidates.
func (x *Sketch) NearestOf(q []float32, k, candidates int) ([]Neighbour, error) {
	return x.nearest(q, k, candidates, nil)
}

// What the processor has, and what all have.
var (
	DotsOfRows         = dots
	DotsOfRowsPortable = dotsPortable

	EstimateSix         = estimateSix
	EstimateSixPortable = estimateSixPortable
)

// NewSixQuestion is what rows of six words are compared with.
func NewSixQuestion(planes [12]uint64, along, step, top, total float32) *sixQuestion {
	return &sixQuestion{planes, along, step, top, total}
}

// Dots is Union.Dots of this set alone.
func (s *Set) Dots(q []float32) ([]float32, error) {
	u, err := NewUnion(s)
	if err != nil {
		return nil, err
	}
	return u.Dots(q)
}

// Nearest is Union.Nearest of this set alone.
func (s *Set) Nearest(q []float32, k int, skip func(row int) bool) ([]Neighbour, error) {
	u, err := NewUnion(s)
	if err != nil {
		return nil, err
	}
	return u.Nearest(q, k, skip)
}
