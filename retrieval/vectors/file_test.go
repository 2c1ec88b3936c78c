package vectors_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"passerelle/retrieval/vectors"
)

// saved writes a set to a file.
func saved(t testing.TB, s *vectors.Set) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "vectors.bin")
	if err := os.WriteFile(path, s.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func mapped(t testing.TB, path string) *vectors.Set {
	t.Helper()
	s, err := vectors.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestOpenFile(t *testing.T) {
	whole := filled(t, texts(500), 500)
	s := mapped(t, saved(t, whole))
	if s.Model() != "m" || s.Len() != 500 || s.Rows() != 500 || !s.Whole() {
		t.Fatalf("%d of %d vectors of %q", s.Len(), s.Rows(), s.Model())
	}
	for i, text := range texts(500) {
		if row, ok := s.Row(vectors.KeyOf(text)); !ok || row != i || !slices.Equal(s.Vector(row), whole.Vector(i)) {
			t.Fatalf("%s: row %d, %t", text, row, ok)
		}
	}
	if _, ok := s.Row(vectors.KeyOf("foreign")); ok {
		t.Error("a text that the file does not have has a row")
	}
	if !bytes.Equal(s.Bytes(), whole.Bytes()) {
		t.Error("written again it is another file")
	}
	if err := s.Put("text 3", noise("text 3")); err == nil {
		t.Error("a file's set takes a vector")
	}
	if n := s.Take(whole); n != 0 {
		t.Errorf("a file's set takes %d vectors", n)
	}
	more := vectors.New("m", texts(600))
	if n := more.Take(s); n != 500 || !slices.Equal(more.Vector(499), whole.Vector(499)) {
		t.Errorf("%d taken", n)
	}
	less := vectors.New("m", texts(600)[490:])
	if n := less.Take(s); n != 10 || !slices.Equal(less.Vector(9), whole.Vector(499)) {
		t.Errorf("%d taken by a smaller set", n)
	}
}

// TestReplacedFile: what is mapped stays when another file gets its name.
func TestReplacedFile(t *testing.T) {
	old := filled(t, texts(50), 50)
	path := saved(t, old)
	s := mapped(t, path)
	if err := os.Rename(saved(t, filled(t, texts(3), 3)), path); err != nil {
		t.Skipf("this system keeps the name of a file that is mapped: %v", err)
	}
	if !bytes.Equal(s.Bytes(), old.Bytes()) {
		t.Error("the set has changed with the file")
	}
	if n := mapped(t, path).Len(); n != 3 {
		t.Errorf("the new file has %d vectors", n)
	}
}

func TestClose(t *testing.T) {
	s := mapped(t, saved(t, filled(t, texts(50), 50)))
	u := union(t, filled(t, texts(5), 5), s)
	sketch := vectors.NewSketch(u)
	q, err := u.Question(noise("q"))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if s.Len() != 0 || s.Rows() != 0 || s.Vector(3) != nil {
		t.Errorf("closed it has %d of %d vectors", s.Len(), s.Rows())
	}
	if _, ok := s.Row(vectors.KeyOf("text 3")); ok {
		t.Error("closed it has a row")
	}
	if dot := q.Dot(30); !math.IsNaN(float64(dot)) {
		t.Errorf("closed it has a dot product of %v", dot)
	}
	if _, err := sketch.Nearest(noise("q"), 5, nil); err != nil {
		t.Error(err)
	}
	if n := vectors.New("m", texts(5)).Take(s); n != 0 {
		t.Errorf("%d taken from a closed set", n)
	}
}

func TestDamagedFiles(t *testing.T) {
	file := filled(t, texts(20), 20).Bytes()
	keys := len("passerelle vectors 1\n") + 4 + len("m") + 8
	flipped := slices.Clone(file)
	flipped[len(file)/2] ^= 4
	for name, c := range map[string]struct {
		content []byte
		damaged bool
	}{
		"empty":        {nil, true},
		"another file": {[]byte("%PDF-1.7 and so on, and so on, and so on"), false},
		"cut short":    {file[:len(file)-100], true},
		"a bit turned": {flipped, true},
		"too long":     {append(slices.Clone(file), 0), true},
		"a key twice":  {summed(slices.Concat(file[:keys+16], file[keys:keys+16], file[keys+32:len(file)-4])), true},
		"more than there is": {summed(func() []byte {
			b := slices.Clone(file[:len(file)-4])
			binary.LittleEndian.PutUint32(b[keys-4:], math.MaxUint32)
			return b
		}()), true},
	} {
		path := filepath.Join(t.TempDir(), "vectors.bin")
		if err := os.WriteFile(path, c.content, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := vectors.OpenFile(path)
		if err == nil {
			t.Errorf("%s: opens with %d vectors", name, s.Len())
		}
		if errors.Is(err, vectors.ErrDamaged) != c.damaged {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := vectors.OpenFile(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if _, err := vectors.OpenFile(t.TempDir()); err == nil {
		t.Error("a folder opens")
	}
}

// summed adds the checksum.
func summed(b []byte) []byte {
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
}

func TestWriteTo(t *testing.T) {
	s := filled(t, texts(400), 300)
	var b bytes.Buffer
	n, err := s.WriteTo(&b)
	if err != nil || n != int64(b.Len()) || !bytes.Equal(b.Bytes(), s.Bytes()) {
		t.Errorf("%d bytes written, %d have come, %v", n, b.Len(), err)
	}
	for _, room := range []int{0, 10, 100_000, b.Len() - 2} {
		if n, err := s.WriteTo(&full{room: room}); !errors.Is(err, io.ErrShortWrite) || n > int64(room) {
			t.Errorf("with room for %d bytes: %d written, %v", room, n, err)
		}
	}
}

// full is a writer with little room.
type full struct{ room int }

func (f *full) Write(b []byte) (int, error) {
	if len(b) > f.room {
		n := f.room
		f.room = 0
		return n, io.ErrShortWrite
	}
	f.room -= len(b)
	return len(b), nil
}

// FuzzOpenFile opens what the fuzzer makes of a file, with a right checksum, so that what comes after it is reached.
func FuzzOpenFile(f *testing.F) {
	file := filled(f, texts(2), 2).Bytes()
	f.Add(file[:len(file)-4])
	f.Add(file[:len(file)-9])
	f.Add([]byte("passerelle vectors 1\n"))
	with := besides(f, texts(5)).Bytes()
	f.Add(with[:len(with)-4])
	f.Add(with[:len(with)-9])
	path := filepath.Join(f.TempDir(), "vectors.bin")
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := os.WriteFile(path, summed(b), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := vectors.OpenFile(path)
		if err != nil {
			return
		}
		if !bytes.Equal(s.Bytes(), summed(b)) {
			t.Error("another file when written again")
		}
		for r := range s.Rows() {
			s.Vector(r)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}
