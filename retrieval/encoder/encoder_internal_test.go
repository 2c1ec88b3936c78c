package encoder

import (
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
)

func load(t testing.TB) *Model {
	t.Helper()
	m, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func cosine(a, b []float32) (c float64) {
	for i := range a {
		c += float64(a[i]) * float64(b[i])
	}
	return c
}

func TestFingerprint(t *testing.T) {
	if err := Check(); err != nil {
		t.Error(err)
	}
}

const question = "Où se trouve la plus vieille église de Kalouga ?"

var passage = strings.Repeat("Калужская область и регион сотрудничают с 2004 года; la délégation visite l'usine, the agreement covers schools. ", 3)

func TestLevelsAgree(t *testing.T) {
	m := load(t)
	for _, text := range []string{"", "é", "\xff\xfe", question, passage, strings.Repeat(passage, 3)} {
		m.kernels = portable()
		want := m.Encode(text, false)
		if c := cosine(want, want); math.Abs(c-1) > 1e-5 {
			t.Errorf("length %v on %.20q", c, text)
		}
		for _, m.kernels = range available()[1:] {
			if c := cosine(want, m.Encode(text, false)); c < 0.9999 {
				t.Errorf("%s: cosine %.6f on %.20q", m.Level(), c, text)
			}
		}
	}
}

func TestKernels(t *testing.T) {
	l := best()
	for x := float32(-9); x < 9; x += 0.01 {
		a := []float32{x, x, x, x, x, x, x, x}
		l.gelu(a)
		want := float64(x) / 2 * (1 + math.Erf(float64(x)/math.Sqrt2))
		if math.Abs(float64(a[3])-want) > 2e-6 {
			t.Fatalf("gelu(%v) = %v, want %v", x, a[3], want)
		}
		b := []float32{0, -x * x, 0, 0, 0, 0, 0, 0}
		if l.softmax(b, 1); math.Abs(float64(b[1])/math.Exp(float64(-x*x))-1) > 1e-5 {
			t.Fatalf("exp(%v) = %v", -x*x, b[1])
		}
	}
}

func TestMeaning(t *testing.T) {
	m := load(t)
	q := m.Encode("столица Франции", true)
	near, far := cosine(q, m.Encode("Paris est la capitale de la France.", false)), cosine(q, m.Encode("Le beurre se conserve au réfrigérateur.", false))
	if near < far+0.05 {
		t.Errorf("near %.3f, far %.3f", near, far)
	}
}

func TestConcurrent(t *testing.T) {
	m := load(t)
	texts := []string{question, passage, strings.Repeat(passage, 4)}
	want := [3][]float32{}
	for i, s := range texts {
		want[i] = m.Encode(s, false)
	}
	var wg sync.WaitGroup
	for g := range 12 {
		wg.Go(func() {
			if !slices.Equal(m.Encode(texts[g%3], false), want[g%3]) {
				t.Error("another vector when run beside others")
			}
		})
	}
	wg.Wait()
}

func TestDamaged(t *testing.T) {
	for _, b := range [][]byte{nil, {1, 2, 3}, []byte("\x02\x00\x00\x00[]"), []byte("\xff\xff\x00\x00[]")} {
		if _, err := Load(b); err == nil {
			t.Errorf("%q loads", b)
		}
	}
}

func benchmark(b *testing.B, text string, isQuery bool) {
	m := load(b)
	for _, m.kernels = range slices.Backward(available()) {
		b.Run(m.Level(), func(b *testing.B) {
			for b.Loop() {
				m.Encode(text, isQuery)
			}
		})
	}
}

func BenchmarkQuestion(b *testing.B) { benchmark(b, question, true) }
func BenchmarkPassage(b *testing.B)  { benchmark(b, passage, false) }
