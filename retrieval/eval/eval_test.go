package eval_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/retrieval"
	"passerelle/retrieval/eval"
)

// scripted answers each question with the documents it lists, after the time it takes.
type scripted struct {
	clock   *time.Time
	took    map[string]time.Duration
	ranking map[string][]string
	passing bool // rank passages only
	warning map[string]retrieval.SearcherNotice
	queries []retrieval.Query
}

func (s *scripted) Search(_ context.Context, q retrieval.Query) (retrieval.Result, error) {
	s.queries = append(s.queries, q)
	ranking, ok := s.ranking[q.Text]
	if !ok {
		return retrieval.Result{}, errors.New("the index is gone")
	}
	if s.clock != nil {
		*s.clock = s.clock.Add(s.took[q.Text])
	}
	r := retrieval.Result{Warning: s.warning[q.Text]}
	for _, id := range ranking {
		d := &retrieval.Document{ID: id}
		if s.passing {
			r.Hits = append(r.Hits, retrieval.Hit{Document: d, Passage: &retrieval.Passage{ID: id}})
		} else {
			r.Documents = append(r.Documents, retrieval.DocumentHit{Document: d})
		}
	}
	return r, nil
}

func questions(gold map[string]string, texts ...string) []eval.Question {
	var out []eval.Question
	for _, text := range texts {
		out = append(out, eval.Question{Text: text, Language: "fr", Gold: strings.Split(gold[text], ",")})
	}
	return out
}

func TestRun(t *testing.T) {
	long := strings.Split("a b c d e f g h i j k l", " ")
	for name, c := range map[string]struct {
		ranking map[string][]string
		gold    map[string]string
		passing bool
		want    eval.Report
	}{
		"first, third, tenth, eleventh": {
			ranking: map[string][]string{"q1": long, "q2": long, "q3": long, "q4": long},
			gold:    map[string]string{"q1": "a", "q2": "c", "q3": "j", "q4": "k"},
			want:    eval.Report{N: 4, Recall1: .25, Recall3: .5, Recall10: .75, MRR: (1 + 1./3 + 1./10) / 4},
		},
		"any gold document counts, the first of them": {
			ranking: map[string][]string{"q1": {"x", "b", "a"}, "q2": {}},
			gold:    map[string]string{"q1": "a,b", "q2": "a"},
			want:    eval.Report{N: 2, Recall1: 0, Recall3: .5, Recall10: .5, MRR: .25},
		},
		"several passages of a document are one document": {
			ranking: map[string][]string{"q1": {"x", "x", "x", "y", "a"}},
			gold:    map[string]string{"q1": "a"},
			passing: true,
			want:    eval.Report{N: 1, Recall1: 0, Recall3: 1, Recall10: 1, MRR: 1. / 3},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var texts []string
			for _, text := range []string{"q1", "q2", "q3", "q4"} {
				if _, ok := c.ranking[text]; ok {
					texts = append(texts, text)
				}
			}
			s := &scripted{ranking: c.ranking, passing: c.passing}
			still := func() time.Time { return time.Time{} }
			got, err := eval.Run(t.Context(), s, questions(c.gold, texts...), eval.Options{Now: still})
			if err != nil {
				t.Fatal(err)
			}
			near := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-12 })
			if diff := cmp.Diff(c.want, got, near); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if s.queries[0].Language != "fr" || s.queries[0].Limit != eval.Depth {
				t.Errorf("asked %+v", s.queries[0])
			}
		})
	}
}

func TestTimes(t *testing.T) {
	clock := time.Unix(0, 0)
	s := &scripted{clock: &clock, took: map[string]time.Duration{}, ranking: map[string][]string{}}
	gold := map[string]string{}
	var texts []string
	for i := range 20 {
		text := string(rune('a' + i))
		texts = append(texts, text)
		s.took[text] = time.Duration(20-i) * time.Millisecond
		s.ranking[text] = []string{"x"}
		gold[text] = "x"
	}
	got, err := eval.Run(t.Context(), s, questions(gold, texts...), eval.Options{Now: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	if got.P50 != 10 || got.P95 != 19 {
		t.Errorf("p50 %v ms, p95 %v ms, want 10 and 19 of 1 to 20", got.P50, got.P95)
	}
}

// TestImpaired counts what was searched without the model: such figures say nothing of it.
func TestImpaired(t *testing.T) {
	s := &scripted{
		ranking: map[string][]string{"q1": {"a"}, "q2": {"a"}, "q3": {"a"}},
		warning: map[string]retrieval.SearcherNotice{"q1": retrieval.WithoutMeaning, "q3": retrieval.PartialMeaning},
	}
	report, err := eval.Run(t.Context(), s, questions(map[string]string{"q1": "a", "q2": "a", "q3": "a"}, "q1", "q2", "q3"), eval.Options{})
	if err != nil || report.Impaired != 2 || report.Recall1 != 1 {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestRunFails(t *testing.T) {
	if _, err := eval.Run(t.Context(), &scripted{}, nil, eval.Options{}); err == nil {
		t.Error("no questions gave a report")
	}
	_, err := eval.Run(t.Context(), &scripted{}, questions(map[string]string{}, "q"), eval.Options{})
	if err == nil || !strings.Contains(err.Error(), "question 1: the index is gone") {
		t.Errorf("error %v", err)
	}
}

func TestReadSQuAD(t *testing.T) {
	set, err := eval.ReadSQuAD(strings.NewReader(`{"data":[
		{"title":"A","paragraphs":[{"context":"Un.","qas":[{"question":"Q1 ?"},{"question":"Q2 ?","is_impossible":true}]}]},
		{"title":"B","paragraphs":[{"context":"Deux.","qas":[{"question":"Q3 ?"}]},{"context":"Un.","qas":[{"question":"Q4 ?"}]}]}]}`), "fr")
	if err != nil {
		t.Fatal(err)
	}
	want := eval.Set{
		Documents: []*retrieval.Document{
			{ID: "paragraph-00001", Kind: "text", Language: "fr", Text: "Un."},
			{ID: "paragraph-00002", Kind: "text", Language: "fr", Text: "Deux."},
		},
		Questions: []eval.Question{
			{Text: "Q1 ?", Language: "fr", Gold: []string{"paragraph-00001"}},
			{Text: "Q3 ?", Language: "fr", Gold: []string{"paragraph-00002"}},
			{Text: "Q4 ?", Language: "fr", Gold: []string{"paragraph-00001"}},
		},
	}
	if diff := cmp.Diff(want, set); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadParallel(t *testing.T) {
	table := "id\tfr\tru\n1\tle « premier\" mot\tпервое слово здесь\n2\tautre\tдругое\n3\tautre\tиное\n"
	set, err := eval.ReadParallel(strings.NewReader(table), "ru", "fr", 2)
	if err != nil {
		t.Fatal(err)
	}
	want := eval.Set{
		Documents: []*retrieval.Document{
			{ID: "row-000001", Kind: "text", Language: "fr", Text: "le « premier\" mot"},
			{ID: "row-000002", Kind: "text", Language: "fr", Text: "autre"},
		},
		Questions: []eval.Question{
			{Text: "первое слово", Language: "ru", Gold: []string{"row-000001"}},
			{Text: "другое", Language: "ru", Gold: []string{"row-000002"}},
			{Text: "иное", Language: "ru", Gold: []string{"row-000002"}},
		},
	}
	if diff := cmp.Diff(want, set); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadQuestions(t *testing.T) {
	table := "gold\tsentence\tfr\tru\ten\r\na, b\tA.\tQui ?\tКто?\tWho?\r\n\r\nb\tB.\tQuand ?\tКогда?\tWhen?\r\nb\t\tOù ?\tГде?\tWhere?\r\n"
	set, err := eval.ReadQuestions(strings.NewReader(table), "ru", func(id string) bool { return id == "a" || id == "b" })
	if err != nil {
		t.Fatal(err)
	}
	want := eval.Set{Questions: []eval.Question{
		{Text: "Кто?", Language: "ru", Gold: []string{"a", "b"}, Sentence: "A.", KeptBack: true},
		{Text: "Когда?", Language: "ru", Gold: []string{"b"}, Sentence: "B.", KeptBack: true},
		{Text: "Где?", Language: "ru", Gold: []string{"b"}},
	}}
	if diff := cmp.Diff(want, set); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBrokenSets(t *testing.T) {
	known := func(string) bool { return false }
	squad := func(s string) error { _, err := eval.ReadSQuAD(strings.NewReader(s), "fr"); return err }
	parallel := func(s string) error { _, err := eval.ReadParallel(strings.NewReader(s), "ru", "fr", 0); return err }
	asked := func(s string) error { _, err := eval.ReadQuestions(strings.NewReader(s), "en", known); return err }
	for name, c := range map[string]struct {
		read    func(string) error
		content string
		want    string
	}{
		"squad: not JSON":            {squad, "{\n\"data\": [\n}", "line 3: not a SQuAD file"},
		"squad: wrong type":          {squad, "{\"data\":\n3}", "line 2: not a SQuAD file"},
		"squad: another file":        {squad, "{}", "no questions"},
		"squad: empty paragraph":     {squad, `{"data":[{"paragraphs":[{"context":" "}]}]}`, "data[0].paragraphs[0].context is empty"},
		"squad: empty question":      {squad, `{"data":[{"paragraphs":[{"context":"A.","qas":[{}]}]}]}`, "data[0].paragraphs[0].qas[0].question is empty"},
		"squad: not UTF-8":           {squad, "{\"data\":\"\xff\"}", "not UTF-8"},
		"parallel: no such column":   {parallel, "fr\ten\n", "line 1: no column \"ru\"; the header has fr, en"},
		"parallel: missing cell":     {parallel, "fr\tru\na\tа\nb\n", "line 3: 1 columns, the header has 2"},
		"parallel: empty cell":       {parallel, "fr\tru\na\t \n", "line 2: column \"ru\" is empty"},
		"parallel: no rows":          {parallel, "fr\tru\n", "no rows"},
		"parallel: empty":            {parallel, "", "no rows"},
		"parallel: not UTF-8":        {parallel, "fr\tru\na\t\xff\n", "line 2: not UTF-8"},
		"questions: no gold":         {asked, "fr\ten\na\tb\n", "no column \"gold\""},
		"questions: unknown gold id": {asked, "gold\ten\nnowhere\tWho?\n", "line 2: gold document \"nowhere\" is not in the corpus"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := c.read(c.content); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
	if _, err := eval.ReadParallel(strings.NewReader("fr\tru\na\tb\n"), "fr", "fr", 0); err == nil {
		t.Error("query and target may not be one")
	}
	if _, err := eval.ReadParallel(strings.NewReader("fr\tru\na\tb\n"), "ru", "fr", -1); err == nil {
		t.Error("-1 words accepted")
	}
}

func FuzzSets(f *testing.F) {
	f.Add("gold\tfr\tru\na\tb\tc\n")
	f.Add(`{"data":[{"paragraphs":[{"context":"A.","qas":[{"question":"B"}]}]}]}`)
	f.Add("\xff\t\n")
	f.Fuzz(func(t *testing.T, content string) {
		for _, read := range []func() (eval.Set, error){
			func() (eval.Set, error) { return eval.ReadSQuAD(strings.NewReader(content), "fr") },
			func() (eval.Set, error) { return eval.ReadParallel(strings.NewReader(content), "ru", "fr", 1) },
			func() (eval.Set, error) {
				return eval.ReadQuestions(strings.NewReader(content), "fr", func(string) bool { return true })
			},
		} {
			set, err := read()
			if err != nil {
				continue
			}
			ids := map[string]bool{}
			for _, d := range set.Documents {
				ids[d.ID] = true
			}
			for _, q := range set.Questions {
				if strings.TrimSpace(q.Text) == "" || len(q.Gold) == 0 || len(ids) > 0 && !ids[q.Gold[0]] {
					t.Errorf("accepted %q with the question %+v", content, q)
				}
			}
		}
	})
}

func TestFacts(t *testing.T) {
	d := &retrieval.Document{ID: "a", Text: "Un. Deux. Trois. Quatre."}
	sentence := func(start, end int) retrieval.SentenceHit {
		return retrieval.SentenceHit{Span: retrieval.Span{Start: start, End: end}, Document: d}
	}
	found := retrieval.Result{Sentences: []retrieval.SentenceHit{sentence(0, 3), sentence(4, 9), sentence(10, 16), sentence(17, 24)}}
	var questions []eval.Question
	for _, s := range []string{"Un.", "Trois.", "Quatre.", "Cinq."} {
		questions = append(questions, eval.Question{Text: s, Gold: []string{"a"}, Sentence: s})
	}
	questions = append(questions, eval.Question{Text: "no sentence", Gold: []string{"a"}})
	var ranks []int
	got, err := eval.Run(t.Context(), fixed(found), questions, eval.Options{
		Each: func(_ eval.Question, r eval.Ranks) { ranks = append(ranks, r.Sentence) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{1, 3, 4, 0, 0}, ranks); diff != "" {
		t.Errorf("ranks (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(&eval.Facts{Fact1: .25, Fact3: .5, Fact4: .75}, got.Facts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	got, err = eval.Run(t.Context(), fixed(found), questions[4:], eval.Options{})
	if err != nil || got.Facts != nil {
		t.Errorf("facts %v of questions without sentences, %v", got.Facts, err)
	}
}

// fixed gives one result to every question.
type fixed retrieval.Result

func (f fixed) Search(context.Context, retrieval.Query) (retrieval.Result, error) {
	return retrieval.Result(f), nil
}
