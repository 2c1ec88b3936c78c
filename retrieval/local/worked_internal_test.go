package local

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/fusion"
	"passerelle/retrieval/ingest"
	"passerelle/seeds"
)

// The page's worked question stands between these lines.
const (
	workedPage  = "../../docs/retrieval.md"
	workedBegin = "<!-- written by go test ./retrieval/local -run TestWorkedQuestion -update -->\n```\n"
	workedEnd   = "```\n<!-- end of what the test writes -->\n"
)

// TestWorkedQuestion keeps the steps that docs/retrieval.md shows what the program does; -update writes them there.
func TestWorkedQuestion(t *testing.T) {
	documents, err := ingest.Load(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), Options{Name: "seeds", Documents: documents, Vectors: seeds.Vectors(), Wait: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	var got bytes.Buffer
	fmt.Fprintf(&got, "weights %s\n", nonZero(s.weights.Vector(), "%.3g"))
	for _, question := range []string{"délégation irkoutsk lyon date", "когда Иркутск приезжал в Лион", "when did Irkutsk visit lyon"} {
		if err := s.work(t, &got, question); err != nil {
			t.Fatal(err)
		}
	}
	page, err := os.ReadFile(workedPage)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begins := strings.Cut(string(page), workedBegin)
	written, after, ends := strings.Cut(rest, workedEnd)
	if !begins || !ends {
		t.Fatalf("%s has no place for the worked question", workedPage)
	}
	if *update {
		page := before + workedBegin + got.String() + workedEnd + after
		if err := os.WriteFile(workedPage, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if s.Stats().Encoder == "portable" {
		t.Skip("the portable encoder's last digits differ from the page's")
	}
	if written != got.String() {
		t.Errorf("%s shows what is no more; -update writes:\n%s", workedPage, got.String())
	}
}

// work prints the steps of one search.
func (s *Searcher) work(t *testing.T, out *bytes.Buffer, question string) error {
	language := analysis.DetectLanguage(question)
	f, err := s.current.rank(t.Context(), retrieval.Query{Text: question, Language: language})
	if err != nil {
		return err
	}
	asked := string(f.asked)
	if f.asked == fusion.AnyAnswer {
		asked = "nothing special"
	}
	fmt.Fprintf(out, "\nquestion   %s\nlanguage   %s, asks for %s\n", question, language, asked)
	for i, w := range f.words {
		head := ""
		if i == 0 {
			head = "words"
		}
		name := ""
		if w.Name {
			name = " (name)"
		}
		fmt.Fprintf(out, "%-10s %s%s →%s\n", head, w.Text, name, alternatives(w))
	}
	for place, n := range f.order[:3] {
		hit := s.current.sentenceHit(n, f)
		fmt.Fprintf(out, "sentence %d %.2f %s: %s\n           %s\n", place+1, hit.Score, hit.Document.ID, shortened(hit.Text(), 90), nonZero(f.of(n).Vector(), "%.3f"))
	}
	var ids []string
	for _, d := range s.current.documentHits(f, 3) {
		ids = append(ids, d.Document.ID)
	}
	signals, err := s.current.signals(t.Context(), f)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "documents  %s\nanswerable %+.1f\n", strings.Join(ids, ", "), signals.Answerable)
	return nil
}

// alternatives lists the heaviest terms that may stand for a word.
func alternatives(w analysis.Word) (out string) {
	const shown = 6
	terms := slices.Clone(w.Alternatives)
	slices.SortStableFunc(terms, func(a, b analysis.Alternative) int { return cmp.Compare(b.Weight, a.Weight) })
	for i, a := range terms {
		if i == shown {
			return out + fmt.Sprintf(" and %d more", len(terms)-shown)
		}
		out += fmt.Sprintf(" %s %.2g", a.Term, a.Weight)
	}
	return out
}

func nonZero(values []float64, format string) string {
	var parts []string
	for i, name := range fusion.Names() {
		if values[i] != 0 {
			parts = append(parts, name+" "+fmt.Sprintf(format, values[i]))
		}
	}
	return strings.Join(parts, ", ")
}

func shortened(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return strings.TrimRight(string([]rune(text)[:most]), " ") + "…"
}
