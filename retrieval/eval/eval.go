// Package eval measures a Searcher on sets of questions whose answering documents are known: recall@k, MRR, and how
// long a search takes.
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
	P50      float64 `json:"p50_ms"`
	P95      float64 `json:"p95_ms"`
}

// Options say how to run.
type Options struct {
	Now func() time.Time // nil for time.Now
	// Each, when set, is told the rank of each question's first gold document, 0 for none.
	Each func(q Question, rank int)
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
		report Report
		times  []time.Duration
	)
	for i, q := range questions {
		begin := now()
		result, err := s.Search(ctx, retrieval.Query{Text: q.Text, Language: q.Language, Limit: Depth})
		times = append(times, now().Sub(begin))
		if err != nil {
			return Report{}, fmt.Errorf("question %d: %w", i+1, err)
		}
		rank := rankOf(q.Gold, Ranked(result))
		if o.Each != nil {
			o.Each(q, rank)
		}
		report.count(rank)
	}
	n := float64(len(questions))
	report.N = len(questions)
	report.Recall1 /= n
	report.Recall3 /= n
	report.Recall10 /= n
	report.MRR /= n
	slices.Sort(times)
	report.P50, report.P95 = milliseconds(percentile(times, 50)), milliseconds(percentile(times, 95))
	return report, nil
}

func (r *Report) count(rank int) {
	if rank == 0 {
		return
	}
	r.MRR += 1 / float64(rank)
	for _, at := range []struct {
		depth int
		hits  *float64
	}{{1, &r.Recall1}, {3, &r.Recall3}, {10, &r.Recall10}} {
		if rank <= at.depth {
			*at.hits++
		}
	}
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

func rankOf(gold, ranked []string) int {
	for i, id := range ranked[:min(Depth, len(ranked))] {
		if slices.Contains(gold, id) {
			return i + 1
		}
	}
	return 0
}

// percentile is by nearest rank: the smallest time that at least p of 100 do not exceed.
func percentile(sorted []time.Duration, p int) time.Duration {
	return sorted[max(0, (len(sorted)*p+99)/100-1)]
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
