package alignment

import "encoding/binary"

// Seal gives packed words the checksum that they need to be those of a text.
func (a *Aligner) Seal(packed []byte, text, language string) {
	if len(packed) >= packedSum {
		t := &Text{Language: language, Words: a.Words(text, language)}
		binary.LittleEndian.PutUint32(packed, t.checksum(packed[packedSum:]))
	}
}
