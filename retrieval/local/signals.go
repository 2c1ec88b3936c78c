package local

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/bleveindex"
	"passerelle/retrieval/fusion"
)

// The signals that tell a subject which the corpus treats from one that it does not. Cosines are taken times 20 and BM25
// by 10, so that all move by about one.
const (
	signalMedianCosine  = iota // of the question with all passages
	signalBestTitled           // best cosine with a title and sentence
	signalOverMedian           // the latter above the former
	signalBestWords            // best BM25 of a passage with half of its document's
	signalWordsMargin          // its distance to the tenth document's
	signalTopShare             // logarithm of the best document's share in the softmax of all sentences
	signalMargin2              // score of the best document above the second
	signalMargin10             // and above the tenth
	signalUnknownWords         // share of the question's words, by idf, that no document has
	signalUnknownNames         // the same, names alone
	signalNamesTogether        // largest share of the question's names that one document has
	signalNamesTop             // share of the names, by idf, that the better of the two best documents has
	signalYearMissing          // 1 where the best document lacks a year of the question
	signalCoverPassage         // share of the other words, by idf, that the best passage has
	signalCoverSentence        // and the best sentence
	signalWorstWord            // how well the best document has the rare word that it has worst
	signalTypeFound            // 1 where one of the three best sentences holds what is asked for, .5 where nothing special is
	signalStated               // logit that the best of the sentences that are read states what is asked for
	signalCount
)

// rareIDF is the idf from which a word is rare: of 300 documents at most 15 have it.
const rareIDF = 3

// lackingName is at most what a question is judged where each document that would be quoted lacks some rare name of it:
// what they say may be shown, but not as an answer.
const lackingName = -.1

type signals [signalCount]float64

// signals judges a ranking.
func (s *view) signals(ctx context.Context, f *found) (retrieval.Signals, error) {
	x, out, err := s.measure(ctx, f)
	if err != nil {
		return out, err
	}
	x[signalStated] = s.stated.best(f.reading.statements, f.language)
	j := s.judge
	if f.notice == retrieval.WithoutMeaning {
		j = s.wordsJudge
	}
	out.Answerable = j.logit(x[:], f.language)
	if f.reading.lacking > rareIDF {
		out.Answerable = min(out.Answerable, lackingName)
	}
	if nothingButNames(f) && x[signalNamesTop] >= 1 && x[signalCoverPassage] >= 1 && x[signalUnknownWords] == 0 && x[signalYearMissing] == 0 {
		out.Answerable = max(out.Answerable, named)
	}
	return out, nil
}

// named is at least what a question is judged that is but the names of what a document treats ("Lyon"): it asks for whatever
// the documents say, and they do.
const named = .1

func nothingButNames(f *found) bool {
	return f.asked == fusion.AnyAnswer && len(f.words) > 0 && !slices.ContainsFunc(f.words, func(w analysis.Word) bool {
		first, _ := utf8.DecodeRuneInString(w.Text)
		return !w.Name && !unicode.IsUpper(first)
	})
}

func (s *view) measure(ctx context.Context, f *found) (x signals, out retrieval.Signals, err error) {
	documents := s.bestOf(f, s.unread)
	order := make([]int, len(documents))
	for i, d := range documents {
		order[i] = d.document
	}
	x[signalMargin2] = float64(documents[0].score - documents[min(1, len(documents)-1)].score)
	x[signalMargin10] = float64(documents[0].score - documents[min(9, len(documents)-1)].score)
	s.measureCosines(f, &x)
	x[signalTopShare] = s.topShare(f, order[0])
	if err := s.measureWords(ctx, f, order, &x, &out); err != nil {
		return x, out, err
	}
	x[signalTypeFound] = .5
	if f.asked != fusion.AnyAnswer {
		x[signalTypeFound] = 0
		for _, r := range f.best[:min(3, len(f.best))] {
			x[signalTypeFound] = max(x[signalTypeFound], float64(r.Type))
		}
	}
	if f.asked == fusion.AnOffice && x[signalTypeFound] >= officeTold {
		out.Told = true
	}
	x[signalTypeFound] = min(x[signalTypeFound], 1)
	out.TypeFound = x[signalTypeFound] > 0
	out.Coverage = x[signalCoverSentence]
	return x, out, nil
}

// unread is the score of a sentence before it was read: what reading told is a signal of its own, and margins between
// what was read and what was not would say how much was read.
func (s *view) unread(r *rated) float32 {
	return r.score - s.weights.Aligned*r.Aligned - s.weights.Subject*r.Subject
}

// scored is a document with the highest score of its sentences.
type scored struct {
	document int
	score    float32
}

// bestOf ranks the documents of the sentences that are rated and not barred.
func (s *view) bestOf(f *found, score func(*rated) float32) (all []scored) {
	at := map[int]int{}
	for _, r := range f.best {
		d := s.corpus.sentences[r.sentence].document
		i, ok := at[d]
		if !ok {
			i = len(all)
			at[d], all = i, append(all, scored{d, score(r)})
		}
		all[i].score = max(all[i].score, score(r))
	}
	slices.SortFunc(all, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.document, b.document))
	})
	return all
}

func (s *view) measureCosines(f *found, x *signals) {
	best := float32(0)
	for _, r := range f.best {
		best = max(best, r.CosTitled)
	}
	x[signalMedianCosine] = 20 * float64(f.median)
	x[signalBestTitled] = 20 * float64(best)
	x[signalOverMedian] = 20 * float64(best-f.median)
}

// topShare is the logarithm of the softmax share of one document's sentences.
func (s *view) topShare(f *found, document int) float64 {
	top := float64(s.unread(f.best[0]))
	all, own := 0.0, 0.0
	for _, r := range f.best {
		e := math.Exp(float64(s.unread(r)) - top)
		all += e
		if s.corpus.sentences[r.sentence].document == document {
			own += e
		}
	}
	return math.Log(own/all + 1e-12)
}

func (s *view) measureWords(ctx context.Context, f *found, order []int, x *signals, out *retrieval.Signals) error {
	words := s.words
	byWords := s.bestOf(f, func(r *rated) float32 { return r.WordsPassage + r.WordsDocument/2 })
	tenth := float32(0) // what a document that the filter bars has
	if last := min(9, len(s.corpus.documents)-1); last < len(byWords) {
		tenth = byWords[last].score
	}
	x[signalBestWords] = float64(byWords[0].score) / 10
	x[signalWordsMargin] = float64(byWords[0].score-tenth) / 10

	top := order[:min(2, len(order))]
	idf, inDocument, err := words.Coverage(ctx, bleveindex.Document, f.words, top)
	if err != nil {
		return err
	}
	sentence := f.order[0]
	_, inPassage, err := words.Coverage(ctx, bleveindex.Passage, f.words, []int{s.corpus.sentences[sentence].first, s.corpus.sentences[sentence].last})
	if err != nil {
		return err
	}
	_, inSentence, err := words.Coverage(ctx, bleveindex.Sentence, f.words, []int{sentence})
	if err != nil {
		return err
	}
	strongest, err := words.Strongest(ctx, bleveindex.Document, f.words)
	if err != nil {
		return err
	}
	surely, err := words.Strongest(ctx, bleveindex.Document, withoutGuesses(f.words))
	if err != nil {
		return err
	}
	var total, unknown, strange, unknownNames, names, others, coverPassage, coverSentence float64
	namesIn := make([]float64, len(top))
	x[signalWorstWord] = 1
	for i, w := range f.words {
		rare := float64(idf[i])
		total += rare
		unknown += rare * unless(strongest[i] > .5)
		strange += rare * unless(surely[i] > 0)
		if w.Name {
			names += rare
			for j := range top {
				namesIn[j] += rare * float64(inDocument[i][j])
			}
			if strongest[i] < .75 {
				unknownNames += rare
				out.UnknownNames = append(out.UnknownNames, w.Text)
			}
		} else {
			others += rare
			coverPassage += rare * float64(max(inPassage[i][0], inPassage[i][1]))
			coverSentence += rare * float64(inSentence[i][0])
		}
		if rare > rareIDF {
			x[signalWorstWord] = min(x[signalWorstWord], float64(inDocument[i][0]))
		}
		if isYear(w) && inDocument[i][0] == 0 {
			x[signalYearMissing] = 1
			out.MissingYears = append(out.MissingYears, w.Text)
		}
	}
	x[signalUnknownWords] = share(unknown, total, 0)
	out.Unknown = share(strange, total, 0)
	x[signalUnknownNames] = share(unknownNames, total, 0)
	x[signalNamesTop] = share(slices.Max(namesIn), names, 1)
	x[signalCoverPassage] = share(coverPassage, others, 1)
	x[signalCoverSentence] = share(coverSentence, others, 1)
	x[signalNamesTogether], err = s.namesTogether(ctx, f.words)
	return err
}

// withoutGuesses leaves out the names that a word only resembles: they find what somebody mistyped, and stand for nonsense
// as well.
func withoutGuesses(words []analysis.Word) []analysis.Word {
	out := slices.Clone(words)
	for i := range out {
		out[i].Alternatives = slices.DeleteFunc(slices.Clone(out[i].Alternatives), func(a analysis.Alternative) bool {
			return a.From == analysis.FromSound && a.Weight < sureName
		})
	}
	return out
}

// namesTogether is the largest share of the question's names that one document has.
func (s *view) namesTogether(ctx context.Context, words []analysis.Word) (float64, error) {
	names := slices.DeleteFunc(slices.Clone(words), func(w analysis.Word) bool { return !w.Name })
	if len(names) == 0 {
		return 1, nil
	}
	found, err := s.words.Look(ctx, bleveindex.Document, names)
	if err != nil {
		return 0, err
	}
	return found.Together(.6) / float64(len(names)), nil
}

func share(part, whole, empty float64) float64 {
	if whole == 0 {
		return empty
	}
	return part / whole
}

func unless(ok bool) float64 {
	if ok {
		return 0
	}
	return 1
}

func isYear(w analysis.Word) bool {
	return len(w.Text) == 4 && strings.Trim(w.Text, "0123456789") == "" && (w.Text[0] == '1' || w.Text[0] == '2')
}
