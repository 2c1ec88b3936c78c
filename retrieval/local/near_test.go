package local_test

import (
	"testing"

	"passerelle/retrieval"
	"passerelle/retrieval/local"
)

// TestNear asks what every document could answer: the one that the question is known to be about comes first, the second
// of two behind it, and nothing is barred.
func TestNear(t *testing.T) {
	s := open(t, local.Options{Documents: few(), Wait: true})
	for _, c := range []struct{ near, want []string }{
		{[]string{"choeur"}, []string{"choeur"}},
		{[]string{"fromage", "choeur"}, []string{"fromage", "choeur"}},
		{[]string{"nowhere", "choeur", "choeur"}, []string{"choeur"}},
	} {
		r, err := s.Search(t.Context(), retrieval.Query{Text: "dans quelle ville ?", Language: "fr", Near: c.near})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Documents) != 3 {
			t.Fatalf("near %v: %d documents, want all 3", c.near, len(r.Documents))
		}
		for i, id := range c.want {
			if got := r.Documents[i].Document.ID; got != id {
				t.Errorf("near %v: document %d is %s, want %s", c.near, i+1, got, id)
			}
		}
		if r.Sentences[0].Document.ID != c.want[0] {
			t.Errorf("near %v: the best sentence is of %s", c.near, r.Sentences[0].Document.ID)
		}
	}
}
