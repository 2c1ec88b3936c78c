package eval_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passerelle/retrieval/eval"
)

func TestReadFollowUps(t *testing.T) {
	const table = "gold\tsentence\tfirst_fr\tthen_fr\tfirst_ru\tthen_ru\n" +
		"a, b\tLe 3 mai.\tQui est venu ?\tet quand ?\tКто приезжал?\tа когда?\n"
	known := func(id string) bool { return id == "a" || id == "b" }
	got, err := eval.ReadFollowUps(strings.NewReader(table), "ru", known)
	if err != nil {
		t.Fatal(err)
	}
	want := []eval.FollowUp{{First: "Кто приезжал?", Question: eval.Question{
		Text: "а когда?", Language: "ru", Gold: []string{"a", "b"}, Sentence: "Le 3 mai.",
	}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name, c := range map[string]struct{ language, table, says string }{
		"a language without columns": {"en", table, `no column "first_en"`},
		"an unknown document":        {"fr", strings.ReplaceAll(table, "a, b", "c"), `gold document "c" is not in the corpus`},
		"an empty message":           {"fr", strings.ReplaceAll(table, "et quand ?", " "), `column "then_fr" is empty`},
	} {
		if _, err := eval.ReadFollowUps(strings.NewReader(c.table), c.language, known); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
}
