package eval

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"

	"passerelle/retrieval"
	"passerelle/retrieval/fusion"
)

// Lister lists the sentences to choose from for a question, with their features: a local.Searcher.
type Lister interface {
	Candidates(ctx context.Context, q retrieval.Query, wanted func(retrieval.SentenceHit) bool) ([]retrieval.SentenceHit, []fusion.Features, error)
}

// Tuning is what learning found. Learned is measured on questions that it was not learned from: Folds times on all other
// questions, those about one document staying together. Current is measured on the same questions; where it was learned
// from some of these, the comparison favours it.
type Tuning struct {
	Languages []TunedLanguage `json:"languages"`
	Better    bool            `json:"better"`  // Learned has a higher Score than Current in every language
	Weights   fusion.Weights  `json:"weights"` // learned from all
}

// TunedLanguage compares weights on the questions of one language.
type TunedLanguage struct {
	Language string    `json:"language"`
	N        int       `json:"n"`
	Current  TunedHits `json:"current"`
	Learned  TunedHits `json:"learned"`
}

// TunedHits are shares of questions with a gold document first, and the gold sentence among the first three and four.
type TunedHits struct {
	Document1 float64 `json:"recall@1"`
	Fact3     float64 `json:"fact@3"`
	Fact4     float64 `json:"fact@4"`
}

// Score is what Tuning.Better compares: half the document, half the fact among the sentences that an answer shows.
func (h TunedHits) Score() float64 { return (h.Document1 + h.Fact4) / 2 }

// Folds is how many parts the questions are cut into for cross-validation.
const Folds = 5

// tuningL2 is that of the first trial; ten times more or less moved no figure by more than a question.
const tuningL2 = .02

// lesson is a question with its candidates.
type lesson struct {
	Question
	hits    []retrieval.SentenceHit
	example fusion.Example
	fold    int
}

// Tune learns weights from questions that name their sentence; others are left out. None may be kept back.
func Tune(ctx context.Context, l Lister, questions []Question, current fusion.Weights) (Tuning, error) {
	var lessons []lesson
	for i, q := range questions {
		if q.Sentence == "" {
			continue
		}
		one, err := learnable(ctx, l, q)
		if err != nil {
			return Tuning{}, fmt.Errorf("question %d: %w", i+1, err)
		}
		lessons = append(lessons, one)
	}
	if len(lessons) == 0 {
		return Tuning{}, errors.New("no question names the sentence that answers it")
	}
	var folds [Folds]fusion.Weights
	for f := range folds {
		folds[f] = learn(lessons, f)
	}
	t := Tuning{Better: true, Weights: learn(lessons, noFold)}
	for _, language := range languages(questions) {
		of := TunedLanguage{Language: language}
		for _, one := range lessons {
			if one.Language == language {
				of.N++
				of.Current.count(one.ranks(current))
				of.Learned.count(one.ranks(folds[one.fold]))
			}
		}
		of.Current.share(of.N)
		of.Learned.share(of.N)
		t.Better = t.Better && of.Learned.Score() > of.Current.Score()
		t.Languages = append(t.Languages, of)
	}
	return t, nil
}

func learnable(ctx context.Context, l Lister, q Question) (one lesson, err error) {
	wanted := func(h retrieval.SentenceHit) bool { return h.Document.ID == q.Gold[0] && h.Text() == q.Sentence }
	one.Question = q
	one.hits, one.example.Candidates, err = l.Candidates(ctx, retrieval.Query{Text: q.Text, Language: q.Language}, wanted)
	for i, h := range one.hits {
		if wanted(h) {
			one.example.Gold = append(one.example.Gold, i)
		}
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(q.Gold[0])) // a hash takes every write
	one.fold = int(h.Sum32() % Folds)
	return one, err
}

const noFold = -1

// learn learns from all but one fold.
func learn(lessons []lesson, without int) fusion.Weights {
	var examples []fusion.Example
	for _, one := range lessons {
		if one.fold != without {
			examples = append(examples, one.example)
		}
	}
	return fusion.Learn(examples, fusion.LearnOptions{L2: tuningL2})
}

// ranks orders the candidates by other weights.
func (l lesson) ranks(w fusion.Weights) Ranks {
	order := make([]int, len(l.hits))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(w.Score(l.example.Candidates[b]), w.Score(l.example.Candidates[a]))
	})
	var r retrieval.Result
	for _, i := range order {
		r.Sentences = append(r.Sentences, l.hits[i])
		r.Documents = append(r.Documents, retrieval.DocumentHit{Document: l.hits[i].Document})
	}
	return RanksOf(l.Question, r)
}

func (h *TunedHits) count(r Ranks) {
	countIn(r.Document, map[int]*float64{1: &h.Document1})
	countIn(r.Sentence, map[int]*float64{3: &h.Fact3, 4: &h.Fact4})
}

func (h *TunedHits) share(n int) {
	for _, x := range []*float64{&h.Document1, &h.Fact3, &h.Fact4} {
		*x /= float64(max(1, n))
	}
}

// languages lists those of the questions, in their order.
func languages(questions []Question) (out []string) {
	for _, q := range questions {
		if !slices.Contains(out, q.Language) {
			out = append(out, q.Language)
		}
	}
	return out
}
