package cite_test

import (
	"strings"
	"testing"

	"passerelle/bot/cite"
	"passerelle/retrieval"
)

func TestWhereQuotesStand(t *testing.T) {
	const (
		first = "La délégation de Kalouga est arrivée à Lyon lundi soir. Le maire a montré le port fluvial aux élus, puis un accord de trois ans a été signé à la préfecture."
		other = "Le lycée de Menton a reçu douze élèves de Sotchi pour deux semaines de cours et de visites."
	)
	a, b := &retrieval.Document{ID: "a", Text: first}, &retrieval.Document{ID: "b", Text: other}
	prover := proverOf(t, cite.Gates{}, whole("a1", a), whole("b1", b))
	tests := []struct {
		name, id, quote string
		want            []string // the quotes found, as passage: text; none where the evidence fails
		looked          string   // part of what the check says it saw
	}{
		{"where it should", "a1", "La délégation de Kalouga est arrivée", []string{"a1: La délégation de Kalouga est arrivée"}, ""},
		{"in another passage", "b1", "La délégation de Kalouga est arrivée", []string{"a1: La délégation de Kalouga est arrivée"}, "quote 1 stands in passage a1, not b1"},
		{"a short name is not looked for elsewhere", "b1", "Kalouga", nil, ""},
		{"stitched with dots", "a1", "La délégation de Kalouga est arrivée … un accord de trois ans", []string{"a1: La délégation de Kalouga est arrivée", "a1: un accord de trois ans"}, "stitched of 2"},
		{"stitched with dots in brackets", "a1", "La délégation de Kalouga [...] Le maire a montré le port (…) un accord de trois ans",
			[]string{"a1: La délégation de Kalouga", "a1: Le maire a montré le port", "a1: un accord de trois ans"}, "stitched of 3"},
		{"stitched without a mark", "a1", "La délégation de Kalouga est arrivée un accord de trois ans a été signé", []string{"a1: La délégation de Kalouga est arrivée", "a1: un accord de trois ans a été signé"}, "stitched of 2"},
		{"stitched and in another passage", "b1", "La délégation de Kalouga … un accord de trois ans", []string{"a1: La délégation de Kalouga", "a1: un accord de trois ans"}, "not b1"},
		{"stitched in the other order", "a1", "un accord de trois ans … La délégation de Kalouga est arrivée", nil, ""},
		{"stitched of two passages", "a1", "La délégation de Kalouga est arrivée … a reçu douze élèves de Sotchi", nil, ""},
		{"stitched with three words", "a1", "La délégation de Kalouga … accord de trois", nil, ""},
		{"a word left out is altered, not stitched", "a1", "La délégation de Kalouga est à Lyon lundi soir.", nil, ""},
		{"a word altered", "a1", "La délégation de Kalouga est venue à Lyon lundi soir", nil, ""},
		{"dots in the source's own words", "a1", "… est arrivée à Lyon lundi soir …", []string{"a1: est arrivée à Lyon lundi soir"}, ""},
		{"too many stretches", "a1", strings.Repeat("La délégation de Kalouga … ", 9), nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			proof := prover.Prove(cite.Claim{Text: "La délégation est arrivée.", Evidence: []cite.Evidence{{ID: tt.id, Quote: tt.quote}}})
			var got []string
			for _, q := range proof.Quotes {
				got = append(got, q.ID+": "+q.Text())
				if q.Cited != tt.id {
					t.Errorf("cited %q, want %q", q.Cited, tt.id)
				}
			}
			check := proof.Checks[0]
			if strings.Join(got, "|") != strings.Join(tt.want, "|") || check.OK != (len(tt.want) > 0) {
				t.Errorf("found %q, %+v; want %q", got, check, tt.want)
			}
			if !strings.Contains(check.Looked, tt.looked) || tt.looked == "" && check.Looked != "" {
				t.Errorf("looked %q, want %q", check.Looked, tt.looked)
			}
		})
	}
}
