package encoder

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"strings"
	"testing"
)

// goldenVectors is the sha256 of the vectors of TestVectorsStayTheSame, made by the kernels of the first release. Vectors
// that are stored (seeds/vectors.bin, people's indexes) are compared with new ones: a change here makes them all stale.
const goldenVectors = "3a6585a3f12f76b84bca47a2523d9b01dfcb478875822790aeb5b7eafa068f2b"

// Every assembly kernel, on every processor, gives the same bits, so that an index built on one machine serves another.
func TestVectorsStayTheSame(t *testing.T) {
	texts := []string{"", "é", "\xff\xfe", question, passage, strings.Repeat(passage, 6)}
	for _, words := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 22} { // every number of tokens that a tile leaves over
		texts = append(texts, strings.Join(strings.Fields(passage)[:words], " "))
	}
	m := load(t)
	assembled := available()[1:]
	if len(assembled) == 0 {
		t.Skip("this processor has no assembly kernels: nothing to compare")
	}
	for _, m.kernels = range assembled {
		h := sha256.New()
		for i, text := range texts {
			for _, v := range m.Encode(text, i%2 == 0) {
				binary.Write(h, binary.LittleEndian, math.Float32bits(v))
			}
		}
		if sum := hex.EncodeToString(h.Sum(nil)); sum != goldenVectors {
			t.Errorf("%s: the vectors' sha256 is %s, not %s", m.Level(), sum, goldenVectors)
		}
	}
}
