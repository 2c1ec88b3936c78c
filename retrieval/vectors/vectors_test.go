package vectors_test

import (
	"context"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"

	"passerelle/retrieval/vectors"
)

const dim = 384

// noise is an encoder whose vectors mean nothing and differ from text to text.
type noise struct{ calls atomic.Int64 }

func (n *noise) Encode(text string, _ bool) []float32 {
	n.calls.Add(1)
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

func texts(n int) []string {
	var out []string
	for i := range n {
		out = append(out, "text "+strconv.Itoa(i))
	}
	return out
}

func TestDots(t *testing.T) {
	e := &noise{}
	all := append(texts(200), "text 7")
	s, err := vectors.Make(t.Context(), e, "m", dim, all, nil, nil)
	if err != nil || s.Len() != 200 || e.calls.Load() != 200 {
		t.Fatalf("%d vectors after %d calls, %v", s.Len(), e.calls.Load(), err)
	}
	q := e.Encode("question", true)
	dots := s.Dots(q)
	for _, text := range all {
		row, ok := s.Row(vectors.KeyOf(text))
		if !ok {
			t.Fatalf("%s has no row", text)
		}
		var want float64
		for i, x := range e.Encode(text, false) {
			want += float64(x) * float64(q[i])
		}
		if math.Abs(want-float64(dots[row])) > 3e-3 {
			t.Errorf("%s: %v, want %v", text, dots[row], want)
		}
	}
}

func TestFileAndReuse(t *testing.T) {
	e := &noise{}
	s, err := vectors.Make(t.Context(), e, "m", dim, texts(20), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	again, err := vectors.Read(s.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s.Vector(3), again.Vector(3)) || again.Model() != "m" {
		t.Error("another set after reading")
	}
	for model, want := range map[string]int64{"m": 5, "other": 25} {
		e := &noise{}
		more, err := vectors.Make(t.Context(), e, model, dim, texts(25), []*vectors.Set{nil, again}, nil)
		if err != nil || e.calls.Load() != want || more.Len() != 25 {
			t.Errorf("%s: %d calls, want %d, %v", model, e.calls.Load(), want, err)
		}
	}
}

func TestMakeStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := vectors.Make(ctx, &noise{}, "m", dim, texts(5), nil, nil); err == nil {
		t.Error("a cancelled Make succeeds")
	}
	if _, err := vectors.Make(t.Context(), &noise{}, "m", 7, texts(5), nil, nil); err == nil {
		t.Error("a wrong dimension passes")
	}
}

func FuzzRead(f *testing.F) {
	s, err := vectors.Make(context.Background(), &noise{}, "m", dim, texts(2), nil, nil)
	if err != nil {
		f.Fatal(err)
	}
	file := s.Bytes()
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
	e := &noise{}
	s, err := vectors.Make(b.Context(), e, "m", dim, texts(5000), nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	q := e.Encode("q", true)
	for b.Loop() {
		s.Dots(q)
	}
}
