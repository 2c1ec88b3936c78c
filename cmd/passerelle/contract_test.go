package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

type citation struct {
	N          int
	Document   string
	Quote      string
	Start, End int
}

type answerLine struct {
	Status, Mode, Language, Notice, Error string
	Claims                                []struct {
		Text      string
		Citations []int
	}
	Citations []citation
	Question  int
}

func decodeLines[T any](t *testing.T, out string) []T {
	t.Helper()
	var all []T
	for line := range strings.Lines(out) {
		var one T
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		all = append(all, one)
	}
	return all
}

// texts asks show for each document once.
type texts map[string]string

func (s texts) of(t *testing.T, id string) string {
	t.Helper()
	if _, known := s[id]; !known {
		shown := passerelle(t, nil, "", "show", "--json", id)
		if shown.status != exitDone {
			t.Fatalf("show %s: %s", id, shown.err)
		}
		s[id] = decodeLines[struct{ Text string }](t, shown.out)[0].Text
	}
	return s[id]
}

func (s texts) check(t *testing.T, cited []citation) {
	t.Helper()
	for i, c := range cited {
		text := s.of(t, c.Document)
		if c.N != i+1 || c.Start < 0 || c.Start >= c.End || c.End > len(text) || text[c.Start:c.End] != c.Quote {
			t.Errorf("citation %d: bytes %d to %d of %s are not %q", c.N, c.Start, c.End, c.Document, c.Quote)
		}
	}
}

// Every quote of every answer is what show has at those bytes, and every claim is cited.
func TestQuotesAreTheDocuments(t *testing.T) {
	questions := []string{
		"Qui faisait partie de la délégation d’Irkoutsk à Lyon en 2018 ?", "Кто возглавлял делегацию Иркутска в Лионе?",
		"Which companies build cars in Kaluga?", "jumelage entre Nice et Yalta", "Where is Strasbourg twinned in Russia?",
	}
	got := passerelle(t, nil, strings.Join(questions, "\n"), "ask", "--json", "-")
	answers := decodeLines[answerLine](t, got.out)
	if got.status != exitDone || len(answers) != len(questions) {
		t.Fatalf("status %d, %d answers to %d questions: %s", got.status, len(answers), len(questions), got.err)
	}
	shown := texts{}
	answered := 0
	for i, a := range answers {
		if a.Error != "" || a.Status != "answered" && a.Status != "related" {
			t.Errorf("%s: %+v", questions[i], a)
			continue
		}
		answered++
		if want := []string{"fr", "ru", "en", "fr", "en"}[i]; a.Language != want || a.Mode != "extractive" {
			t.Errorf("%s: language %q, mode %q", questions[i], a.Language, a.Mode)
		}
		if len(a.Claims) == 0 {
			t.Errorf("%s: no claims", questions[i])
		}
		for _, c := range a.Claims {
			if len(c.Citations) == 0 || slices.Min(c.Citations) < 1 || slices.Max(c.Citations) > len(a.Citations) {
				t.Errorf("%s: claim %q cites %v of %d", questions[i], c.Text, c.Citations, len(a.Citations))
			}
		}
		shown.check(t, a.Citations)
	}
	if answered == 0 {
		t.Error("nothing was answered")
	}
}

func TestHitsAreTheDocuments(t *testing.T) {
	got := passerelle(t, nil, "Irkoutsk Lyon\n\xff\nНицца Ялта\n", "search", "--json", "--limit", "3", "-")
	type hit struct {
		Question, Rank, Start, End int
		Document, Text, Error      string
		Score                      float64
	}
	shown := texts{}
	var order []int
	for _, h := range decodeLines[hit](t, got.out) {
		order = append(order, h.Question*10+h.Rank)
		if h.Question == 2 {
			if h.Error == "" {
				t.Errorf("a line that is not UTF-8 found %+v", h)
			}
			continue
		}
		if text := shown.of(t, h.Document); text[h.Start:h.End] != h.Text {
			t.Errorf("bytes %d to %d of %s are not %q", h.Start, h.End, h.Document, h.Text)
		}
	}
	if want := []int{11, 12, 13, 20, 31, 32, 33}; !slices.Equal(order, want) || got.status != exitDone {
		t.Errorf("questions and ranks %v, want %v; status %d", order, want, got.status)
	}
}

// Broken bytes are refused wherever they come from, and the question beside them is answered.
func TestBrokenBytesAreRefused(t *testing.T) {
	for _, args := range [][]string{{"ask", "Lyon \xff"}, {"ask", "--json", "\xff"}, {"search", "Lyon \xff"}, {"delegation", "Ly\xffon"}, {"sources", "\xff"}, {"--corpus", "\xff", "documents"}} {
		got := passerelle(t, nil, "", args...)
		if got.status != exitUsage || got.out != "" || !strings.Contains(got.err, "is not UTF-8 text") {
			t.Errorf("%q: status %d, %q, %q", args, got.status, got.out, got.err)
		}
	}
	got := passerelle(t, nil, "Ly\x00on\nIrkoutsk Lyon\n", "ask", "--json", "-")
	answers := decodeLines[answerLine](t, got.out)
	if len(answers) != 2 || !strings.Contains(answers[0].Error, "NUL") || answers[1].Error != "" || got.status != exitDone {
		t.Errorf("status %d, answers %+v", got.status, answers)
	}
}

// The four spellings of the issue are one place, and every line is proven.
func TestDelegationInAnySpelling(t *testing.T) {
	type dossier struct {
		Asked, Place string
		Delegations  []struct {
			Date                                                     string
			Head, Members, Visited, Met, Companies, Signed, Followed []struct {
				Text      string
				Citations []int
			}
		}
		Citations []citation
	}
	var first string
	shown := texts{}
	for _, spelling := range []string{"irkoutsk", "Иркутск", "Irkutsk", "irkoutk"} {
		got := passerelle(t, []string{"LANG=fr_FR.UTF-8"}, "", "delegation", "--json", spelling)
		if got.status != exitDone {
			t.Fatalf("%s: %s", spelling, got.err)
		}
		d := decodeLines[dossier](t, got.out)[0]
		shown.check(t, d.Citations)
		lines := 0
		for _, one := range d.Delegations {
			for _, facts := range [][]struct {
				Text      string
				Citations []int
			}{one.Head, one.Members, one.Visited, one.Met, one.Companies, one.Signed, one.Followed} {
				for _, fact := range facts {
					lines++
					if len(fact.Citations) == 0 {
						t.Errorf("%s: %q is not cited", spelling, fact.Text)
					}
				}
			}
		}
		if lines == 0 {
			t.Fatalf("%s: no lines: %s", spelling, got.out)
		}
		d.Asked = ""
		card, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = string(card)
		} else if string(card) != first {
			t.Errorf("%s is another card than irkoutsk", spelling)
		}
	}
}
