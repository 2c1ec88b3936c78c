package encoder_test

import (
	"strings"
	"testing"

	"passerelle/retrieval/encoder"
)

func TestPiecesAreWhereTheTextHasThem(t *testing.T) {
	m, err := encoder.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"Le maire de Kalouga a reçu 1\u202f500 lycéens.",
		"  Мэр  Калуги\tпринял школьников ",
		"Ou\u0300 est l’e\u0301glise ? … ﬁn",
		"emoji 🪆 and ☃",
	} {
		ids, at := m.TokenizeAt(text)
		if want := m.Tokenize(text); len(ids) != len(want) || len(at) != len(ids) {
			t.Fatalf("%q: %d pieces at %d places, Tokenize gives %d", text, len(ids), len(at), len(want))
		}
		for i, id := range ids {
			if i > 0 && at[i] < at[i-1] {
				t.Errorf("%q: piece %d begins at %d, before the one before", text, i, at[i])
			}
			piece := strings.TrimPrefix(m.Piece(id), "▁")
			if piece == "" || strings.ContainsAny(text, "…ﬁ\u0300\u0301\u202f") {
				continue
			}
			if !strings.HasPrefix(text[at[i]:], piece) {
				t.Errorf("%q: piece %q is not at byte %d", text, piece, at[i])
			}
		}
	}
}

func FuzzTokenizeAt(f *testing.F) {
	m, err := encoder.Embedded()
	if err != nil {
		f.Fatal(err)
	}
	f.Add("l’e\u0301glise \xff\xcc de  Калуги")
	f.Fuzz(func(t *testing.T, text string) {
		ids, at := m.TokenizeAt(text)
		if len(ids) != len(at) {
			t.Fatalf("%d pieces, %d places", len(ids), len(at))
		}
		for i := range at {
			if at[i] < 0 || at[i] > len(text) || i > 0 && at[i] < at[i-1] {
				t.Fatalf("%q: places %v", text, at)
			}
		}
	})
}
