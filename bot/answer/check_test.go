package answer_test

import (
	"errors"
	"strings"
	"testing"

	"passerelle/bot"
	"passerelle/bot/answer"
	"passerelle/retrieval"
	"passerelle/retrieval/ingest"
)

func checker(t *testing.T, s retrieval.Searcher) *answer.Checker {
	t.Helper()
	c, err := answer.NewChecker(s, gates(t), ingest.Sentences)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCheck(t *testing.T) {
	c := checker(t, newShelf(t))
	checked, left, err := c.Check(t.Context(), "En janvier 2023, le groupe français Legrand décide de céder ses activités en Russie. "+
		"En janvier 2021, le groupe français Legrand décide de céder ses activités en Russie. Qui le dit ? "+
		"La recette du pain d’épices demande du miel et de la patience.", "fr")
	if err != nil || left != 0 {
		t.Fatalf("%v, %d left", err, left)
	}
	want := []bot.Verdict{bot.Supported, bot.Contradicted, bot.NotCovered}
	if len(checked) != len(want) {
		t.Fatalf("%d sentences %+v, want %d: a question claims nothing", len(checked), checked, len(want))
	}
	n := 0
	for i, one := range checked {
		if one.Verdict != want[i] || (len(one.Citations) == 0) != (want[i] == bot.NotCovered) {
			t.Errorf("%q: %s by %+v, want %s", one.Text, one.Verdict, one.Citations, want[i])
		}
		for _, citation := range one.Citations {
			if n++; citation.N != n || !strings.Contains(citation.Quote(), "Legrand") {
				t.Errorf("citation %d: %d %q", n, citation.N, citation.Quote())
			}
		}
	}
}

func TestCheckIsBounded(t *testing.T) {
	c := checker(t, &shelf{empty: true})
	checked, left, err := c.Check(t.Context(), strings.Repeat("Lyon est une ville. ", bot.MaxCheckedSentences+3)+"… !!! 😀", "fr")
	if err != nil || len(checked) != bot.MaxCheckedSentences || left != 3 {
		t.Errorf("%d checked, %d left, %v", len(checked), left, err)
	}
	if _, _, err := checker(t, &shelf{err: errIndexGone}).Check(t.Context(), "Lyon est une ville.", "fr"); !errors.Is(err, errIndexGone) {
		t.Errorf("error %v", err)
	}
	if _, err := answer.NewChecker(nil, gates(t), ingest.Sentences); err == nil {
		t.Error("a checker without a searcher")
	}
}

var _ bot.Checker = (*answer.Checker)(nil)
