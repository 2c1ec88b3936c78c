package cite_test

import (
	"strings"
	"testing"
	"time"

	"passerelle/bot/cite"
	"passerelle/retrieval"
)

func TestAge(t *testing.T) {
	const text = "La ville compte actuellement deux jumelages avec la Russie."
	year := 365 * 24 * time.Hour
	tests := []struct {
		name, date, claim string
		maxAge            time.Duration
		refused           bool
	}{
		{"now, of an old source", "2013", "Actuellement, deux jumelages lient la ville à la Russie.", 2 * year, true},
		{"today, in French", "2013", "Aujourd’hui la ville a deux jumelages.", 2 * year, true},
		{"now, in Russian", "2013", "Сейчас у города два побратима.", 2 * year, true},
		{"in our days, in Russian", "2013", "В настоящее время у города два побратима.", 2 * year, true},
		{"now, in English", "2013", "The town currently has two twinnings.", 2 * year, true},
		{"that year", "2013", "Cette année-là, la ville a deux jumelages.", 2 * year, false},
		{"this year", "2013", "Cette année, la ville a deux jumelages.", 2 * year, true},
		{"of a source without a date", "", "The town currently has two twinnings.", 2 * year, true},
		{"of a young source", "2025-11", "The town currently has two twinnings.", 2 * year, false},
		{"a young end of a long period", "2013/2025", "The town currently has two twinnings.", 2 * year, false},
		{"no word for now", "2013", "La ville a deux jumelages.", 2 * year, false},
		{"the quote itself", "2013", "La ville compte actuellement deux jumelages avec la Russie.", 2 * year, false},
		{"not asked for", "2013", "The town currently has two twinnings.", 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			gates := cite.Gates{MaxAge: tt.maxAge, Now: func() time.Time { return time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC) }}
			proof := prove(t, gates, &retrieval.Document{ID: "d", Date: dateOf(t, tt.date), Text: text}, claimBy(text, tt.claim))
			last := proof.Checks[len(proof.Checks)-1]
			if made := last.Name == cite.CheckAge; made != (tt.maxAge > 0) {
				t.Fatalf("checks %+v", proof.Checks)
			}
			if proof.Proven() == tt.refused {
				t.Errorf("%+v, want refused %v", proof.Checks, tt.refused)
			}
			if tt.refused && (last.OK || last.Looked == "" || !strings.Contains(last.Why, last.Looked)) {
				t.Errorf("%+v", last)
			}
		})
	}
}
