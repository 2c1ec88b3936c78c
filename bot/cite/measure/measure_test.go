package measure_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"passerelle/bot/cite"
	"passerelle/bot/cite/measure"
	"passerelle/retrieval"
	"passerelle/retrieval/alignment"
	"passerelle/retrieval/encoder"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/ingest"
	"passerelle/retrieval/lexicon"
	"passerelle/seeds"
)

// TestTable holds floors of the table of docs/proof.md on a sample of its claims, small enough for each run of the tests.
// They are below the table's figures by what a sample of this size may differ.
func TestTable(t *testing.T) {
	report, err := measure.Run(t.Context(), build(t, seedCorpus(t), measure.Options{Wrong: 10, True: 40}), gates(t), func(r measure.Result) {
		if !r.Right() {
			t.Logf("%s %s: %s\n\tquote: %s\n\t%v", r.Kind, r.Language, r.Claim.Text, r.Claim.Evidence[0].Quote, r.Proof.Failed())
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	if err := report.Print(&table); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + table.String())
	for kind, floor := range map[measure.Kind]float64{
		measure.Altered: 100, measure.WrongID: 100, measure.Number: 100, measure.Date: 100, measure.Name: 100, measure.Place: 100,
		measure.Body: 90, measure.NegationAdded: 90, measure.OtherThing: 80,
	} {
		if c := report.Row(kind).All(); c.N < 10 || c.Share() < floor {
			t.Errorf("%s: %d of %d blocked, want %.0f %% of at least 10", kind, c.Right, c.N, floor)
		}
	}
	if c := report.Force(); c.N < 80 || c.Share() < 93 {
		t.Errorf("force: %d of %d blocked, want 93 %% of at least 80", c.Right, c.N)
	}
	for language, floor := range map[string]float64{"fr": 97, "ru": 97, "en": 97} {
		if c := report.Row(measure.True).Of[language]; c.N != 40 || c.Share() < floor {
			t.Errorf("true, %s: %d of %d kept, want %.0f %% of 40", language, c.Right, c.N, floor)
		}
	}
}

func TestBuild(t *testing.T) {
	corpus := seedCorpus(t)
	options := measure.Options{Wrong: 15, True: 30}
	samples := build(t, corpus, options)
	kinds := map[measure.Kind]int{}
	for _, s := range samples {
		kinds[s.Kind]++
		if problem := honest(s); problem != "" {
			t.Errorf("%s, %s: %s\n\tclaim: %s\n\tquote: %s", s.Kind, s.Language, problem, s.Claim.Text, s.Claim.Evidence[0].Quote)
		}
	}
	for _, kind := range append(measure.Kinds(), measure.True) {
		if kinds[kind] < 15 {
			t.Errorf("%s: %d claims, want 15 or more", kind, kinds[kind])
		}
	}
	if again := build(t, corpus, options); fmt.Sprint(texts(again)) != fmt.Sprint(texts(samples)) {
		t.Error("another run builds other claims")
	}
}

// honest says why a sample is not what its kind says; it looks with other eyes than the rules that built it.
func honest(s measure.Sample) string {
	e, evidence, cited := s.Claim.Evidence[0], "", false
	for _, source := range s.Sources {
		if source.ID == e.ID {
			cited = true
			evidence = e.Quote + " " + source.Document.Title + " " + source.Document.Date.Text
			stands := strings.Contains(source.Passage.Text, e.Quote)
			if broken := s.Kind == measure.Altered || s.Kind == measure.WrongID; stands == broken {
				return fmt.Sprintf("the quote stands in its passage: %t", stands)
			}
		}
	}
	switch s.Kind {
	case measure.WrongID:
		return ""
	case measure.Number, measure.Date:
		if s.Language != retrieval.French || missingWords(s.Claim.Text, evidence) > 0 {
			return ""
		}
		return "nothing in the claim is not in the evidence"
	}
	if !cited {
		return "the cited passage is not in the request"
	}
	return ""
}

var wordOrNumber = regexp.MustCompile(`[\p{L}\d]+`)

func missingWords(claim, evidence string) (n int) {
	have := wordOrNumber.FindAllString(evidence, -1)
	for _, w := range wordOrNumber.FindAllString(claim, -1) {
		if !slices.Contains(have, w) {
			n++
		}
	}
	return n
}

func texts(samples []measure.Sample) (out []string) {
	for _, s := range samples {
		out = append(out, fmt.Sprint(s.Kind, s.Language, s.Claim, len(s.Sources)))
	}
	return out
}

// TestSentencesProveThemselves holds that an extractive answer passes the proof: a sentence is proven by itself. Only some
// of two or three words that say anything are not. Every eighth sentence is enough to see a check that breaks it.
func TestSentencesProveThemselves(t *testing.T) {
	checks := gates(t)
	n, lost := 0, 0
	for _, d := range seedCorpus(t).Documents {
		whole := &retrieval.Passage{ID: d.ID, Document: d.ID, End: len(d.Text), Text: d.Text}
		prover, err := cite.New([]cite.Source{{ID: "p", Document: d, Passage: whole}}, checks)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range ingest.Sentences(d.Text) {
			if n++; n%8 != 0 {
				continue
			}
			sentence := d.Text[s.Start:s.End]
			proof := prover.Prove(cite.Claim{Text: sentence, Evidence: []cite.Evidence{{ID: "p", Quote: sentence}}})
			if !proof.Proven() {
				lost++
				t.Logf("%s: %q: %v", d.ID, sentence, proof.Failed())
			}
		}
	}
	if n < 1500 || lost > 2 {
		t.Errorf("%d of %d sentences do not prove themselves, want at most 2", lost, n/8)
	}
}

// TestTranslations tells that no translation has lost its sentence.
func TestTranslations(t *testing.T) {
	for name, c := range map[string]measure.Corpus{"seeds": seedCorpus(t), "other": otherCorpus(t)} {
		count := map[string]int{}
		for _, tr := range c.Translations {
			count[tr.Language]++
			i := slices.IndexFunc(c.Documents, func(d *retrieval.Document) bool { return d.ID == tr.Document })
			if i < 0 || !strings.Contains(c.Documents[i].Text, tr.Quote) {
				t.Errorf("%s: document %s does not say %q", name, tr.Document, tr.Quote)
			}
		}
		if want := map[string]int{"seeds": 100, "other": 40}[name]; count["ru"] < want || count["en"] < want {
			t.Errorf("%s: %v translations, want %d of each language", name, count, want)
		}
	}
}

func TestReadLabelled(t *testing.T) {
	const header = "doc\tquote\tlang\tclaim\tlabel\tkind\n"
	known := &retrieval.Document{ID: "nice", Title: "Nice et Yalta"}
	document := func(id string) (*retrieval.Document, bool) { return known, id == known.ID }
	tests := map[string]struct{ in, want string }{
		"good":             {header + "nice\tNice aime Yalta.\tfr\tYalta est aimée.\tfalse\trole-swap\n", ""},
		"with its title":   {"doc\ttitle\tdate\tquote\tlang\tclaim\tlabel\tkind\nx\tTitre\t2018-05\tNice aime Yalta.\tfr\tOui.\ttrue\tpart\n", ""},
		"empty":            {"", "no claim in it"},
		"column missing":   {"doc\tquote\n", `line 1: no column "lang"`},
		"columns short":    {header + "nice\tx\n", "line 2: 2 columns; the first line has 6"},
		"unknown document": {header + "metz\tx\tfr\ty\ttrue\t-\n", `line 2: document "metz" is not in the corpus`},
		"label":            {header + "nice\tx\tfr\ty\tmaybe\t-\n", `line 2: label "maybe"`},
		"date":             {"doc\ttitle\tdate\tquote\tlang\tclaim\tlabel\tkind\nx\tT\tMai\tq\tfr\tc\ttrue\tp\n", "line 2"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := measure.ReadLabelled(strings.NewReader(test.in), document)
			if test.want == "" && (err != nil || len(got) != 1) {
				t.Fatalf("%d claims, %v", len(got), err)
			}
			if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Fatalf("error %v, want %q", err, test.want)
			}
		})
	}
}

func TestReadTranslationsNamesTheLine(t *testing.T) {
	for in, want := range map[string]string{
		"# a comment\nnice\tquote\tru": "line 2: want document",
		"nice\tquote\tde\tText":        `line 1: language "de"`,
	} {
		if _, err := measure.ReadTranslations(strings.NewReader(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", in, err, want)
		}
	}
}

func build(t *testing.T, c measure.Corpus, o measure.Options) []measure.Sample {
	t.Helper()
	places, err := gazetteer.Load()
	if err != nil {
		t.Fatal(err)
	}
	c.Places = places
	return measure.Build(c, o)
}

func seedCorpus(t *testing.T) measure.Corpus {
	t.Helper()
	documents, err := ingest.Load(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	translations, err := measure.SeedTranslations()
	if err != nil {
		t.Fatal(err)
	}
	return measure.Corpus{Documents: documents, Translations: translations}
}

func otherCorpus(t *testing.T) measure.Corpus {
	t.Helper()
	documents, err := ingest.Load(os.DirFS(filepath.Join("testdata", "other")))
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(filepath.Join("testdata", "other-translations.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	translations, err := measure.ReadTranslations(file)
	if err != nil {
		t.Fatal(err)
	}
	return measure.Corpus{Documents: documents, Translations: translations}
}

// gates are those of the program: its newGates.
func gates(t *testing.T) cite.Gates {
	t.Helper()
	places, err := gazetteer.Load()
	if err != nil {
		t.Fatal(err)
	}
	lex, err := lexicon.Load()
	if err != nil {
		t.Fatal(err)
	}
	aligner, err := alignment.New(new(encoder.Lazy).Model, alignment.DefaultCacheBytes)
	if err != nil {
		t.Fatal(err)
	}
	return cite.Gates{Names: cite.NewNames(places, lex), Force: cite.NewForce(lex, cite.NewWordVectors(aligner))}
}
