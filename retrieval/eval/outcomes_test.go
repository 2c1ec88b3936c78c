package eval_test

import (
	"slices"
	"strings"
	"testing"

	"passerelle/retrieval/eval"
)

func TestReadAsked(t *testing.T) {
	got, err := eval.ReadAsked(strings.NewReader("kind\tfr\ten\nnear\tOù ?\tWhere?\n\tQui ?\tWho?\n"), "en")
	if err != nil {
		t.Fatal(err)
	}
	want := []eval.Asked{{Text: "Where?", Language: "en", Kind: "near"}, {Text: "Who?", Language: "en"}}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	got, err = eval.ReadAsked(strings.NewReader("gold\tsentence\tfr\na\tIci.\tOù ?\n"), "fr")
	if err != nil || len(got) != 1 || got[0].Sentence != "Ici." {
		t.Errorf("got %+v, %v", got, err)
	}
	for name, c := range map[string]struct{ file, language, want string }{
		"no column": {"kind\tfr\nnear\tOù ?\n", "ru", `no column "ru"`},
		"empty":     {"kind\tfr\nnear\t\n", "fr", "line 2"},
		"no rows":   {"kind\tfr\n", "fr", "no rows"},
	} {
		if _, err := eval.ReadAsked(strings.NewReader(c.file), c.language); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
