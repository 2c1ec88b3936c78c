package answer_test

import (
	"testing"

	"passerelle/bot"
	"passerelle/bot/answer"
	"passerelle/retrieval"
	"passerelle/retrieval/local"
)

// TestSmallCorpus: a folder of three articles answers what they tell, and nothing else.
func TestSmallCorpus(t *testing.T) {
	s, err := local.Open(t.Context(), local.Options{Name: "few", Documents: []*retrieval.Document{
		{ID: "jumelage", Title: "Nice et Yalta fêtent leur jumelage", Text: "Nice et Yalta sont jumelées depuis 1960. La fête a réuni deux cents personnes."},
		{ID: "usine", Title: "L’usine de Kalouga", Text: "Un constructeur français fabrique des voitures à Kalouga. Son usine emploie trois mille personnes."},
		{ID: "fromage", Title: "Un fromage en Oural", Text: "Une fromagère savoyarde enseigne son métier près de Perm. Dix élèves suivent ses cours."},
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	extractive := answer.NewExtractive(s)
	for question, want := range map[string]string{
		"Depuis quand Nice et Yalta sont-elles jumelées ?": "jumelage", "Когда Ницца и Ялта стали побратимами?": "jumelage", "since when are nice and yalta twinned": "jumelage",
		"Combien de personnes travaillent à l’usine de Kalouga ?": "usine", "How many people work at the Kaluga plant?": "usine", "Сколько человек работает на калужском заводе?": "usine",
		"qui enseigne le fromage pres de perm": "fromage",
	} {
		a, err := extractive.Answer(t.Context(), bot.Question{Text: question})
		if err != nil {
			t.Fatal(err)
		}
		if a.Status != bot.Answered || a.Citations[0].Document.ID != want {
			t.Errorf("%q: %s, %+v", question, a.Status, a.Claims)
		}
	}
	for _, question := range []string{"Recette de la pizza aux anchois", "What is the capital of Peru?", "Как починить стиральную машину?"} {
		a, err := extractive.Answer(t.Context(), bot.Question{Text: question})
		if err != nil {
			t.Fatal(err)
		}
		if a.Status == bot.Answered || len(a.Nearest) == 0 {
			t.Errorf("%q: %s, nearest %d", question, a.Status, len(a.Nearest))
		}
	}
}
