package main

import (
	"fmt"
	"math"
	"slices"

	"passerelle/retrieval/analysis"
	"passerelle/retrieval/encoder"
	"passerelle/retrieval/lexicon"
)

// Of the trial: a question is the first words of a Russian or English sentence, the answer its French sentence.
const (
	questionWords = 8
	k1, b         = 1.2, .75
	wordsShare    = .004 // of BM25 beside the cosine
)

// measure prints, for every second row of a parallel text, how often the French sentence is found first and among ten:
// by words alone, and by words and the encoder's cosine together; with all sources, without each and without any. Words
// are aligned in the other rows only.
func measure(path string) error {
	rows, err := readParallel(path)
	if err != nil {
		return err
	}
	var learn, test []map[string]string
	for i, row := range rows {
		if i%2 == 0 {
			learn = append(learn, row)
		} else {
			test = append(test, row)
		}
	}
	aligned := align(learn).text(headers["parallel"], termsMost["parallel"])
	model, err := encoder.Embedded()
	if err != nil {
		return err
	}
	var documents [][]string
	var passages [][]float32
	for _, row := range test {
		documents = append(documents, documentTerms(row["fr"]))
		passages = append(passages, model.Encode(row["fr"], false))
	}
	index := newWords(documents)
	fmt.Printf("%d rows; recall@1/@10\n%-22s %-14s %-14s\n", len(test), "", "words", "and cosine")
	for _, from := range []string{"ru", "en"} {
		var questions [][]analysis.Token
		var cosines [][]float64
		for _, row := range test {
			tokens := analysis.Tokens(row[from], from)
			tokens = tokens[:min(questionWords, len(tokens))]
			questions = append(questions, tokens)
			v := model.Encode(row[from][:tokens[len(tokens)-1].End], true)
			cosine := make([]float64, len(passages))
			for i, p := range passages {
				for j := range p {
					cosine[i] += float64(p[j] * v[j])
				}
			}
			cosines = append(cosines, cosine)
		}
		for _, c := range variants() {
			l, err := lexicon.LoadOnly(c.sources...)
			if err == nil && slices.Contains(c.sources, lexicon.Parallel) {
				l, err = l.Replace(lexicon.Parallel, aligned)
			}
			if err != nil {
				return err
			}
			var words, both ranks
			for i, q := range questions {
				scores := index.score(q, from, l)
				words.add(scores, i)
				for j := range scores {
					scores[j] = cosines[i][j] + wordsShare*scores[j]
				}
				both.add(scores, i)
			}
			fmt.Printf("%s %-19s %-14s %-14s\n", from, c.name, words, both)
		}
	}
	return nil
}

type variant struct {
	name    string
	sources []lexicon.Source
}

func variants() []variant {
	all := lexicon.Sources()
	out := []variant{{"all", all}}
	for _, s := range all {
		without := slices.DeleteFunc(slices.Clone(all), func(o lexicon.Source) bool { return o == s })
		out = append(out, variant{"without " + string(s), without}, variant{"only " + string(s), []lexicon.Source{s}})
	}
	return append(out, variant{"none", nil})
}

// ranks counts how often the right document came first and among ten.
type ranks struct{ n, first, ten int }

func (r *ranks) add(scores []float64, right int) {
	before := 0
	for i, s := range scores {
		if s > scores[right] || s == scores[right] && i < right {
			before++
		}
	}
	r.n++
	if before == 0 && scores[right] > 0 {
		r.first++
	}
	if before < 10 && scores[right] > 0 {
		r.ten++
	}
}

func (r ranks) String() string {
	return fmt.Sprintf("%.3f/%.3f", float64(r.first)/float64(r.n), float64(r.ten)/float64(r.n))
}

func documentTerms(text string) []string {
	var out []string
	for _, t := range analysis.Tokens(text, "fr") {
		if !analysis.IsStop(analysis.Fold(t.Text), "fr") {
			out = append(out, analysis.Stem(t.Text, "fr"))
		}
	}
	return out
}

// words is BM25 over documents in memory, a question's word being found by the best of its alternatives, with one idf
// for them all.
type words struct {
	n        int
	postings map[string]map[int]float64 // term frequency, saturated
}

func newWords(documents [][]string) *words {
	total := 0
	for _, d := range documents {
		total += len(d)
	}
	w := &words{len(documents), make(map[string]map[int]float64)}
	for i, d := range documents {
		norm := k1 * (1 - b + b*float64(len(d))*float64(len(documents))/float64(total))
		counts := make(map[string]float64)
		for _, t := range d {
			counts[t]++
		}
		for t, n := range counts {
			if w.postings[t] == nil {
				w.postings[t] = make(map[int]float64)
			}
			w.postings[t][i] = n * (k1 + 1) / (n + norm)
		}
	}
	return w
}

func (w *words) score(question []analysis.Token, language string, l *lexicon.Lexicon) []float64 {
	scores := make([]float64, w.n)
	var before string
	for _, t := range question {
		if analysis.IsStop(analysis.Fold(t.Text), language) {
			continue
		}
		word := analysis.Word{Text: t.Text}
		if !analysis.IsCyrillic(t.Text) {
			word.Add(analysis.Stem(t.Text, "fr"), 1)
		}
		found := l.Translate(t.Text, language, "fr")
		if before != "" {
			found = append(found, l.Phrase(before, t.Text, language, "fr")...)
		}
		before = t.Text
		for _, f := range found {
			word.Add(f.Term, f.Weight)
		}
		best, weights := make(map[int]float64), make(map[int]float64)
		for _, a := range word.Alternatives {
			for d, tf := range w.postings[a.Term] {
				best[d] = max(best[d], a.Weight*tf)
				weights[d] = max(weights[d], a.Weight)
			}
		}
		df := 0.0
		for _, weight := range weights {
			df += weight
		}
		for d, tf := range best {
			scores[d] += tf * math.Log(1+(float64(w.n)-df+.5)/(df+.5))
		}
	}
	return scores
}
