package local_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/eval"
	"passerelle/retrieval/ingest"
	"passerelle/seeds"
)

// The sets of questions over the digests. questions-dev came with the task; questions-own was written from the digests
// alone, a third as typed in a chat, a third ordinary, a third in other words than the document, before any weight was
// learned with it.
const (
	developmentSet = "questions-dev.tsv"
	ownSet         = "questions-own.tsv"
)

func questionLanguages() []string { return []string{"fr", "ru", "en"} }

// asked is one row of a set, by language.
type asked struct {
	set    string
	number int // of the row, from 1
	eval.Question
	text map[string]string
}

// readQuestions reads a set of testdata.
func readQuestions(t testing.TB, set string) (out []asked) {
	t.Helper()
	for _, language := range questionLanguages() {
		file, err := os.Open(filepath.Join("testdata", set))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		read, err := eval.ReadQuestions(file, language, func(string) bool { return true })
		if err != nil {
			t.Fatalf("%s: %v", set, err)
		}
		for i, q := range read.Questions {
			if i == len(out) {
				out = append(out, asked{set: set, number: i + 1, Question: q, text: map[string]string{}})
			}
			out[i].text[language] = q.Text
		}
	}
	return out
}

// keptBack tells a question that no weight may be learned with: half of our own.
func (q asked) keptBack() bool { return q.set == ownSet && q.KeptBack }

func seedDocuments(t testing.TB) []*retrieval.Document {
	t.Helper()
	documents, err := ingest.Load(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	return documents
}

// TestQuestionsAreOfTheDigests holds the sets against the digests and one another: every gold document is there, every
// gold sentence is a whole sentence of the first of them, and nothing is asked twice.
func TestQuestionsAreOfTheDigests(t *testing.T) {
	sentences := map[string][]string{}
	for _, d := range seedDocuments(t) {
		sentences[d.ID] = []string{}
		for _, p := range ingest.Passages(d) {
			for _, s := range p.Sentences {
				sentences[d.ID] = append(sentences[d.ID], d.Text[s.Start:s.End])
			}
		}
	}
	development, own := readQuestions(t, developmentSet), readQuestions(t, ownSet)
	if len(own) < 60 {
		t.Errorf("%d questions of our own", len(own))
	}
	var before []asked
	for _, q := range slices.Concat(development, own) {
		for _, id := range q.Gold {
			if _, ok := sentences[id]; !ok {
				t.Errorf("%s %d: there is no document %q", q.set, q.number, id)
			}
		}
		if !slices.Contains(sentences[q.Gold[0]], q.Sentence) {
			t.Errorf("%s %d: %s has no sentence %q", q.set, q.number, q.Gold[0], q.Sentence)
		}
		for _, p := range before {
			for _, l := range questionLanguages() {
				if like := overlap(p.text[l], q.text[l]); like > .7 {
					t.Errorf("%s %d and %s %d ask the same: %q, %q", p.set, p.number, q.set, q.number, p.text[l], q.text[l])
				}
			}
			if p.set != q.set && p.Sentence == q.Sentence {
				t.Errorf("%s %d and %s %d ask for one sentence", p.set, p.number, q.set, q.number)
			}
		}
		before = append(before, q)
	}
	kept := 0
	for _, q := range own {
		if q.keptBack() {
			kept++
		}
	}
	if share := float64(kept) / float64(len(own)); share < .4 || share > .6 {
		t.Errorf("%d of %d own questions are kept back, want about half", kept, len(own))
	}
}

// overlap is the share of the words of two questions that both have, accents and case folded.
func overlap(a, b string) float64 {
	words := func(s string) map[string]bool {
		set := map[string]bool{}
		for _, w := range strings.Fields(analysis.Fold(s)) {
			set[w] = true
		}
		return set
	}
	x, y := words(a), words(b)
	both := 0
	for w := range x {
		if y[w] {
			both++
		}
	}
	return float64(both) / float64(len(x)+len(y)-both)
}
