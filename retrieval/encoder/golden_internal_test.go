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
const goldenVectors = "6f2a02585d5983e7c628c67c7bb3f6e064e8cb75f166c77b42fdb80f73ba7507"

// Every assembly kernel, on every processor, gives the same bits, so that an index built on one machine serves another.
func TestVectorsStayTheSame(t *testing.T) {
	texts := []string{"", "é", "\xff\xfe", question, passage, strings.Repeat(passage, 8)}
	for _, words := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 22} { // every number of tokens that a tile leaves over
		texts = append(texts, strings.Join(strings.Fields(passage)[:words], " "))
	}
	m := load(t)
	if best() == portable {
		t.Skip("this processor has no assembly kernels: nothing to compare")
	}
	for m.kernels = portable + 1; m.kernels <= best(); m.kernels++ {
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
