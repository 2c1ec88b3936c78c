package local

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/bleveindex"
	"passerelle/retrieval/fusion"
)

// typed is how many of the best sentences are read for what the question asks for.
const typed = 200

// Search implements retrieval.Searcher.
func (s *Searcher) Search(ctx context.Context, q retrieval.Query) (retrieval.Result, error) {
	q = complete(q)
	r := retrieval.Result{Language: q.Language}
	if strings.TrimSpace(q.Text) == "" {
		return r, nil
	}
	defer s.meaning.traffic.enter()()
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

// found is the ranking of every sentence for one question.
type found struct {
	question string
	language string
	words    []analysis.Word
	asked    fusion.AnswerType
	features []fusion.Features
	score    []float32
	order    []int // sentences that are not barred, best first
	periods  []retrieval.Period
	barred   []bool // documents that the filter bars, by number; nil for none
	notice   retrieval.SearcherNotice
}

func (s *Searcher) rank(ctx context.Context, q retrieval.Query) (*found, error) {
	f := &found{question: q.Text, language: q.Language, asked: s.types.Asked(q.Text)}
	f.words = s.expander.Words(q.Text, q.Language)
	dots, notice, err := s.meaning.dots(ctx, q.Text)
	if err != nil {
		return nil, err
	}
	f.notice = notice
	var words [3]bleveindex.Scores
	for l := range words {
		var err error
		if words[l], err = s.generation.words.Scores(ctx, bleveindex.Level(l), f.words); err != nil {
			return nil, err
		}
	}
	f.periods = s.periods.Read(q.Text)
	ofPeriods := s.ofPeriods(f.periods)
	barred, err := s.bar(ctx, q.Filter, q.Language)
	if err != nil {
		return nil, err
	}
	f.barred = barred
	n := len(s.corpus.sentences)
	f.features, f.score, f.order = make([]fusion.Features, n), make([]float32, n), make([]int, n)
	for i, sentence := range s.corpus.sentences {
		x := &f.features[i]
		x.CosSentence, x.CosTitled = dots[s.rows.sentence[i]], dots[s.rows.titled[i]]
		x.CosDocument = dots[s.rows.document[sentence.document]]
		x.WordsSentence = words[bleveindex.Sentence].BM25[i]
		x.WordsDocument, x.CoverDocument = words[bleveindex.Document].BM25[sentence.document], words[bleveindex.Document].Cover[sentence.document]
		x.CosNeighbour = s.neighbour(dots, i)
		if i == 0 || s.corpus.sentences[i-1].document != sentence.document {
			x.Opening = 1
		}
		for p := sentence.first; p <= sentence.last; p++ {
			cos, bm25 := dots[s.rows.passage[p]], words[bleveindex.Passage].BM25[p]
			if p == sentence.first || s.weights.CosPassage*cos+s.weights.WordsPassage*bm25 > s.weights.CosPassage*x.CosPassage+s.weights.WordsPassage*x.WordsPassage {
				x.CosPassage, x.WordsPassage, x.CoverPassage = cos, bm25, words[bleveindex.Passage].Cover[p]
			}
		}
		if ofPeriods != nil {
			x.Period = ofPeriods[sentence.document]
		}
		f.score[i], f.order[i] = s.weights.Score(*x), i
	}
	if f.barred != nil {
		f.order = slices.DeleteFunc(f.order, func(i int) bool { return f.barred[s.corpus.sentences[i].document] })
	}
	best := func(a, b int) int { return cmp.Or(cmp.Compare(f.score[b], f.score[a]), cmp.Compare(a, b)) }
	slices.SortFunc(f.order, best)
	if f.asked == fusion.AnyAnswer {
		return f, nil
	}
	asked := s.known.reader(f, s.types)
	head := f.order[:min(typed, len(f.order))]
	for _, i := range head {
		f.features[i].Type = asked.holds(s.corpus.text(s.corpus.sentences[i]))
		f.score[i] = s.weights.Score(f.features[i])
	}
	slices.SortFunc(f.order, best)
	return f, nil
}

// neighbour is the better cosine of the sentences before and after in the document; that of the sentence itself where it
// is alone.
func (s *Searcher) neighbour(dots []float32, i int) float32 {
	all := s.corpus.sentences
	best := float32(-1)
	for _, j := range [2]int{i - 1, i + 1} {
		if j >= 0 && j < len(all) && all[j].document == all[i].document {
			best = max(best, dots[s.rows.sentence[j]])
		}
	}
	if best < 0 {
		return dots[s.rows.sentence[i]]
	}
	return best
}

func (s *Searcher) sentenceHit(n int, f *found) retrieval.SentenceHit {
	sentence := s.corpus.sentences[n]
	p := &s.corpus.passages[sentence.first]
	return retrieval.SentenceHit{
		Span: sentence.Span, Passage: &p.Passage, Document: s.corpus.documents[sentence.document], Score: float64(f.score[n]),
	}
}

// hit is the passage that a sentence stands in; where that is two, the first, in whose middle it stands better.
func (s *Searcher) hit(p placed) retrieval.Hit {
	sentence := s.corpus.sentences[p.sentence]
	return retrieval.Hit{
		Passage:  &s.corpus.passages[sentence.first].Passage,
		Document: s.corpus.documents[sentence.document], Score: float64(p.score),
	}
}

// hits ranks passages by their best sentence. Of passages that share it only one is taken.
func (s *Searcher) hits(f *found, limit int) []placed {
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
func (s *Searcher) documentHits(f *found, limit int) (hits []retrieval.DocumentHit) {
	taken := map[int]bool{}
	for _, n := range f.order {
		if len(hits) == limit {
			break
		}
		if d := s.corpus.sentences[n].document; !taken[d] {
			taken[d] = true
			hits = append(hits, retrieval.DocumentHit{Document: s.corpus.documents[d], Score: float64(f.score[n])})
		}
	}
	return hits
}

// known are the people and places that the documents' metadata name, by folded word.
type known struct{ people, places map[string]bool }

func newKnown(c *corpus) known {
	k := known{people: map[string]bool{}, places: map[string]bool{}}
	for _, d := range c.documents {
		for _, p := range d.People {
			addNameWords(k.people, p, 3)
		}
		for _, p := range d.Places {
			addNameWords(k.places, p, 4)
		}
	}
	for _, common := range []string{"saint", "sainte"} {
		delete(k.places, common)
	}
	return k
}

func addNameWords(set map[string]bool, name string, least int) {
	for _, t := range analysis.Tokens(name, "fr") {
		if t.Capital && utf8.RuneCountInString(t.Text) >= least {
			set[analysis.Fold(t.Text)] = true
		}
	}
}

// reader tells whether sentences hold what one question asks for, and does not hold itself.
type reader struct {
	known known
	types *fusion.Types
	asked fusion.AnswerType
	own   map[string]bool // what the question names already: terms and folded words
	last  map[string]bool // the last name of the question, which is the surname of a person asked about: sure terms alone
}

func (k known) reader(f *found, types *fusion.Types) reader {
	r := reader{known: k, types: types, asked: f.asked, own: map[string]bool{}}
	for _, w := range f.words {
		r.own[strings.ToLower(w.Text)] = true
		r.own[analysis.Fold(w.Text)] = true
		for _, a := range w.Alternatives {
			if a.Weight >= .5 {
				r.own[a.Term] = true
			}
		}
	}
	for i := len(f.words) - 1; i >= 0 && r.last == nil; i-- {
		if w := f.words[i]; w.Name {
			r.last = map[string]bool{analysis.Fold(w.Text): true}
			for _, a := range w.Alternatives {
				r.last[a.Term] = r.last[a.Term] || a.Weight >= sureName
			}
		}
	}
	return r
}

// holds is 1 for a sentence with a person, date, number or place that the question does not name, .4 for one with what
// looks like a person's full name.
func (r reader) holds(sentence string) float32 {
	switch r.asked {
	case fusion.ADate:
		return r.any(r.types.Dates(sentence))
	case fusion.ANumber:
		return r.any(r.types.Numbers(sentence))
	case fusion.APerson:
		if r.names(sentence, r.known.people) {
			return 1
		}
		if r.types.HasFullName(sentence) {
			return .4
		}
	case fusion.AnOffice:
		return r.office(sentence)
	case fusion.ALeader:
		return r.leader(sentence)
	case fusion.APlace:
		if r.names(sentence, r.known.places) {
			return 1
		}
	}
	return 0
}

func (r reader) any(values []string) float32 {
	if slices.ContainsFunc(values, func(v string) bool { return !r.own[v] }) {
		return 1
	}
	return 0
}

// Where an office is told of a name: in apposition after it ("X, gouverneur de …"), or so many words before it ("le
// gouverneur de la région d’Irkoutsk, X").
const (
	officeWordsBefore = 6
	officeWordsAfter  = 4
)

// leader is 2.5 for a sentence with a person whom the question does not name and with what says that one leads, 1 for
// such a person alone, and less where the sentence receives guests.
func (r reader) leader(sentence string) float32 {
	if !r.names(sentence, r.known.people) {
		return 0
	}
	leads, receives := r.types.Leads(sentence)
	switch {
	case receives:
		return -.5
	case leads:
		return 2.5
	}
	return 1
}

// sureName is the weight from which an alternative is the same name.
const sureName = .76

// officeTold is worth more than a type that is found somewhere in a sentence: it is told of the very name.
const officeTold = 3

// office is officeTold for a sentence that tells the office of somebody whom the question names, .3 for one that names both.
func (r reader) office(sentence string) float32 {
	tokens := analysis.Tokens(sentence, "fr")
	named := false
	for i, t := range tokens {
		if !t.Capital || !r.last[analysis.Fold(t.Text)] && !r.last[analysis.Stem(t.Text, "fr")] {
			continue
		}
		named = true
		begin := tokens[max(0, i-officeWordsBefore)].Start
		if r.types.HasOffice(sentence[begin:t.Start]) {
			return officeTold
		}
		rest := sentence[t.End:]
		if strings.HasPrefix(rest, ",") && i+1 < len(tokens) {
			end := tokens[min(len(tokens)-1, i+officeWordsAfter)].End
			if r.types.HasOffice(sentence[t.End:end]) {
				return officeTold
			}
		}
	}
	if named && r.types.HasOffice(sentence) {
		return .3
	}
	return 0
}

func (r reader) names(sentence string, set map[string]bool) bool {
	for _, t := range analysis.Tokens(sentence, "fr") {
		if folded := analysis.Fold(t.Text); t.Capital && set[folded] && !r.own[folded] && !r.own[analysis.Stem(t.Text, "fr")] {
			return true
		}
	}
	return false
}
