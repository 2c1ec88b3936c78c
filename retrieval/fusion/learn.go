package fusion

import "math"

// Example is one question's candidates: their features, and which of them answer it.
type Example struct {
	Candidates []Features
	Gold       []int // indexes into Candidates; an Example without any teaches nothing
}

// LearnOptions say how to learn.
type LearnOptions struct {
	Prior Weights // where learning begins and what L2 draws to
	L2    float64 // on the squared distance from Prior, cosines in units of 1/20 and BM25 of 10; above 0
}

// Learn finds the weights that give the gold candidates the largest share of a softmax over all candidates, on the mean of
// the logarithm (listwise logistic regression). With one gold candidate an example this is convex, so that the result
// depends on the examples alone.
func Learn(examples []Example, o LearnOptions) Weights {
	l := newLearner(examples, o)
	l.descend()
	for i := range l.weights {
		l.weights[i] /= l.unit[i]
	}
	return WeightsOf(l.weights)
}

// unit brings features to about one size, so that one L2 and one step suit all: a weight of 1 here is a weight of 1/unit
// there.
func units() []float64 {
	const cosine, bm25 = 1. / 20, 10
	return Features{
		CosSentence: cosine, CosTitled: cosine, CosPassage: cosine, CosDocument: cosine, CosNeighbour: cosine,
		WordsSentence: bm25, WordsPassage: bm25, WordsDocument: bm25,
		CoverSentence: 1, CoverPassage: 1, CoverDocument: 1, CoverNames: 1, Type: 1, Aligned: cosine, Subject: 1,
	}.Vector()
}

type learner struct {
	lists   []list
	l2      float64
	unit    []float64
	prior   []float64
	weights []float64
}

type list struct {
	features [][]float64
	gold     []bool
}

func newLearner(examples []Example, o LearnOptions) *learner {
	l := &learner{l2: o.L2, unit: units(), prior: o.Prior.Vector()}
	for i, u := range l.unit {
		if u == 0 { // a feature that came later is taken as it is
			l.unit[i] = 1
		}
		l.prior[i] *= l.unit[i]
	}
	l.weights = append(l.weights, l.prior...)
	for _, e := range examples {
		if len(e.Gold) == 0 {
			continue
		}
		one := list{gold: make([]bool, len(e.Candidates))}
		for _, g := range e.Gold {
			one.gold[g] = true
		}
		for _, c := range e.Candidates {
			x := c.Vector()
			for i := range x {
				x[i] /= l.unit[i]
			}
			one.features = append(one.features, x)
		}
		l.lists = append(l.lists, one)
	}
	return l
}

// The descent ends when a step gains less than enough, and after maxSteps in any case.
const (
	maxSteps = 2000
	enough   = 1e-9
)

// descend goes down the gradient; a step that gains is lengthened, one that loses is taken back and halved.
func (l *learner) descend() {
	step := 1.
	loss, gradient := l.loss(l.weights)
	for range maxSteps {
		next := make([]float64, len(l.weights))
		for i := range next {
			next[i] = l.weights[i] - step*gradient[i]
		}
		nextLoss, nextGradient := l.loss(next)
		if nextLoss > loss {
			if step /= 2; step < 1e-6 {
				return
			}
			continue
		}
		gain := loss - nextLoss
		l.weights, loss, gradient = next, nextLoss, nextGradient
		if gain < enough {
			return
		}
		step *= 1.2
	}
}

// loss is the mean negative logarithm of the gold candidates' share, with L2, and its gradient.
func (l *learner) loss(weights []float64) (loss float64, gradient []float64) {
	gradient = make([]float64, len(weights))
	for _, one := range l.lists {
		loss += one.loss(weights, gradient)
	}
	n := math.Max(1, float64(len(l.lists)))
	loss /= n
	for i := range gradient {
		away := weights[i] - l.prior[i]
		gradient[i] = gradient[i]/n + 2*l.l2*away
		loss += l.l2 * away * away
	}
	return loss, gradient
}

// loss adds to the gradient.
func (o list) loss(weights, gradient []float64) float64 {
	scores := make([]float64, len(o.features))
	top := math.Inf(-1)
	for c, x := range o.features {
		for i, v := range x {
			scores[c] += weights[i] * v
		}
		top = math.Max(top, scores[c])
	}
	var all, gold float64
	for c := range scores {
		scores[c] = math.Exp(scores[c] - top)
		all += scores[c]
		if o.gold[c] {
			gold += scores[c]
		}
	}
	gold = math.Max(gold, math.SmallestNonzeroFloat64)
	for c, x := range o.features {
		pull := scores[c] / all
		if o.gold[c] {
			pull -= scores[c] / gold
		}
		for i, v := range x {
			gradient[i] += pull * v
		}
	}
	return math.Log(all) - math.Log(gold)
}
