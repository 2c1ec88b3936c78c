package local

import (
	"cmp"
	"context"
	"slices"
	"strings"

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
	near := s.near(q.Near)
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
		f.score[i], f.order[i] = s.weights.Score(*x)+near[sentence.document], i
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
		f.score[i] = s.weights.Score(f.features[i]) + near[s.corpus.sentences[i].document]
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
