package ingest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"passerelle/internal/tsvtest"
	"passerelle/retrieval"
	"passerelle/retrieval/ingest"
	"passerelle/seeds"
)

// sentence returns one of n words.
func sentence(n int) string { return "Un" + strings.Repeat(" mot", n-1) + "." }

func TestPassages(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want [][]int // of each passage, its sentences by number from 0
	}{
		"one word":                      {"Lyon", [][]int{{0}}},
		"short document, two paragraph": {sentence(10) + "\n\n" + sentence(20), [][]int{{0, 1}}},
		"a paragraph each":              {sentence(25) + " " + sentence(25) + "\n\n" + sentence(25) + " " + sentence(25), [][]int{{0, 1}, {1, 2, 3}}},
		"a short paragraph goes on":     {sentence(20) + "\n\n" + sentence(30) + "\n\n" + sentence(45), [][]int{{0, 1}, {1, 2}}},
		"a long paragraph is divided": {
			strings.TrimSpace(strings.Repeat(sentence(30)+" ", 8)),
			[][]int{{0, 1, 2, 3}, {3, 4, 5, 6}, {6, 7}},
		},
		"a short rest joins": {sentence(50) + "\n\n" + sentence(50) + "\n\n" + sentence(10), [][]int{{0}, {0, 1, 2}}},
		"a short rest that does not fit takes more from before": {
			strings.Join([]string{sentence(40), sentence(40), sentence(10), sentence(20), sentence(15)}, " "),
			[][]int{{0, 1, 2, 3}, {2, 3, 4}},
		},
		"two long sentences do not overlap": {sentence(110) + " " + sentence(100), [][]int{{0}, {1}}},
	} {
		t.Run(name, func(t *testing.T) {
			doc := &retrieval.Document{ID: "x", Text: c.text}
			sentences := ingest.Sentences(c.text)
			var got [][]int
			for _, p := range ingest.Passages(doc) {
				var numbers []int
				for _, s := range p.Sentences {
					numbers = append(numbers, slices.Index(sentences, s))
				}
				got = append(got, numbers)
			}
			if fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			checkPassages(t, doc)
		})
	}
}

func TestPassagesOfSeeds(t *testing.T) {
	docs, err := ingest.Load(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range docs {
		checkPassages(t, doc)
		passages := ingest.Passages(doc)
		for i, p := range passages {
			if n := len(strings.Fields(p.Text)); n < 40 || n > 120 {
				t.Errorf("%s has %d words", p.ID, n)
			}
			if i > 0 && p.Start >= passages[i-1].End {
				t.Errorf("%s shares no sentence with the passage before", p.ID)
			}
		}
	}
}

// TestSentencesOfSeeds compares with sentences that people's questions and claims were written for, which are those of
// the digests character for character.
func TestSentencesOfSeeds(t *testing.T) {
	docs, err := ingest.Load(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	sentences := make(map[string][]string)
	for _, doc := range docs {
		for _, s := range ingest.Sentences(doc.Text) {
			sentences[doc.ID] = append(sentences[doc.ID], doc.Text[s.Start:s.End])
		}
	}
	for _, set := range []struct {
		file, document, sentence string
		rows                     int
	}{
		{"questions-dev.tsv", "gold", "sentence", 105},
		{"claims-dev.tsv", "doc", "quote", 240},
	} {
		rows := tsvtest.Read(t, "testdata/"+set.file, set.document, set.sentence)
		if len(rows) != set.rows {
			t.Errorf("%s has %d rows, not %d", set.file, len(rows), set.rows)
		}
		for _, row := range rows {
			id, _, _ := strings.Cut(row[set.document], ",")
			if !slices.Contains(sentences[id], row[set.sentence]) {
				t.Errorf("%s: not a sentence of %s: %s", set.file, id, row[set.sentence])
			}
		}
	}
}

// checkPassages fails unless the passages are the document's bytes, in order, and hold each of its sentences.
func checkPassages(t *testing.T, doc *retrieval.Document) {
	t.Helper()
	sentences := ingest.Sentences(doc.Text)
	next := 0 // the first sentence that no passage held so far
	for i, p := range ingest.Passages(doc) {
		if want := fmt.Sprintf("%s#%d", doc.ID, i+1); p.ID != want || p.Document != doc.ID {
			t.Fatalf("passage %q of %q, want %q", p.ID, p.Document, want)
		}
		if p.Text != doc.Text[p.Start:p.End] || p.Start != p.Sentences[0].Start || p.End != p.Sentences[len(p.Sentences)-1].End {
			t.Fatalf("%s: bytes %d to %d are not its text or its sentences", p.ID, p.Start, p.End)
		}
		first := slices.Index(sentences, p.Sentences[0])
		if first < 0 || first > next || !slices.Equal(p.Sentences, sentences[first:first+len(p.Sentences)]) || first+len(p.Sentences) <= next {
			t.Fatalf("%s does not go on where the passage before ends", p.ID)
		}
		next = first + len(p.Sentences)
	}
	if next != len(sentences) {
		t.Fatalf("%d of %d sentences are in passages", next, len(sentences))
	}
}
