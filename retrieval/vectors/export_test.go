package vectors

// LeastCandidates is how many rows are rescored at least.
const LeastCandidates = leastCandidates

// NearestOf is Nearest with another number of candidates.
func (x *Sketch) NearestOf(q []float32, k, candidates int) ([]Neighbour, error) {
	return x.nearest(q, k, candidates, nil)
}

// Dot and DotPortable are what the processor has, and what all have.
var (
	Dot         = dot
	DotPortable = dotPortable
)
