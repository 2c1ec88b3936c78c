package vectors_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"passerelle/retrieval/vectors"
)

// besides puts bytes beside the vectors of all texts but every third.
func besides(t testing.TB, all []string) *vectors.Set {
	t.Helper()
	s := vectors.New("model", all)
	for i, text := range all {
		if err := s.PutBeside(text, []float32{.6, .8}, beside(i)); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func beside(i int) []byte {
	if i%3 == 0 {
		return nil
	}
	return bytes.Repeat([]byte{byte(i)}, i)
}

func checkBesides(t *testing.T, s *vectors.Set, all []string) {
	t.Helper()
	u := union(t, vectors.New("model", nil), s)
	for i, text := range all {
		r, ok := s.Row(vectors.KeyOf(text))
		if !ok || !bytes.Equal(s.Beside(r), beside(i)) || !bytes.Equal(u.Beside(u.Offset(1)+r), beside(i)) {
			t.Errorf("beside text %d lies %v, want %v", i, s.Beside(r), beside(i))
		}
	}
}

// TestBeside: what is put beside vectors is there in memory, in a file, and in a set that took it over when the file is gone.
func TestBeside(t *testing.T) {
	all := texts(20)
	s := besides(t, all)
	checkBesides(t, s, all)
	read, err := vectors.Read(s.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	checkBesides(t, read, all)
	path := filepath.Join(t.TempDir(), "vectors.bin")
	if err := os.WriteFile(path, s.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := vectors.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	checkBesides(t, file, all)
	other := vectors.New("model", all)
	other.Take(file)
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	checkBesides(t, other, all)
	if !bytes.Equal(other.Bytes(), s.Bytes()) {
		t.Error("taken over they are another file")
	}
}

func TestBesideIsBounded(t *testing.T) {
	s := vectors.New("model", []string{"a", "b"})
	if err := s.PutBeside("a", []float32{1}, make([]byte, 1<<16+1)); err == nil || !strings.Contains(err.Error(), "65536") {
		t.Errorf("error %v", err)
	}
	if s.Beside(0) != nil || s.Len() != 0 {
		t.Error("what was refused is there")
	}
	if err := s.PutBeside("b", []float32{1}, make([]byte, 1<<16)); err != nil {
		t.Error(err)
	}
}
