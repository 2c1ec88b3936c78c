package cite_test

import (
	"strings"
	"testing"

	"passerelle/bot/cite"
)

func TestNegation(t *testing.T) {
	const (
		unsigned = "Réunis à Lyon le soir, les maires n’ont pas signé d’accord de coopération avec Kalouga. Une charte a été adoptée."
		signed   = "Réunis à Lyon, les maires ont signé un accord de coopération avec Kalouga. Ils ne sont pas restés."
	)
	tests := []struct {
		name, text, quote, claim string
		fails                    bool
	}{
		{"a fragment of a negated clause", unsigned, "signé d’accord de coopération avec Kalouga", "Un accord de coopération a été signé.", true},
		{"the same in Russian", unsigned, "signé d’accord de coopération avec Kalouga", "Подписано соглашение.", true},
		{"the same in English", unsigned, "signé d’accord de coopération avec Kalouga", "An agreement was signed.", true},
		{"a fragment that has its negation", unsigned, "n’ont pas signé d’accord de coopération", "Un accord de coopération a été signé.", true},
		{"a fragment without the full stop", unsigned, "les maires n’ont pas signé d’accord de coopération avec Kalouga", "Un accord a été signé.", true},
		{"said as it is", unsigned, "signé d’accord de coopération avec Kalouga", "Aucun accord n’a été signé.", false},
		{"said as it is in Russian", unsigned, "signé d’accord de coopération avec Kalouga", "Соглашение не подписали.", false},
		{"said as it is in English", unsigned, "signé d’accord de coopération avec Kalouga", "They didn’t sign an agreement.", false},
		{"said in another way", unsigned, "signé d’accord de coopération avec Kalouga", "Les maires ont refusé de signer.", false},
		{"another clause of a negated sentence", unsigned, "Réunis à Lyon le soir", "Les maires étaient réunis à Lyon.", false},
		{"another sentence", unsigned, "Une charte a été adoptée", "Une charte est adoptée.", false},
		{"a whole sentence may be told in other words", unsigned, unsigned[:strings.Index(unsigned, " Une")], "Les maires sont restés sans rien.", false},

		{"a negation of the claim's own", signed, "les maires ont signé un accord de coopération", "Les maires n’ont pas signé d’accord.", true},
		{"its own in Russian", signed, "les maires ont signé un accord de coopération", "Мэры не подписали соглашение.", true},
		{"its own in English", signed, "les maires ont signé un accord de coopération", "The mayors did not sign an agreement.", true},
		{"its own, of a whole sentence", signed, signed[:strings.Index(signed, " Ils")], "The mayors never signed an agreement.", true},
		{"no later than", signed, "les maires ont signé un accord de coopération", "They signed an agreement, no later than that.", false},
		{"not only", signed, "les maires ont signé un accord de coopération", "Мэры не только подписали соглашение.", false},

		{"ne … plus que", "À Lyon, la ville ne compte plus que deux jumelages avec la Russie, dit-il.", "deux jumelages avec la Russie", "La ville a deux jumelages avec la Russie.", false},
		{"ne … que", "À Lyon, la ville ne compte que deux jumelages avec la Russie, dit-il.", "deux jumelages avec la Russie", "La ville a deux jumelages avec la Russie.", false},
		{"two negations", "La ville de Lyon n’exclut pas de se jumeler avec Kalouga.", "de se jumeler avec Kalouga", "La ville pourrait se jumeler avec Kalouga.", false},
		{"sans doute", "La ville de Lyon a sans doute signé un accord avec Kalouga hier.", "signé un accord avec Kalouga", "Un accord est signé avec Kalouga.", false},
		{"sans", "La ville est partie sans accord signé avec Kalouga hier.", "accord signé avec Kalouga hier", "Un accord a été signé avec Kalouga.", true},
		{"a number sign is no n'", "L’école n° 22 a signé un accord de coopération avec Kalouga.", "signé un accord de coopération", "Un accord est signé.", false},
		{"an initial ends no sentence", "Jamais le maire, M. Dupont n’a signé un accord de coopération avec Kalouga.", "signé un accord de coopération", "Un accord est signé.", true},
		{"a negation in the sentence before", "Ils ne sont pas venus. Les maires ont signé un accord de coopération à Lyon.", "ont signé un accord de coopération", "Un accord est signé.", false},
		{"Russian source", "Мэры пока не подписали соглашение о сотрудничестве с Лионом.", "подписали соглашение о сотрудничестве с Лионом", "Un accord est signé avec Lyon.", true},
		{"English source", "The mayors haven't signed a cooperation agreement with Lyon yet.", "signed a cooperation agreement with Lyon", "Un accord est signé avec Lyon.", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			proof := proofOf(t, tt.text, tt.quote, tt.claim)
			if len(proof.Quotes) != 1 {
				t.Fatalf("the quote was not found: %+v", proof.Checks)
			}
			if c := checkOf(t, proof, cite.CheckNegation); c.OK == tt.fails || c.OK != (c.Why == "") {
				t.Errorf("%+v, want OK %v", c, !tt.fails)
			}
		})
	}
}
