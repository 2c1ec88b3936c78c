package cite_test

import (
	"strings"
	"testing"

	"passerelle/bot/cite"
	"passerelle/retrieval"
)

// TestTranscribedNames takes names that stand in no evaluation set.
func TestTranscribedNames(t *testing.T) {
	gates := cite.Gates{Names: loadGates(t).Names}
	for _, tt := range []struct {
		quote, claim string
		missing      string // what is not in the quote; "" where all is
	}{
		{"Hier, Guillaume Thibault a reçu Mireille Jospin.", "Гийом Тибо принял Мирей Жоспен.", ""},
		{"Hier, Christophe Hortefeux a reçu Renzo Bianchi.", "Вчера Кристоф Ортефё принял Ренцо Бьянки.", ""},
		{"Hier, Francesco Bocci a reçu Juan Jiménez.", "Вчера Франческо Боччи принял Хуана Хименеса.", ""},
		{"Hier, Jürgen Fehling a reçu John Bridgewater.", "Вчера Юрген Фелинг принял Джона Бриджуотера.", ""},
		{"Hier, Oskar Kohlmeier a reçu Jukka Väyrynen.", "Вчера Оскар Кольмайер принял Юкку Вяюрюнена.", ""},
		{"Вчера Гийом Тибо принял Бьянки.", "Guillaume Thibault a reçu M. Bianchi.", ""},
		{"L’hôtel se trouve dans la région de l’Elbrous.", "Гостиница находится в Приэльбрусье.", ""},
		{"L’Institut polytechnique ouvre une antenne.", "«Институт Политекник» открывает отделение.", ""},
		{"La cathédrale de la Dormition est ouverte.", "Здесь открыт Успенский собор.", ""},
		{"Le musée se trouve à Louvain.", "Музей находится в Лёвене.", ""},
		{"The museum is in Aachen.", "Le musée se trouve à Aix-la-Chapelle.", ""},
		{"Hier, Guillaume Thibault a reçu Renzo Bianchi.", "Вчера Гийом Тибо принял Ренцо Боччи.", "Боччи"},
		{"Hier, Guillaume Thibault a reçu M. Gilles.", "Вчера Гийом Тибо принял господина Жильбера.", "Жильбера"},
		{"Le musée se trouve à Louvain.", "Музей находится в Лилле.", "Лилле"},
		{"La cathédrale de la Dormition est ouverte.", "Здесь открыт Троицкий собор.", "Троицкий"},
		{"L’hôtel se trouve dans la région de l’Elbrous.", "Гостиница находится в Прибайкалье.", "Прибайкалье"},
	} {
		c := forceCheck(t, gates, tt.quote, tt.claim, cite.CheckNames)
		if c.OK != (tt.missing == "") || !strings.HasSuffix(c.Why, tt.missing) {
			t.Errorf("%s\n\t%s\n\tok %t: %s; want %q missing", tt.quote, tt.claim, c.OK, c.Why, tt.missing)
		}
	}
}

// FuzzNames tries names of any letters, as a claim and as the text that is to have them.
func FuzzNames(f *testing.F) {
	gates := cite.Gates{Names: loadGates(f).Names}
	f.Add("Вчера Гийом Тибо принял Ренцо Бьянки.", "Hier, Guillaume Thibault a reçu Renzo Bianchi.")
	f.Add("В Приэльбрусье «Альянс Франсез»", "O’Neill-Ș\u0301 Ǆ \xff ıİ ШЁ d’Œ")
	f.Fuzz(func(t *testing.T, claim, quote string) {
		d := &retrieval.Document{ID: "d", Title: claim, Text: quote}
		p := proverOf(t, gates, whole("p", d))
		for _, text := range []string{claim, quote} {
			proof := p.Prove(claimBy(quote, text))
			for _, c := range proof.Checks {
				if c.Name == cite.CheckNames && !c.OK && text == quote && len(proof.Quotes) == 1 && proof.Quotes[0].Text() == text {
					t.Errorf("%q does not prove its own names: %s", text, c.Why)
				}
			}
		}
	})
}
