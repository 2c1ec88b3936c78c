package answer_test

import (
	"testing"

	"passerelle/bot"
	"passerelle/bot/answer"
	"passerelle/bot/cite"
	"passerelle/retrieval"
)

func TestExplain(t *testing.T) {
	const text = "Nice et Yalta sont jumelées depuis 1960. La fête a réuni deux cents personnes."
	d := &retrieval.Document{ID: "nice", Text: text}
	given := bot.Answer{
		Claims: []bot.Claim{
			{Text: text[:len("Nice et Yalta sont jumelées depuis 1960.")], Citations: []int{1}},
			{Text: "Elles sont jumelées depuis 1970.", Citations: []int{1}},
			{Text: "x", Citations: []int{1}, Checks: []bot.Check{{Name: "made before"}}},
		},
		Citations: []bot.Citation{{N: 1, Document: d, Passage: "nice#1", Span: retrieval.Span{End: len("Nice et Yalta sont jumelées depuis 1960.")}}},
	}
	got, err := answer.Explain(given, cite.Gates{})
	if err != nil {
		t.Fatal(err)
	}
	if !passed(got.Claims[0].Checks) {
		t.Errorf("a quote is not proven by itself: %v", got.Claims[0].Checks)
	}
	if passed(got.Claims[1].Checks) {
		t.Errorf("another year is proven: %v", got.Claims[1].Checks)
	}
	if c := got.Claims[2].Checks; len(c) != 1 || c[0].Name != "made before" {
		t.Errorf("checks that were there are %v", c)
	}
	if len(given.Claims[0].Checks) > 0 {
		t.Error("the given answer was changed")
	}
}

func passed(checks []bot.Check) bool {
	for _, c := range checks {
		if !c.OK {
			return false
		}
	}
	return len(checks) > 0
}
