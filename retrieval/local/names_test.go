package local_test

import (
	"testing"

	"passerelle/retrieval"
	"passerelle/retrieval/local"
	"passerelle/seeds"
)

// A question that is but names asks for whatever the documents say of them.
func TestNamesAlone(t *testing.T) {
	s := open(t, local.Options{Name: "seeds", Documents: seedDocuments(t), Vectors: seeds.Vectors(), Wait: true})
	tests := []struct {
		text    string
		treated bool
	}{
		{"lyon", true}, {"Лион", true}, {"irkoutsk", true}, {"Renault", true}, {"Nice Yalta", true},
		{"Sydney", false}, {"Zanzibar", false}, {"Nice Zanzibar", false}, {"Renault 1789", false},
	}
	for _, tt := range tests {
		r, err := s.Search(t.Context(), retrieval.Query{Text: tt.text})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Signals.Answerable > 0; got != tt.treated {
			t.Errorf("%s: %.2f", tt.text, r.Signals.Answerable)
		}
	}
}
