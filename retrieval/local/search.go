package local

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"passerelle/retrieval"
	"passerelle/retrieval/alignment"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/bleveindex"
	"passerelle/retrieval/fusion"
)

// typed is how many of the best sentences are read for what the question asks for.
const typed = 200

func (s *view) search(ctx context.Context, q retrieval.Query) (retrieval.Result, error) {
	q = complete(q)
	r := retrieval.Result{Language: q.Language}
	if strings.TrimSpace(q.Text) == "" {
		return r, nil
	}
	defer s.contact.traffic.enter()()
	f, err := s.rank(ctx, q)
	if err != nil {
		return r, err
	}
	r.Periods, r.Warning = f.periods, f.notice
	if len(f.order) == 0 {
		return r, nil
	}
	for _, n := range f.order[:min(q.Limit, len(f.order))] {
		r.Sentences = append(r.Sentences, s.sentenceHit(n, f))
	}
	for _, p := range s.hits(f, q.Limit) {
		r.Hits = append(r.Hits, s.hit(p))
	}
	r.Documents = s.documentHits(f, q.Limit)
	r.Signals, err = s.signals(ctx, f)
	return r, err
}

// complete sets what a query leaves open.
func complete(q retrieval.Query) retrieval.Query {
	if q.Limit <= 0 {
		q.Limit = retrieval.DefaultLimit
	}
	if q.Language == "" {
		q.Language = analysis.DetectLanguage(q.Text)
	}
	return q
}

// found is the ranking of sentences for one question.
type found struct {
	question string
	language string
	words    []analysis.Word
	asked    fusion.AnswerType
	rated    []rated  // by sentence, ascending: all, or in a large corpus those of the shortlist
	best     []*rated // those that are not barred, best first
	order    []int    // the same by their numbers
	median   float32  // of the cosines with the passages of sentences
	periods  []retrieval.Period
	barred   []bool          // documents that the filter bars, by number; nil for none
	near     map[int]float32 // what the sentences of documents gain, by document
	read     *alignment.Text // the question's words; nil where they are still to be read
	reading  reading         // of the best sentences
	notice   retrieval.SearcherNotice
}

// rated is what the ranking knows of a sentence.
type rated struct {
	sentence int
	score    float32
	fusion.Features
}

// of returns what is known of a sentence that is rated.
func (f *found) of(n int) *rated {
	if n < len(f.rated) && f.rated[n].sentence == n {
		return &f.rated[n]
	}
	i, _ := slices.BinarySearchFunc(f.rated, n, func(r rated, n int) int { return r.sentence - n })
	return &f.rated[i]
}

// rank rates all sentences of a corpus of few passages, and those of the shortlist of a large one.
func (s *view) rank(ctx context.Context, q retrieval.Query) (*found, error) {
	return s.rankAmong(ctx, q, s.thorough)
}

// rankAmong rates all sentences where there are no more passages than thorough.
func (s *view) rankAmong(ctx context.Context, q retrieval.Query, thorough int) (*found, error) {
	f := &found{question: q.Text, language: q.Language, asked: s.types.Asked(q.Text)}
	f.words = s.expander.Words(q.Text, q.Language)
	e := &evidence{near: s.near(q.Near)}
	var err error
	ask := s.meaning.asker(q.Language, s.packed)
	if e.cosines, f.notice, err = s.meaning.compare(ctx, q.Text, ask); err != nil {
		return nil, err
	}
	f.read = e.cosines.words
	for l := range e.words {
		if e.words[l], err = s.words.Look(ctx, bleveindex.Level(l), f.words); err != nil {
			return nil, err
		}
	}
	names := slices.DeleteFunc(slices.Clone(f.words), func(w analysis.Word) bool { return !w.Name })
	if e.names, err = s.words.Look(ctx, bleveindex.Document, names); err != nil {
		return nil, err
	}
	f.periods = s.periods.Read(q.Text)
	e.ofPeriods = s.ofPeriods(f.periods)
	if f.barred, err = s.bar(ctx, q.Filter, q.Language); err != nil {
		return nil, err
	}
	if len(s.corpus.passages) <= thorough {
		s.rateAll(f, e)
		f.median = medianRated(f.rated)
	} else {
		shortlist, err := s.shortlist(f, e)
		if err != nil {
			return nil, err
		}
		s.rateOf(f, e, shortlist)
		f.median = s.medianOfSome(e.cosines)
	}
	f.near = e.near
	s.takeAll(f)
	if f.asked != fusion.AnyAnswer {
		asked := s.known.reader(f, s.types)
		for _, r := range f.best[:min(typed, len(f.best))] {
			r.Type = asked.holds(s.corpus.text(s.corpus.sentences[r.sentence]))
			s.score(f, r)
		}
		f.sort(len(f.best))
	}
	return f, s.reread(ctx, f, statedRead)
}

// score scores a sentence by its features.
func (s *view) score(f *found, r *rated) {
	r.score = s.weights.Score(r.Features) + f.near[s.corpus.sentences[r.sentence].document]
}

// reread reads so many of the best sentences and orders these anew by what they state. None falls below one that is not
// read. Who leads is told by an office more often than by the question's verb: such sentences keep the order that their
// offices gave them.
func (s *view) reread(ctx context.Context, f *found, most int) (err error) {
	if f.reading, err = s.read(ctx, f, most); err != nil || len(f.reading.statements) == 0 || f.asked == fusion.ALeader || f.asked == fusion.AnOffice {
		return err
	}
	aligned, subject := slices.Min(f.reading.aligned), f.reading.statements[0][statedCover]
	for _, x := range f.reading.statements {
		subject = min(subject, x[statedCover])
	}
	for i, x := range f.reading.statements {
		r := f.best[i]
		r.Aligned = float32(f.reading.aligned[i] - aligned)
		r.Subject = float32(x[statedCover] - subject)
		s.score(f, r)
	}
	f.sort(len(f.reading.statements))
	return nil
}

// takeAll puts the sentences that are not barred in order.
func (s *view) takeAll(f *found) {
	f.best = make([]*rated, 0, len(f.rated))
	for i := range f.rated {
		if f.barred == nil || !f.barred[s.corpus.sentences[f.rated[i].sentence].document] {
			f.best = append(f.best, &f.rated[i])
		}
	}
	f.order = make([]int, len(f.best))
	f.sort(len(f.best))
}

// sort orders so many of the first sentences by their scores.
func (f *found) sort(first int) {
	slices.SortFunc(f.best[:first], func(a, b *rated) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.sentence, b.sentence))
	})
	for i, r := range f.best[:first] {
		f.order[i] = r.sentence
	}
}

func medianRated(all []rated) float32 {
	passages := make([]float32, len(all))
	for i := range all {
		passages[i] = all[i].CosPassage
	}
	return median(passages)
}

// median sorts all; it is 0 of none.
func median(all []float32) float32 {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// medianOf is how many sentences a median is taken of in a large corpus: its standard error is then some .0015.
const medianOf = 512

func (s *view) medianOfSome(c *cosines) float32 {
	var passages []int32
	var ends []int // in passages, of each sentence's
	for n := range spaced(len(s.corpus.sentences), medianOf) {
		for p := s.corpus.sentences[n].first; p <= s.corpus.sentences[n].last; p++ {
			passages = append(passages, int32(p))
		}
		ends = append(ends, len(passages))
	}
	cosines := c.some(passageVector, passages)
	all, begin := make([]float32, len(ends)), 0
	for i, end := range ends {
		all[i] = slices.Max(cosines[begin:end])
		begin = end
	}
	return median(all)
}

func (s *view) sentenceHit(n int, f *found) retrieval.SentenceHit {
	sentence := s.corpus.sentences[n]
	p := &s.corpus.passages[sentence.first]
	return retrieval.SentenceHit{
		Span: sentence.Span, Passage: &p.Passage, Document: s.corpus.documents[sentence.document], Score: float64(f.of(n).score),
	}
}

// hit is the passage that a sentence stands in; where that is two, the first, in whose middle it stands better.
func (s *view) hit(p placed) retrieval.Hit {
	sentence := s.corpus.sentences[p.sentence]
	return retrieval.Hit{
		Passage:  &s.corpus.passages[sentence.first].Passage,
		Document: s.corpus.documents[sentence.document], Score: float64(p.score),
	}
}

// hits ranks passages by their best sentence. Of passages that share it only one is taken.
func (s *view) hits(f *found, limit int) []placed {
	const spare = 50 // passages beyond the limit among which documents that are not crowded are looked for
	taken := map[int]bool{}
	var heads []int
	for _, n := range f.order {
		if len(heads) == limit+spare {
			break
		}
		sentence := s.corpus.sentences[n]
		covered := false
		for p := sentence.first; p <= sentence.last; p++ {
			covered = covered || taken[p]
		}
		if !covered {
			taken[sentence.first] = true
			heads = append(heads, n)
		}
	}
	return s.spread(f, heads, limit)
}

// documentHits ranks documents by their best sentence.
func (s *view) documentHits(f *found, limit int) (hits []retrieval.DocumentHit) {
	taken := map[int]bool{}
	for _, n := range f.order {
		if len(hits) == limit {
			break
		}
		if d := s.corpus.sentences[n].document; !taken[d] {
			taken[d] = true
			hits = append(hits, retrieval.DocumentHit{Document: s.corpus.documents[d], Score: float64(f.of(n).score)})
		}
	}
	return hits
}
