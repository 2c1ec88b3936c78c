package answer_test

import (
	"strings"
	"testing"

	"passerelle/bot"
	"passerelle/bot/answer"
)

// TestWhoIs asks for people whom the articles know, and for one they do not.
func TestWhoIs(t *testing.T) {
	extractive := answer.NewExtractive(seedsSearcher(t))
	for question, office := range map[string]string{
		"Qui est Sergueï Levtchenko ?": "gouverneur", "Who is Sergey Levchenko?": "gouverneur", "Кто такой Сергей Левченко?": "gouverneur",
		"Qui est Jean-Pierre Thomas ?": "président de Thomas Vendôme", "Кто такой Давид Кимельфельд?": "président de la métropole",
		"Who was Jean-Maurice Ripert?": "ambassadeur",
	} {
		a, err := extractive.Answer(t.Context(), bot.Question{Text: question})
		if err != nil {
			t.Fatal(err)
		}
		told := ""
		for _, c := range a.Citations {
			told += c.Quote() + "\n"
		}
		if a.Status != bot.Answered || !strings.Contains(told, office) {
			t.Errorf("%q: %s, %s", question, a.Status, told)
		}
	}
	for _, question := range []string{"Who is Barack Obama?", "Qui est Marilyn Monroe ?", "Кто такой Илон Маск?"} {
		a, err := extractive.Answer(t.Context(), bot.Question{Text: question})
		if err != nil {
			t.Fatal(err)
		}
		if a.Status == bot.Answered {
			t.Errorf("%q is answered with %q", question, a.Citations[0].Quote())
		}
	}
}

// TestNonsense: words that no document has in any form are about nothing, even where a name resembles them.
func TestNonsense(t *testing.T) {
	extractive := answer.NewExtractive(seedsSearcher(t))
	for _, question := range []string{"asdf qwer zxcv", "Blorptang frumious ?", "йцукенг фывапр"} {
		a, err := extractive.Answer(t.Context(), bot.Question{Text: question})
		if err != nil {
			t.Fatal(err)
		}
		if a.Status != bot.Refused {
			t.Errorf("%q: %s, %q", question, a.Status, a.Citations[0].Quote())
		}
	}
}
