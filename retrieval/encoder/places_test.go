package encoder_test

import (
	"slices"
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

// TestEncodePassage: one pass gives the passage's own vector, and pieces at the places where TokenizeAt has them.
func TestEncodePassage(t *testing.T) {
	m := open(t)
	for _, text := range []string{
		question, passage, "", " … ", "\u0301a",
		"  Мэр  Калуги\tпринял школьников ",
		strings.Repeat(passage, 12), // of several windows
	} {
		vector, tokens, at := m.EncodePassage(text, 7)
		if !slices.Equal(vector, m.Encode(text, false)) {
			t.Errorf("%.20q: another vector than Encode's", text)
		}
		if _, want := m.TokenizeAt(text); !slices.Equal(at, want) || len(tokens) != len(at)*encoder.Dim {
			t.Errorf("%.20q: pieces at %v and %d numbers, want %v", text, at, len(tokens), want)
		}
		for i := range at {
			v := tokens[i*encoder.Dim : (i+1)*encoder.Dim]
			if n := dot(v, v); n < .999 || n > 1.001 {
				t.Errorf("%.20q: piece %d of square length %.3f", text, i, n)
			}
		}
	}
	ids, _ := m.TokenizeAt(question)
	_, alone := m.EncodeBoth(ids, 7, 7)
	_, within, _ := m.EncodePassage(question, 7)
	for i := range ids {
		if c := dot(alone[i*encoder.Dim:(i+1)*encoder.Dim], within[i*encoder.Dim:(i+1)*encoder.Dim]); c < .8 {
			t.Errorf("piece %q: cosine %.3f with the vector of the text without prefix", m.Piece(ids[i]), c)
		}
	}
}
