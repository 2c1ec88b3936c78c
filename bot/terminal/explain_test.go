package terminal_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/bot/terminal"
	"passerelle/retrieval"
)

// explained is a question with two hits of hand-made figures, and a document that was expected.
func explained() retrieval.Explanation {
	nice := &retrieval.Document{ID: "nice", Title: "Nice et Yalta", Text: "Nice fête Yalta. La fête dure."}
	perm := &retrieval.Document{ID: "perm", Title: "Perm\x1b[31m", Text: "Perm reçoit."}
	place := retrieval.ExplainedTerm{Term: "@place:nice", Weight: 1, From: "place"}
	year := time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC)
	hit := func(d *retrieval.Document, end int, cos, bm25 float64, term retrieval.ExplainedTerm) retrieval.ExplainedHit {
		match := retrieval.TermMatch{ExplainedTerm: term, IDF: 2, BM25: bm25}
		return retrieval.ExplainedHit{
			Hit:      retrieval.Hit{Document: d, Passage: &retrieval.Passage{ID: d.ID + "#1", Document: d.ID}, Score: 10*cos + bm25/2},
			Sentence: retrieval.Span{End: end},
			Parts:    []retrieval.ScorePart{{Name: "CosSentence", Value: cos, Weight: 10}, {Name: "WordsSentence", Value: bm25, Weight: .5}, {Name: "Type", Weight: 1}},
			Words:    []retrieval.WordMatches{{Word: "Ницца", Sentence: match, Passage: match, Document: match}},
		}
	}
	first, second := hit(nice, 17, .9, 4, place), hit(perm, 13, .8, 0, retrieval.ExplainedTerm{})
	first.Rank, second.Rank = 1, 2
	return retrieval.Explanation{
		Question: "Ницца в 2010 году", Language: "ru", AsksFor: "date",
		Periods:  []retrieval.Period{{Text: "в 2010 году", From: year, To: year.AddDate(1, 0, 0)}, {Text: "после", From: year}},
		Words:    []retrieval.ExplainedWord{{Text: "Ницца", Name: true, Terms: []retrieval.ExplainedTerm{place, {Term: "nic", Weight: .9, From: "place name"}}}},
		Hits:     []retrieval.ExplainedHit{first, second},
		Expected: &retrieval.ExpectedDocument{ExplainedHit: second, Document: perm, DocumentRank: 2},
	}
}

func TestExplanation(t *testing.T) {
	var text, object bytes.Buffer
	if err := terminal.New(&text, texts(t), terminal.Options{}).Explanation(explained()); err != nil {
		t.Fatal(err)
	}
	if err := terminal.NewEncoder(&object).Explanation(3, explained()); err != nil {
		t.Fatal(err)
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, object.Bytes(), "", "  "); err != nil {
		t.Fatalf("%v in %s", err, object.Bytes())
	}
	for name, got := range map[string]string{"explain.txt": text.String(), "explain.json": indented.String()} {
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-golden +now):\n%s", name, diff)
		}
	}
}

func TestExplanationOfNothing(t *testing.T) {
	barred := retrieval.Explanation{
		Question: "x", Language: "fr", Expected: &retrieval.ExpectedDocument{Document: &retrieval.Document{ID: "perm"}},
	}
	var text, object bytes.Buffer
	if err := terminal.New(&text, texts(t), terminal.Options{Width: 40}).Explanation(barred); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text.Bytes(), []byte("Expected: perm is barred by the filter.")) {
		t.Errorf("said %q", text.String())
	}
	if err := terminal.NewEncoder(&object).Explanation(1, barred); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(object.Bytes(), []byte(`"hits":[],"expected":{"document":"perm","document_rank":0,"missing":[],"differences":[]}`)) {
		t.Errorf("wrote %s", object.Bytes())
	}
}
