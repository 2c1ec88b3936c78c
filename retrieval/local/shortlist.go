package local

import (
	"math"
	"slices"

	"passerelle/retrieval/bleveindex"
	"passerelle/retrieval/vectors"
)

// Of a corpus with more passages than thoroughly, the sentences of shortlisted passages alone are rated. First all passages
// are compared by what the weights of the ranking make of their words and, for all cosines of their sentences, of about what
// their own is by a sketch. Then so many as longlisted are compared by about what the cosines of their best sentence are,
// and of these the best, so many times shortlisted as closerEach says, by what these cosines are. docs/benchmarks.md has how
// many of the exact ten best that finds.
const (
	thoroughly  = 3000
	longlisted  = 4000
	shortlisted = 200
	closerEach  = 3
)

// span is a passage's sentences: from first to before end.
type span struct{ first, end int32 }

func sentencesOf(c *corpus) []span {
	out := make([]span, len(c.passages))
	for n, s := range c.sentences {
		for p := s.first; p <= s.last; p++ {
			if out[p].end == 0 {
				out[p].first = int32(n)
			}
			out[p].end = int32(n) + 1
		}
	}
	return out
}

// room is what a shortlist is made in: numbers by passage and by document, and of texts that are looked at closer.
type room struct {
	passages, words, documents []float32
	worth                      []float32 // of the passages that are looked at closer
	places                     []int32   // of their sentences
	estimates                  []float32
	rows                       [kinds][]int32
	cosines                    [kinds][]float32
}

// shortlist lists the passages that are worth rating, ascending.
func (s *view) shortlist(f *found, e *evidence) ([]int32, error) {
	m, ok := s.rooms.Get().(*room)
	if !ok {
		m = new(room)
	}
	defer s.rooms.Put(m)
	sentences, err := s.estimate(m, e)
	if err != nil {
		return nil, err
	}
	for p, d := range s.documentOf {
		m.passages[p] += m.words[p] + m.documents[d]
		if f.barred != nil && f.barred[d] {
			m.passages[p] = -math.MaxFloat32
		}
	}
	list := best(m.passages, s.longlisted, nil)
	if sentences != nil {
		s.bestEstimates(m, sentences, e.cosines.scale, list)
		list = best(m.worth, closerEach*s.shortlisted, list)
	}
	s.bestCosines(m, e.cosines, list)
	return best(m.worth, s.shortlisted, list), nil
}

// best lists the n of names, or where that is nil of the places of worth, that are worth most, and those worth about as
// much as the last, in their order.
func best(worth []float32, n int, names []int32) (out []int32) {
	least := threshold(worth, n)
	for i, w := range worth {
		if w < least || w == -math.MaxFloat32 {
			continue
		}
		if names == nil {
			out = append(out, int32(i))
		} else {
			out = append(out, names[i])
		}
	}
	return out
}

// threshold is vectors.Threshold. Of many numbers it first looks at some, which tell what nearly all lie below.
func threshold(all []float32, n int) float32 {
	const every = 16
	if n < len(all)/every {
		some := make([]float32, 0, len(all)/every+1)
		for i := 0; i < len(all); i += every {
			some = append(some, all[i])
		}
		low := vectors.Threshold(some, 2*n/every+every)
		high := make([]float32, 0, 4*n)
		for _, w := range all {
			if w >= low {
				high = append(high, w)
			}
		}
		if len(high) >= n {
			return vectors.Threshold(high, n)
		}
	}
	return vectors.Threshold(all, n)
}

// bestEstimates works out about what passages are worth by their best sentences.
func (s *view) bestEstimates(m *room, sentences *vectors.Estimator, scale float32, passages []int32) {
	m.places = m.places[:0]
	for _, p := range passages {
		for n := s.sentencesOf[p].first; n < s.sentencesOf[p].end; n++ {
			m.places = append(m.places, n)
		}
	}
	m.estimates = sentences.Of(m.places, m.estimates)
	m.worth = m.worth[:0]
	next := 0 // of the estimates
	for _, p := range passages {
		end := next + int(s.sentencesOf[p].end-s.sentencesOf[p].first)
		most := slices.Max(m.estimates[next:end])
		next = end
		m.worth = append(m.worth, m.words[p]+m.documents[s.documentOf[p]]+scale*most)
	}
}

// bestCosines works out what passages are worth by the cosines of their best sentences.
func (s *view) bestCosines(m *room, c *cosines, passages []int32) {
	for k := range documentVector {
		m.rows[k] = m.rows[k][:0]
		for _, p := range passages {
			if of := s.sentencesOf[p]; k == passageVector {
				m.rows[k] = append(m.rows[k], c.rows[k][p])
			} else {
				m.rows[k] = append(m.rows[k], c.rows[k][of.first:of.end]...)
			}
		}
		m.cosines[k] = c.all(k, m.rows[k], m.cosines[k])
	}
	w := s.weights
	m.worth = m.worth[:0]
	next := 0 // of the sentences
	for i, p := range passages {
		most := float32(-math.MaxFloat32)
		for range s.sentencesOf[p].end - s.sentencesOf[p].first {
			most = max(most, (w.CosSentence+w.CosNeighbour)*m.cosines[sentenceVector][next]+w.CosTitled*m.cosines[titledVector][next])
			next++
		}
		m.worth = append(m.worth, m.words[p]+m.documents[s.documentOf[p]]+most+w.CosPassage*m.cosines[passageVector][i])
	}
}

// estimate works out what the words of passages and of documents are worth, and about what their cosines are. The estimator
// of what sentences' cosines are worth is nil where all cosines are 0.
func (s *view) estimate(m *room, e *evidence) (*vectors.Estimator, error) {
	w := s.weights
	sentences, err := s.estimateCosines(m, e.cosines)
	if err != nil {
		return nil, err
	}
	m.words = zeros(m.words, len(s.corpus.passages))
	e.words[bleveindex.Passage].AddTo(m.words, w.WordsPassage, w.CoverPassage+w.CoverSentence)
	e.words[bleveindex.Document].AddTo(m.documents, w.WordsDocument, w.CoverDocument)
	e.names.AddTo(m.documents, 0, w.CoverNames)
	for d, p := range e.ofPeriods {
		m.documents[d] += w.Period * p
	}
	for d, gain := range e.near {
		m.documents[d] += gain
	}
	return sentences, nil
}

func (s *view) estimateCosines(m *room, c *cosines) (*vectors.Estimator, error) {
	if c.question == nil {
		m.passages, m.documents = zeros(m.passages, len(s.corpus.passages)), zeros(m.documents, len(s.corpus.documents))
		return nil, nil
	}
	sketches := s.sketch()
	var err error
	if m.passages, err = sketches.passages.Estimates(c.vector, m.passages); err != nil {
		return nil, err
	}
	if m.documents, err = sketches.documents.Estimates(c.vector, m.documents); err != nil {
		return nil, err
	}
	w := s.weights
	scale(m.passages, c.scale*(w.CosSentence+w.CosTitled+w.CosPassage+w.CosNeighbour))
	scale(m.documents, c.scale*w.CosDocument)
	return sketches.sentences.Estimator(c.vector)
}

func (s *view) sketch() *madeSketches {
	return s.sketches.get(s.meaning.set, s.corpus, s.meaning.rows, s.weights)
}

func zeros(room []float32, n int) []float32 {
	room = slices.Grow(room[:0], n)[:n]
	clear(room)
	return room
}

func scale(all []float32, by float32) {
	for i := range all {
		all[i] *= by
	}
}
