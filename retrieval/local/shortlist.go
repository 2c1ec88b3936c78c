package local

import (
	"math"
	"slices"

	"passerelle/retrieval/bleveindex"
	"passerelle/retrieval/vectors"
)

// Of a corpus with more passages than thoroughly, the sentences of shortlisted passages alone are rated. First all passages
// are compared by what the weights of the ranking make of their words and, for all cosines of their sentences, of about what
// their own is by a sketch. Then so many as longlisted are compared by the cosines of their best sentences. docs/benchmarks.md
// has how many of the exact ten best that finds.
const (
	thoroughly  = 3000
	longlisted  = 2500
	shortlisted = 200
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

// room is what a shortlist is made in: numbers by passage and by document.
type room struct{ passages, words, documents []float32 }

// shortlist lists the passages that are worth rating, ascending.
func (s *view) shortlist(f *found, e *evidence) ([]int32, error) {
	m, ok := s.rooms.Get().(*room)
	if !ok {
		m = new(room)
	}
	defer s.rooms.Put(m)
	if err := s.estimate(m, e); err != nil {
		return nil, err
	}
	for p, d := range s.documentOf {
		m.passages[p] += m.words[p] + m.documents[d]
		if f.barred != nil && f.barred[d] {
			m.passages[p] = -math.MaxFloat32
		}
	}
	list := best(m.passages, s.longlisted, nil)
	worth := make([]float32, len(list))
	for i, p := range list {
		worth[i] = m.words[p] + m.documents[s.documentOf[p]] + s.bestCosines(e.cosines, int(p))
	}
	return best(worth, s.shortlisted, list), nil
}

// best lists the n of names, or where that is nil of the places of worth, that are worth most, and those worth about as
// much as the last, in their order.
func best(worth []float32, n int, names []int32) (out []int32) {
	least := vectors.Threshold(worth, n)
	for i, w := range worth {
		switch {
		case w < least || w == -math.MaxFloat32:
		case names == nil:
			out = append(out, int32(i))
		default:
			out = append(out, names[i])
		}
	}
	return out
}

// bestCosines is what the cosines of a passage and its best sentence are worth, without the document's.
func (s *view) bestCosines(c *cosines, p int) float32 {
	w, of := s.weights, s.sentencesOf[p]
	most := float32(-math.MaxFloat32)
	for n := of.first; n < of.end; n++ {
		alone := c.of(sentenceVector, int(n))
		most = max(most, (w.CosSentence+w.CosNeighbour)*alone+w.CosTitled*c.of(titledVector, int(n)))
	}
	return most + w.CosPassage*c.of(passageVector, p)
}

// estimate works out what the words of passages and of documents are worth, and about what their cosines are.
func (s *view) estimate(m *room, e *evidence) error {
	w := s.weights
	if err := s.estimateCosines(m, e.cosines); err != nil {
		return err
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
	return nil
}

func (s *view) estimateCosines(m *room, c *cosines) (err error) {
	if c.question == nil {
		m.passages, m.documents = zeros(m.passages, len(s.corpus.passages)), zeros(m.documents, len(s.corpus.documents))
		return nil
	}
	sketches := s.sketches.get(s.meaning.set, s.meaning.rows)
	if m.passages, err = sketches.passages.Estimates(c.vector, m.passages); err != nil {
		return err
	}
	if m.documents, err = sketches.documents.Estimates(c.vector, m.documents); err != nil {
		return err
	}
	w := s.weights
	scale(m.passages, c.scale*(w.CosSentence+w.CosTitled+w.CosPassage+w.CosNeighbour))
	scale(m.documents, c.scale*w.CosDocument)
	return nil
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
