package alignment

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"math/bits"
	"strconv"

	"passerelle/retrieval/analysis"
	"passerelle/retrieval/encoder"
)

// packedVersion counts the forms of packed words.
const packedVersion = 1

// packedSum is the length of the checksum before packed words.
const packedSum = crc32.Size

// errPacked is what is wrong with packed words of whatever origin: the caller makes them again.
var errPacked = errors.New("these packed words are damaged, or those of another text")

// PackFingerprint changes with whatever packed words depend on: words packed under another must be made again.
func PackFingerprint() string {
	h := sha256.New()
	for _, part := range []string{strconv.Itoa(packedVersion), encoder.Fingerprint, strconv.Itoa(layer), meansFile, string(packingFile)} {
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(part))))
		h.Write([]byte(part))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Pack gives the vectors of a text's words in 48 bytes each, to be kept in place of some 5 milliseconds of the encoder's work;
// the words themselves are made again from the text. What is lost of a cosine is some .02, and the vectors of words like "de"
// and "был" (analysis.IsStop): half of all words, which as counterparts say little.
//
// Before the vectors stand a checksum of them and the words (4 bytes) and a bit a word that tells whether it has a vector.
// The same vectors give the same bytes on every processor, but the encoder's may differ in their last bits between those
// with kernels and those without, and then a few codes differ too.
func (a *Aligner) Pack(t *Text) []byte {
	out := make([]byte, packedSum+bitmapBytes(len(t.Words)))
	for i, w := range t.Words {
		if v := t.vectors[i]; v.q != nil && !analysis.IsStop(analysis.Fold(w.Text), t.Language) {
			out[packedSum+i/8] |= 1 << (i % 8)
			out = a.packing.append(out, v, t.unpacked())
		}
	}
	binary.LittleEndian.PutUint32(out, t.checksum(out[packedSum:]))
	return out
}

// Unpack gives the words of a text with the vectors of those that Pack packed. Only Align, which takes packed and other texts
// together, and Pack make use of these. It fails when the bytes are damaged or of other words, the language is none of "fr",
// "ru" and "en", or the text is too long for Text.
func (a *Aligner) Unpack(packed []byte, text, language string) (*Text, error) {
	if err := a.readable(text, language); err != nil {
		return nil, err
	}
	t := &Text{Language: language, Words: a.Words(text, language)}
	bitmap := bitmapBytes(len(t.Words))
	if len(packed) < packedSum+bitmap {
		return nil, fmt.Errorf("alignment: %d bytes for %d words: %w", len(packed), len(t.Words), errPacked)
	}
	sum, has, codes := binary.LittleEndian.Uint32(packed), packed[packedSum:packedSum+bitmap], packed[packedSum+bitmap:]
	n := 0
	for _, b := range has {
		n += bits.OnesCount8(b)
	}
	past := bitmap > 0 && has[bitmap-1]>>((len(t.Words)-1)%8+1) != 0
	if past || len(codes) != n*packedBytes || sum != t.checksum(packed[packedSum:]) {
		return nil, fmt.Errorf("alignment: %d bytes for %d words: %w", len(packed), len(t.Words), errPacked)
	}
	t.vectors = make([]vector, len(t.Words))
	room := make([]byte, n*packedDims)
	for i := range t.Words {
		if has[i/8]>>(i%8)&1 != 0 {
			t.vectors[i] = a.packing.vector(codes[:packedBytes], room[:packedDims:packedDims])
			codes, room = codes[packedBytes:], room[packedDims:]
		}
	}
	return t, nil
}

func bitmapBytes(words int) int { return (words + 7) / 8 }

// checksum is of a text's words and what was packed of them.
func (t *Text) checksum(packed []byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli)
	b := append(make([]byte, 0, 512), t.Language...)
	for _, w := range t.Words {
		b = binary.AppendUvarint(b, uint64(w.Start))
		b = append(append(b, w.Text...), 0)
	}
	return crc32.Update(crc32.Checksum(b, table), table, packed)
}
