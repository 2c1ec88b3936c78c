// Package eval measures a Searcher on sets of questions whose answering documents are known: recall@k, MRR, how often the
// sentence that answers is among the first, and how long a search takes.
package eval

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"passerelle/retrieval"
)

// Depth is how many documents of a result are looked at: a gold document below counts as not found.
const Depth = 10

// Set is questions, with the documents to look in where the set brings its own.
type Set struct {
	Documents []*retrieval.Document // nil: the corpus at hand
	Questions []Question
}

// Question is a question with the ids of the documents that answer it; any of them counts.
type Question struct {
	Text     string
	Language string
	Gold     []string
	Sentence string   // that answers, of the first gold document, byte for byte; "" where the set does not say
	KeptBack bool     // from tuning, see ReadQuestions
	Near     []string // documents that the question is known to be about, as retrieval.Query.Near
}

// Report is what was measured over N questions. Recall@k is the share of questions with a gold document among the first
// k documents (with one gold document a question, as hit@k); MRR is the mean of 1/rank of the first gold document, 0
// when it is not among the first Depth. Times are of Search alone, one question after another, by nearest rank.
type Report struct {
	N        int     `json:"n"`
	Recall1  float64 `json:"recall@1"`
	Recall3  float64 `json:"recall@3"`
	Recall10 float64 `json:"recall@10"`
	MRR      float64 `json:"mrr"`
	// Impaired is how many questions were searched without some or all vectors: what was measured is not the whole search.
	Impaired int `json:"impaired,omitempty"`
	*Facts
	P50 float64 `json:"p50_ms"`
	P95 float64 `json:"p95_ms"`
}

// Facts are the shares of questions whose answering sentence is among the first k sentences of the result, of all
// documents; nil for a set that names no sentences and for a searcher that ranks none. Another sentence that says the same does not count.
type Facts struct {
	Fact1 float64 `json:"fact@1"`
	Fact3 float64 `json:"fact@3"`
	Fact4 float64 `json:"fact@4"`
}

// Ranks are the ranks, from 1, of a question's first gold document and of its sentence in one result; 0 when they are not
// among the first Depth.
type Ranks struct{ Document, Sentence int }

// Options say how to run.
type Options struct {
	Now func() time.Time // nil for time.Now
	// Each, when set, is told the ranks of each question.
	Each func(q Question, ranks Ranks)
}

// Run asks every question. An error names the question that could not be searched.
func Run(ctx context.Context, s retrieval.Searcher, questions []Question, o Options) (Report, error) {
	if len(questions) == 0 {
		return Report{}, errors.New("no questions to run")
	}
	now := o.Now
	if now == nil {
		now = time.Now
	}
	var (
		report       Report
		facts        Facts
		withSentence int
		// A searcher that ranks documents alone, or finds nothing, says nothing of sentences.
		ranksSentences bool
		times          []time.Duration
	)
	for i, q := range questions {
		begin := now()
		result, err := s.Search(ctx, retrieval.Query{Text: q.Text, Language: q.Language, Limit: Depth, Near: q.Near})
		times = append(times, now().Sub(begin))
		if err != nil {
			return Report{}, fmt.Errorf("question %d: %w", i+1, err)
		}
		if result.Warning != "" {
			report.Impaired++
		}
		ranks := RanksOf(q, result)
		if o.Each != nil {
			o.Each(q, ranks)
		}
		report.count(ranks.Document)
		ranksSentences = ranksSentences || len(result.Sentences) > 0
		if q.Sentence != "" {
			withSentence++
			facts.count(ranks.Sentence)
		}
	}
	n := float64(len(questions))
	report.N = len(questions)
	report.Recall1 /= n
	report.Recall3 /= n
	report.Recall10 /= n
	report.MRR /= n
	if withSentence > 0 && ranksSentences {
		facts.Fact1 /= float64(withSentence)
		facts.Fact3 /= float64(withSentence)
		facts.Fact4 /= float64(withSentence)
		report.Facts = &facts
	}
	slices.Sort(times)
	report.P50, report.P95 = milliseconds(percentile(times, 50)), milliseconds(percentile(times, 95))
	return report, nil
}

func (r *Report) count(rank int) {
	if rank == 0 {
		return
	}
	r.MRR += 1 / float64(rank)
	countIn(rank, map[int]*float64{1: &r.Recall1, 3: &r.Recall3, 10: &r.Recall10})
}

func (f *Facts) count(rank int) {
	countIn(rank, map[int]*float64{1: &f.Fact1, 3: &f.Fact3, 4: &f.Fact4})
}

// countIn adds one to each depth that a rank is within; rank 0 is within none.
func countIn(rank int, hits map[int]*float64) {
	for depth, n := range hits {
		if rank > 0 && rank <= depth {
			*n++
		}
	}
}

// RanksOf finds a question's gold document and sentence in a result.
func RanksOf(q Question, r retrieval.Result) (ranks Ranks) {
	for i, id := range Ranked(r) {
		if slices.Contains(q.Gold, id) {
			ranks.Document = i + 1
			break
		}
	}
	for i, s := range r.Sentences {
		if q.Sentence != "" && s.Text() == q.Sentence {
			ranks.Sentence = i + 1
			break
		}
	}
	if ranks.Document > Depth {
		ranks.Document = 0
	}
	if ranks.Sentence > Depth {
		ranks.Sentence = 0
	}
	return ranks
}

// Ranked returns the ids of a result's documents, best first, each once; of its hits' documents when the searcher ranks
// passages only.
func Ranked(r retrieval.Result) []string {
	var ids []string
	add := func(id string) {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, d := range r.Documents {
		add(d.Document.ID)
	}
	if len(r.Documents) == 0 {
		for _, h := range r.Hits {
			add(h.Document.ID)
		}
	}
	return ids
}

// percentile is by nearest rank: the smallest time that at least p of 100 do not exceed.
func percentile(sorted []time.Duration, p int) time.Duration {
	return sorted[max(0, (len(sorted)*p+99)/100-1)]
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
