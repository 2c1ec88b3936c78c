//go:build fit

package cite

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"passerelle/retrieval"
	"passerelle/retrieval/alignment"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/encoder"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/ingest"
	"passerelle/retrieval/lexicon"
	"passerelle/seeds"
)

// TestFitSubstance makes substance.tsv from testdata/substance.tsv and the articles, in a minute or two:
//
//	go test -tags fit -run TestFitSubstance -v ./bot/cite
//
// Wrong claims are, beside those written by hand, true ones with a phrase of another claim put in, and true ones beside
// another sentence of their document. Both judges are fitted on three quarters of the documents and tried on the fourth,
// four times over; those scores give the least of each language. What is written is then fitted on all.
func TestFitSubstance(t *testing.T) {
	samples := readSamples(t, openSubstance(t))
	model := substanceModel{judge{}, judge{}}
	detail, subject := map[*sample]float64{}, map[*sample]float64{}
	for fold := range folds {
		seen := slices.DeleteFunc(slices.Clone(samples), func(x *sample) bool { return x.fold == fold })
		d, s := fitJudge(seen, details), fitJudge(seen, subjects)
		for _, x := range samples {
			if x.fold == fold {
				detail[x], subject[x] = d.score(x.match), s.score(x.match)
			}
		}
	}
	model.detail, model.subject = fitJudge(samples, details), fitJudge(samples, subjects)
	setLeast(model.detail, detail, details, lostDetail)
	setLeast(model.subject, subject, subjects, lostSubject)
	report(t, samples, func(x *sample) bool {
		return detail[x] >= model.detail.least[x.language] && subject[x] >= model.subject.least[x.language]
	})
	if err := os.WriteFile("substance.tsv", []byte(model.text()), 0o644); err != nil {
		t.Fatal(err)
	}
}

const folds = 4

// Kinds of wrong claims that each judge is made against.
var (
	details  = []string{"invented", "phrase"}
	subjects = []string{"other", "stranger"}
)

// Shares of the true claims that each judge may lose. Russian loses most: its endings and its free order are read least
// well by the encoder.
var (
	lostDetail  = map[string]float64{"fr": .035, "ru": .025, "en": .035}
	lostSubject = map[string]float64{"fr": .01, "ru": .01, "en": .01}
)

// enough is the share of wrong claims from which on nothing is gained by blocking more.
const enough = .97

// setLeast takes as the least score of a language the one that so many of the true claims are below, or a lower one that
// enough of the wrong claims are below.
func setLeast(j judge, scores map[*sample]float64, against []string, lost map[string]float64) {
	for language, share := range lost {
		var kept, wrong []float64
		for x, score := range scores {
			switch {
			case x.language != language:
			case x.right:
				kept = append(kept, score)
			case slices.Contains(against, x.kind):
				wrong = append(wrong, score)
			}
		}
		slices.Sort(kept)
		slices.Sort(wrong)
		j.least[language] = min(kept[int(share*float64(len(kept)))], wrong[int(enough*float64(len(wrong)))])
	}
}

// sample is a claim beside quotes.
type sample struct {
	match    match
	language string
	kind     string
	right    bool
	fold     int
	has      []bool // of each of its words: it is of the true claim
}

func openSubstance(t *testing.T) *Substance {
	t.Helper()
	aligner, err := alignment.New(new(encoder.Lazy).Model, 1<<28)
	if err != nil {
		t.Fatal(err)
	}
	lex, err := lexicon.Load()
	if err != nil {
		t.Fatal(err)
	}
	places, err := gazetteer.Load()
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSubstance(aligner, lex, places)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// row is a line of testdata/substance.tsv.
type row struct{ document, quote, language, claim, label, kind string }

func readRows(t *testing.T) (out []row) {
	t.Helper()
	file, err := os.ReadFile("testdata/substance.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(file)) {
		c := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") || c[0] == "doc" {
			continue
		}
		if len(c) != 6 {
			t.Fatalf("%d columns: %s", len(c), line)
		}
		out = append(out, row{c[0], c[1], c[2], c[3], c[4], c[5]})
	}
	return out
}

// readSamples makes the samples of all rows, the same each time.
func readSamples(t *testing.T, s *Substance) (out []*sample) {
	t.Helper()
	documents, err := ingest.Load(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, d := range documents {
		texts[d.ID] = d.Text
	}
	rows := readRows(t)
	var strangers []string // sentences of other documents
	for _, r := range rows {
		if r.language == "fr" && r.label == "true" {
			strangers = append(strangers, r.quote)
		}
	}
	phrases := map[string][]string{}
	for _, r := range rows {
		if r.label == "true" {
			phrases[r.language] = append(phrases[r.language], phrasesOf(r.claim)...)
		}
	}
	random := rand.New(rand.NewPCG(6, 7))
	fold := map[string]int{}
	var before row
	for _, r := range rows {
		if _, ok := fold[r.document]; !ok {
			fold[r.document] = len(fold) % folds
		}
		add := func(kind, claim, basis string, quotes ...string) {
			var texts []Written
			for _, quote := range quotes {
				texts = append(texts, written(quote))
			}
			m, err := s.match(written(claim), readFacts(claim), texts)
			if err != nil {
				t.Fatal(err)
			}
			if m.literal || len(m.words) == 0 {
				return // decided without the models
			}
			x := &sample{match: m, language: r.language, kind: kind, right: claim == basis && kind != "other" && kind != "stranger", fold: fold[r.document]}
			x.has = wordsOf(s, basis, r.language, m.words)
			if kind == "stranger" {
				for i, w := range m.words {
					x.has[i] = w.stem || w.translated > 0
				}
			}
			out = append(out, x)
		}
		if r.label != "true" {
			add(r.kind, r.claim, before.claim, r.quote)
			continue
		}
		before = r
		add(r.kind, r.claim, r.claim, r.quote)
		for range 3 {
			phrase := phrases[r.language][random.IntN(len(phrases[r.language]))]
			if !strings.Contains(r.claim, phrase) {
				add("phrase", putIn(r.claim, phrase, random), r.claim, r.quote)
			}
		}
		for range 2 {
			if stranger := strangers[random.IntN(len(strangers))]; stranger != r.quote {
				add("stranger", r.claim, r.claim, stranger)
			}
		}
		if other := neighbour(texts[r.document], r.quote); other != "" {
			add("other", r.claim, r.claim, other)
			add("two quotes", r.claim, r.claim, other, r.quote)
		}
	}
	return out
}

func written(text string) Written { return Written{text, analysis.DetectLanguage(text)} }

// neighbour is the sentence before or behind another in a text.
func neighbour(text, sentence string) string {
	const minBytes = 60
	spans := ingest.Sentences(text)
	at := slices.IndexFunc(spans, func(s retrieval.Span) bool { return strings.Contains(text[s.Start:s.End], sentence) })
	for _, i := range []int{at + 1, at - 1} {
		if at >= 0 && i >= 0 && i < len(spans) && spans[i].End-spans[i].Start >= minBytes {
			return text[spans[i].Start:spans[i].End]
		}
	}
	return ""
}

// putIn puts a phrase at the end, where most are added, or as often before one that a joiner begins.
func putIn(claim, phrase string, random *rand.Rand) string {
	words := strings.Fields(strings.TrimSuffix(claim, "."))
	var places []int
	for i, w := range words {
		if i > 1 && strings.Contains(joiners, " "+w+" ") {
			places = append(places, i, len(words))
		}
	}
	if len(places) == 0 {
		places = append(places, len(words))
	}
	return strings.Join(slices.Insert(words, places[random.IntN(len(places))], phrase), " ") + "."
}

const joiners = ` et avec pour dans sur par sans afin contre après avant selon chez и с со для в на из без после перед при по за через чтобы and with for in on by without after before at from who which while `

// phrasesOf cuts phrases of four to eight words from a claim, each from a word that joins it to what stands before.
func phrasesOf(claim string) (out []string) {
	words := strings.Fields(strings.TrimSuffix(claim, "."))
	for i, w := range words {
		if i == 0 || !strings.Contains(joiners, " "+w+" ") {
			continue
		}
		for _, n := range []int{4, 6, 8} {
			if i+n > len(words) {
				continue
			}
			phrase := strings.Join(words[i:i+n], " ")
			if !strings.ContainsAny(phrase, "0123456789«»\"(),;:") && strings.ToLower(phrase) == phrase {
				out = append(out, phrase)
			}
		}
	}
	return out
}

// wordsOf tells which of a claim's words another claim has, each as often as it has it.
func wordsOf(s *Substance, basis, language string, words []wordMatch) []bool {
	count := map[string]int{}
	for _, w := range s.aligner.Words(basis, language) {
		count[w.Text]++
	}
	out := make([]bool, len(words))
	for i, w := range words {
		out[i] = count[w.Text] > 0
		count[w.Text]--
	}
	return out
}

// handWeight is how much more a detail that somebody thought up counts than a phrase that chance put in, which may be true.
const handWeight = 4

// fitJudge makes a judge against some kinds of wrong claims.
func fitJudge(samples []*sample, against []string) judge {
	j := judge{least: map[string]float64{}}
	var features [][]float64
	var right []bool
	for _, x := range samples {
		if x.kind == "other" || x.kind == "two quotes" || x.kind == "stranger" && !slices.Contains(against, x.kind) {
			continue
		}
		for i, w := range x.match.words {
			features, right = append(features, w.features()), append(right, x.has[i])
		}
	}
	j.word = fit(features, right)
	features, right = nil, nil
	for _, x := range samples {
		if !x.right && !slices.Contains(against, x.kind) {
			continue
		}
		times := 1
		if x.kind == "invented" {
			times = handWeight
		}
		for range times {
			features, right = append(features, claimSums(x.match, j.wordLogits(x.match))), append(right, x.right)
		}
	}
	j.claim = fit(features, right)
	return j
}

// fit is a logistic regression by Newton's method, both sides weighing the same; the constant is last.
func fit(features [][]float64, right []bool) []float64 {
	const ridge, steps = 1e-3, 40
	n := len(features[0]) + 1
	share := 0.0
	for _, r := range right {
		share += truth(r) / float64(len(right))
	}
	weights := make([]float64, n)
	for range steps {
		gradient, hessian := make([]float64, n), make([][]float64, n)
		for i := range hessian {
			hessian[i] = make([]float64, n)
			hessian[i][i] = ridge
			gradient[i] = ridge * weights[i]
		}
		for k, f := range features {
			x := append(slices.Clone(f), 1)
			p := 1 / (1 + math.Exp(-linear(weights, f)))
			weight := .5 / share
			if !right[k] {
				weight = .5 / (1 - share)
			}
			weight /= float64(len(features))
			for i := range n {
				gradient[i] += weight * (p - truth(right[k])) * x[i]
				for j := range n {
					hessian[i][j] += weight * p * (1 - p) * x[i] * x[j]
				}
			}
		}
		for i, d := range solve(hessian, gradient) {
			weights[i] -= d
		}
	}
	return weights
}

// solve gives x of a·x = b, by elimination; a is symmetric and positive.
func solve(a [][]float64, b []float64) []float64 {
	n := len(b)
	for i := range n {
		for j := i + 1; j < n; j++ {
			f := a[j][i] / a[i][i]
			for k := i; k < n; k++ {
				a[j][k] -= f * a[i][k]
			}
			b[j] -= f * b[i]
		}
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			b[i] -= a[i][k] * b[k]
		}
		b[i] /= a[i][i]
	}
	return b
}

// report prints, for claims whose documents no model has seen, how many of each kind pass.
func report(t *testing.T, samples []*sample, passes func(*sample) bool) {
	passed, all := map[string]int{}, map[string]int{}
	for _, x := range samples {
		key := x.language + " " + x.kind
		all[key]++
		if passes(x) {
			passed[key]++
		}
	}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		t.Logf("%s: %d of %d pass (%.3f)", key, passed[key], all[key], float64(passed[key])/float64(all[key]))
	}
}

func (m substanceModel) text() string {
	var b strings.Builder
	b.WriteString("# Made by go test -tags fit -run TestFitSubstance ./bot/cite from testdata/substance.tsv and the articles: the weights of a\n")
	b.WriteString("# word's features and of a claim's, and the least score of a claim in each language.\n")
	for _, of := range []struct {
		name string
		judge
	}{{"detail", m.detail}, {"subject", m.subject}} {
		for i, name := range append(slices.Clone(wordFeatures), constant) {
			fmt.Fprintf(&b, "%s\tword\t%s\t%.3f\n", of.name, name, of.word[i])
		}
		for i, name := range append(slices.Clone(claimFeatures), constant) {
			fmt.Fprintf(&b, "%s\tclaim\t%s\t%.3f\n", of.name, name, of.claim[i])
		}
		for _, language := range slices.Sorted(maps.Keys(of.least)) {
			fmt.Fprintf(&b, "%s\tleast\t%s\t%.2f\n", of.name, language, of.least[language])
		}
	}
	return b.String()
}
