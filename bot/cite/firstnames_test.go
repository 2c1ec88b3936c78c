package cite_test

import (
	"testing"

	"passerelle/bot/cite"
)

// TestNamesThatBegin tells names that begin a sentence from words that do: a lexicon may hold either.
func TestNamesThatBegin(t *testing.T) {
	gates := loadGates(t)
	tests := []struct {
		name, quote, claim string
		ok                 bool
	}{
		{"another company, which the lexicon has", "Lesaffre ouvre une usine de levure dans la région.", "Toyota ouvre une usine de levure dans la région.", false},
		{"another company, which it has not", "Lesaffre ouvre une usine de levure dans la région.", "Danone ouvre une usine de levure dans la région.", false},
		{"the company itself", "Lesaffre ouvre une usine de levure dans la région.", "Lesaffre ouvre une usine dans la région.", true},
		{"another company in English", "Lesaffre ouvre une usine de levure dans la région.", "Siemens opens a yeast plant in the region.", false},
		{"another company in Russian, in quotation marks", "Lesaffre ouvre une usine de levure dans la région.", "«Лукойл» открывает завод дрожжей в области.", false},
		{"the company in Russian, in quotation marks", "Lesaffre ouvre une usine de levure dans la région.", "«Лесаффр» открывает завод дрожжей в области.", true},
		{"a common word", "Une usine de levure ouvre dans la région.", "Dorénavant, une usine de levure ouvre dans la région.", true},
		{"a word of the same spelling everywhere", "La délégation visite le port de la ville.", "Delegation members visit the port of the town.", true},
		{"another person in Russian", "Le maire a signé l’accord avec la ville de Kazan.", "Вяземский подписал соглашение с городом Казань.", false},
		{"another company in Russian, bare", "Le groupe a signé l’accord avec la ville de Kazan.", "Газпромнефтехим подписал соглашение с городом Казань.", false},
		{"the person in Russian", "Le maire Andreï Viazemski a signé l’accord avec la ville de Kazan.", "Вяземский подписал соглашение с городом Казань.", true},
		{"a Russian adjective that the lexicon lacks", "La télécabine mesure 3 km.", "Гондольная дорога имеет длину 3 км.", true},
		{"a short name that another begins with", "Le Père Gel vient au marché de la ville.", "Gelos vient au marché de la ville.", false},
		{"a preposition", "Les élèves de la ville préfèrent le russe.", "Chez les élèves de la ville, le russe est préféré.", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if c := forceCheck(t, gates, tt.quote, tt.claim, cite.CheckNames); c.OK != tt.ok {
				t.Errorf("%q of %q: %+v", tt.claim, tt.quote, c)
			}
		})
	}
}
