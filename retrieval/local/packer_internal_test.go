package local

import (
	"testing"

	"passerelle/retrieval"
	"passerelle/retrieval/encoder"
)

// TestLargeCorpusIsNotRead: the words of its sentences come from beside their vectors, and a damaged or missing one is read;
// those of a small one are read.
func TestLargeCorpusIsNotRead(t *testing.T) {
	s, err := Open(t.Context(), Options{Name: "x", Wait: true, Documents: []*retrieval.Document{
		{ID: "a", Title: "Une usine à Kalouga", Text: "Un constructeur français a ouvert une usine de voitures à Kalouga en 2010. Elle emploie trois mille personnes."},
		{ID: "b", Title: "Du fromage en Oural", Text: "Une fromagère savoyarde enseigne son métier près de Perm. Dix élèves suivent ses cours."},
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	v := s.current
	for n := range v.corpus.sentences {
		v.packed = false
		read, err := v.wordsOf(n)
		if err != nil {
			t.Fatal(err)
		}
		v.packed = true
		unpacked, err := v.wordsOf(n)
		if err != nil {
			t.Fatal(err)
		}
		if len(read.Words) != len(unpacked.Words) || len(read.Vector(1)) != encoder.Dim || len(unpacked.Vector(1)) == encoder.Dim {
			t.Errorf("sentence %d: %d words of %d numbers were read, %d of %d unpacked", n,
				len(read.Words), len(read.Vector(1)), len(unpacked.Words), len(unpacked.Vector(1)))
		}
		text := v.corpus.text(v.corpus.sentences[n])
		packed := v.meaning.set.Beside(int(v.meaning.rows[sentenceVector][n]))
		for name, beside := range map[string][]byte{
			"nothing": nil, "another version": append([]byte("anotherv"), packed[packSign:]...), "damaged": packed[:len(packed)-1],
		} {
			if v.packer.unpack(beside, text) != nil {
				t.Errorf("sentence %d: %s is unpacked", n, name)
			}
		}
	}
}
