package local

import (
	"passerelle/retrieval/bleveindex"
	"passerelle/retrieval/fusion"
)

// evidence is what the sentences of a corpus are rated by for one question.
type evidence struct {
	cosines   *cosines
	words     [3]*bleveindex.Lookup // by level
	names     *bleveindex.Lookup    // the names among them, in documents
	near      map[int]float32       // what the sentences of documents gain, by document
	ofPeriods []float32             // 1 for documents of the question's times, by document; nil where it has none
}

// rater rates sentences in ascending order.
type rater struct {
	search   *view
	evidence *evidence
	walks    [3]*bleveindex.Walk
	names    *bleveindex.Walk
	passages []ratedPassage // those of the document so far, ascending
	document int            // the one that the last sentence is of; -1 for none
	shared   fusion.Features
}

type ratedPassage struct {
	number           int
	cos, bm25, cover float32
}

func (s *view) newRater(e *evidence) *rater {
	r := &rater{search: s, evidence: e, names: e.names.Walk(), document: -1}
	for l := range r.walks {
		r.walks[l] = e.words[l].Walk()
	}
	return r
}

// rateAll rates all sentences.
func (s *view) rateAll(f *found, e *evidence) {
	r := s.newRater(e)
	f.rated = make([]rated, 0, len(s.corpus.sentences))
	for n := range s.corpus.sentences {
		f.rated = append(f.rated, rated{sentence: n, Features: r.features(n, e.cosines.of(sentenceVector, n), e.cosines.of(titledVector, n))})
	}
	r.finish(f.rated)
}

// rateOf rates the sentences of these passages, which ascend.
func (s *view) rateOf(f *found, e *evidence, passages []int32) {
	var sentences []int32
	next := int32(0) // the first sentence that is not listed
	for _, p := range passages {
		of := s.sentencesOf[p]
		for n := max(of.first, next); n < of.end; n++ {
			sentences = append(sentences, n)
		}
		next = max(next, of.end)
	}
	alone, after := e.cosines.some(sentenceVector, sentences), e.cosines.some(titledVector, sentences)
	r := s.newRater(e)
	f.rated = make([]rated, len(sentences))
	for i, n := range sentences {
		f.rated[i] = rated{sentence: int(n), Features: r.features(int(n), alone[i], after[i])}
	}
	r.finish(f.rated)
}

// features are those of a sentence with these cosines, alone and after its title, without its neighbours.
func (r *rater) features(n int, alone, after float32) fusion.Features {
	sentence := r.search.corpus.sentences[n]
	d := sentence.document
	if d != r.document {
		r.document, r.passages, r.shared = d, r.passages[:0], fusion.Features{CosDocument: r.evidence.cosines.of(documentVector, d)}
		r.shared.WordsDocument, r.shared.CoverDocument = r.walks[bleveindex.Document].At(d)
		_, r.shared.CoverNames = r.names.At(d)
		if r.evidence.ofPeriods != nil {
			r.shared.Period = r.evidence.ofPeriods[d]
		}
	}
	x := r.shared
	x.CosSentence, x.CosTitled = alone, after
	x.WordsSentence, x.CoverSentence = r.walks[bleveindex.Sentence].At(n)
	if n == 0 || r.search.corpus.sentences[n-1].document != d {
		x.Opening = 1
	}
	for i := sentence.first; i <= sentence.last; i++ {
		p := r.passage(i)
		if i == sentence.first || r.worth(p.cos, p.bm25) > r.worth(x.CosPassage, x.WordsPassage) {
			x.CosPassage, x.WordsPassage, x.CoverPassage = p.cos, p.bm25, p.cover
		}
	}
	return x
}

// worth is what tells the better of the passages that a sentence stands in.
func (r *rater) worth(cos, bm25 float32) float32 {
	return r.search.weights.CosPassage*cos + r.search.weights.WordsPassage*bm25
}

// passage rates a passage of the document, once.
func (r *rater) passage(n int) ratedPassage {
	for i := len(r.passages) - 1; i >= 0 && r.passages[i].number >= n; i-- {
		if r.passages[i].number == n {
			return r.passages[i]
		}
	}
	p := ratedPassage{number: n, cos: r.evidence.cosines.of(passageVector, n)}
	p.bm25, p.cover = r.walks[bleveindex.Passage].At(n)
	r.passages = append(r.passages, p)
	return p
}

// finish adds what the neighbours are, and the scores.
func (r *rater) finish(all []rated) {
	for i := range all {
		x := &all[i]
		x.CosNeighbour = r.neighbour(all, i)
		x.score = r.search.weights.Score(x.Features) + r.evidence.near[r.search.corpus.sentences[x.sentence].document]
	}
}

// neighbour is the better cosine of the sentences before and after in the document; that of the sentence itself where it
// is alone.
func (r *rater) neighbour(all []rated, i int) float32 {
	best := float32(-1)
	sentences := r.search.corpus.sentences
	for _, step := range [2]int{-1, 1} {
		n := all[i].sentence + step
		if n < 0 || n >= len(sentences) || sentences[n].document != sentences[all[i].sentence].document {
			continue
		}
		if j := i + step; j >= 0 && j < len(all) && all[j].sentence == n {
			best = max(best, all[j].CosSentence)
		} else {
			best = max(best, r.evidence.cosines.of(sentenceVector, n))
		}
	}
	if best < 0 {
		return all[i].CosSentence
	}
	return best
}
