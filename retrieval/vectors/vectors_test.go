package vectors_test

import (
	"errors"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"

	"passerelle/retrieval/vectors"
)

const dim = 384

// noise is a vector of length 1 that means nothing and differs from text to text.
func noise(text string) []float32 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text))
	r := rand.New(rand.NewPCG(h.Sum64(), 1))
	v := make([]float32, dim)
	sum := 0.0
	for i := range v {
		v[i] = float32(r.NormFloat64())
		sum += float64(v[i]) * float64(v[i])
	}
	for i := range v {
		v[i] /= float32(math.Sqrt(sum))
	}
	return v
}

// filled is a set that has the vectors of the first n of texts.
func filled(t testing.TB, texts []string, n int) *vectors.Set {
	t.Helper()
	s := vectors.New("m", texts)
	for _, text := range texts[:n] {
		if err := s.Put(text, noise(text)); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func texts(n int) []string {
	var out []string
	for i := range n {
		out = append(out, "text "+strconv.Itoa(i))
	}
	return out
}

func TestDots(t *testing.T) {
	all := append(texts(200), "text 7")
	s := filled(t, all, 150)
	if s.Len() != 150 || s.Rows() != 200 || s.Whole() {
		t.Fatalf("%d of %d vectors", s.Len(), s.Rows())
	}
	q := noise("question")
	dots, err := s.Dots(q)
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range all {
		row, ok := s.Row(vectors.KeyOf(text))
		if !ok {
			t.Fatalf("%s has no row", text)
		}
		if i >= 150 && i < 200 {
			if !math.IsNaN(float64(dots[row])) || s.Vector(row) != nil {
				t.Errorf("%s has no vector, and a dot product of %v", text, dots[row])
			}
			continue
		}
		var want float64
		for i, x := range noise(text) {
			want += float64(x) * float64(q[i])
		}
		if math.Abs(want-float64(dots[row])) > 3e-3 {
			t.Errorf("%s: %v, want %v", text, dots[row], want)
		}
	}
}

// TestReadWhileFilled is for the race detector.
func TestReadWhileFilled(t *testing.T) {
	all := texts(300)
	s := vectors.New("m", all)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for !s.Whole() {
				if _, err := s.Dots(noise("question")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for _, text := range all {
		if err := s.Put(text, noise(text)); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
}

func TestFileAndReuse(t *testing.T) {
	s := filled(t, texts(20), 18)
	again, err := vectors.Read(s.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	row, _ := again.Row(vectors.KeyOf("text 3"))
	if !slices.Equal(s.Vector(3), again.Vector(row)) || again.Model() != "m" || again.Len() != 18 || !again.Whole() {
		t.Error("another set after reading")
	}
	more := vectors.New("m", texts(25))
	if n := more.Take(again); n != 18 || more.Len() != 18 {
		t.Errorf("%d taken", n)
	}
	if got, want := more.Missing(append(texts(25), "text 24", "foreign")), texts(25)[18:]; !slices.Equal(got, want) {
		t.Errorf("missing %q, want %q", got, want)
	}
	if n := more.Take(again); n != 0 {
		t.Errorf("%d taken twice", n)
	}
	if n := vectors.New("other", texts(25)).Take(again); n != 0 {
		t.Errorf("%d taken from another model", n)
	}
	empty, err := vectors.Read(vectors.New("m", texts(3)).Bytes())
	if err != nil || empty.Len() != 0 {
		t.Errorf("a set without vectors: %v", err)
	}
}

func TestDimension(t *testing.T) {
	s := filled(t, texts(2), 1)
	if err := s.Put("text 1", make([]float32, dim+1)); !errors.Is(err, vectors.ErrDimension) {
		t.Errorf("a longer vector: %v", err)
	}
	if _, err := s.Dots(make([]float32, dim-1)); !errors.Is(err, vectors.ErrDimension) {
		t.Errorf("a shorter question: %v", err)
	}
	if err := s.Put("foreign", noise("foreign")); err == nil {
		t.Error("a text of another set passes")
	}
	if err := vectors.New("m", texts(1)).Put("text 0", nil); !errors.Is(err, vectors.ErrDimension) {
		t.Errorf("no vector at all: %v", err)
	}
	if dots, err := vectors.New("m", texts(1)).Dots(noise("q")); err != nil || !math.IsNaN(float64(dots[0])) {
		t.Errorf("an empty set: %v, %v", dots, err)
	}
}

func FuzzRead(f *testing.F) {
	file := filled(f, texts(2), 2).Bytes()
	f.Add(file)
	f.Add(file[:len(file)-5])
	flipped := slices.Clone(file)
	flipped[60] ^= 1
	f.Add(flipped)
	f.Add([]byte("passerelle vectors 1\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := vectors.Read(b)
		if err == nil && !slices.Equal(s.Bytes(), b) {
			t.Error("another file when written again")
		}
	})
}

func BenchmarkDots(b *testing.B) {
	s := filled(b, texts(5000), 5000)
	q := noise("q")
	for b.Loop() {
		if _, err := s.Dots(q); err != nil {
			b.Fatal(err)
		}
	}
}
