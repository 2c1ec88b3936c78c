package cite_test

import (
	"testing"

	"passerelle/bot/cite"
)

func TestTranslatedNames(t *testing.T) {
	gates := loadGates(t)
	tests := []struct {
		name, quote, claim string
		proven             bool
	}{
		{"initials in Russian", "L’ONU a soutenu le projet du port.", "ООН поддержала проект порта.", true},
		{"initials for a name in full", "Les Nations unies ont soutenu le projet du port.", "The UN supported the port project.", true},
		{"a name in full for initials", "L’ONU a soutenu le projet du port.", "Организация Объединённых Наций поддержала проект порта.", true},
		{"other initials", "L’ONU a soutenu le projet du port.", "НАТО поддержало проект порта.", false},
		{"a joint venture", "La coentreprise produit des moteurs à Kalouga.", "СП выпускает двигатели в Калуге.", true},
		{"the chamber of commerce", "La chambre de commerce et d’industrie a reçu les élus.", "ТПП приняла депутатов.", true},
		{"a point of the compass", "Le dialogue entre l’Est et l’Ouest continue au port.", "Диалог Востока и Запада в порту продолжается.", true},
		{"est is a verb", "Le maire est venu au port avec les élus.", "Мэр побывал в порту на Востоке.", false},
		{"half of an adjective", "Le festival franco-russe a commencé au port.", "The French and Russian festival began at the port.", true},
		{"a given name that is spelt otherwise", "Jean Dupont a ouvert le port.", "Жан Дюпон открыл порт.", true},
		{"a given name left out of the quote", "Le maire Dupont a ouvert le port.", "Жан Дюпон открыл порт.", true},
		{"another given name", "Jacques Dupont a ouvert le port.", "Мэр Сергей Дюпон открыл порт.", false},
		{"a surname left out of the quote", "Le maire Jean a ouvert le port.", "Жан Дюпон открыл порт.", false},
		{"half of another company", "L’usine de Lesaffre Electric produit des moteurs.", "L’usine de Schneider Electric produit des moteurs.", false},
		{"a name that begins the sentence", "L’usine de Lesaffre produit des moteurs.", "Nestlé y produit des moteurs.", false},
		{"a name after a quotation mark", "L’usine de Lesaffre produit des moteurs.", "Завод «Лукойл» производит моторы.", false},
		{"a common word that begins the sentence", "L’usine de Lesaffre produit des moteurs.", "Engines are made by Lesaffre.", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if c := forceCheck(t, gates, tt.quote, tt.claim, cite.CheckNames); c.OK != tt.proven {
				t.Errorf("%q of %q: %+v, want %v", tt.claim, tt.quote, c, tt.proven)
			}
		})
	}
}
