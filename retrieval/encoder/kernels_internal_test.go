package encoder

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"
	"strings"
	"testing"
)

func open(t testing.TB) *Model {
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

const question = "Où se trouve la plus vieille église de Kalouga ?"

var passage = strings.Repeat("Калужская область и регион сотрудничают с 2004 года; la délégation visite l'usine, the agreement covers schools. ", 3)

func TestLevelsAgree(t *testing.T) {
	m := open(t)
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

// goldenVectors is the sha256 of the vectors of TestVectorsStayTheSame, made by the kernels of the first release. Vectors
// that are stored (seeds/vectors.bin, people's indexes) are compared with new ones: a change here makes them all stale.
const goldenVectors = "3a6585a3f12f76b84bca47a2523d9b01dfcb478875822790aeb5b7eafa068f2b"

// Every assembly kernel, on every processor, gives the same bits, so that an index built on one machine serves another.
func TestVectorsStayTheSame(t *testing.T) {
	texts := []string{"", "é", "\xff\xfe", question, passage, strings.Repeat(passage, 6)}
	for _, words := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 22} { // every number of tokens that a tile leaves over
		texts = append(texts, strings.Join(strings.Fields(passage)[:words], " "))
	}
	m := open(t)
	assembled := available()[1:]
	if len(assembled) == 0 {
		t.Skip("this processor has no assembly kernels: nothing to compare")
	}
	for _, m.kernels = range assembled {
		h := sha256.New()
		for i, text := range texts {
			for _, v := range m.Encode(text, i%2 == 0) {
				h.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)))
			}
		}
		if sum := hex.EncodeToString(h.Sum(nil)); sum != goldenVectors {
			t.Errorf("%s: the vectors' sha256 is %s, not %s", m.Level(), sum, goldenVectors)
		}
	}
}

// benchmark encodes a text of so many pieces, without those of the prefix and the two marks, which are encoded beside them.
func benchmark(b *testing.B, text string, isQuery bool, pieces int) {
	m := open(b)
	if n := len(m.Tokenize(text)); n != pieces {
		b.Fatalf("%d pieces, not %d: %s", n, pieces, text)
	}
	for _, m.kernels = range slices.Backward(available()) {
		b.Run(m.Level(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m.Encode(text, isQuery)
			}
		})
	}
}

func BenchmarkQuestion12(b *testing.B) {
	benchmark(b, "Où est la vieille église de Kalouga ?", true, 12)
}

func BenchmarkPassage80(b *testing.B) {
	benchmark(b, strings.Join(strings.Fields(passage)[:43], " ")+" !", false, 80)
}
