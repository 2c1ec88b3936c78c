package encoder

import (
	"slices"

	"golang.org/x/text/unicode/norm"
)

// TokenizeAt is Tokenize with the byte of text at which each piece begins, the blank before a word left out. Where the
// text is not in NFKC a piece begins where the character does that it is a part of.
func (m *Model) TokenizeAt(text string) (ids []int32, at []int) {
	s := m.pool.Get().(*scratch)
	defer m.pool.Put(s)
	m.tokenize(s, "", text)
	return slices.Clone(s.pieces), s.places(text)
}

// places gives the byte of text, which has just been tokenized, at which each piece begins.
func (s *scratch) places(text string) []int {
	origins := origins(text, len(s.text))
	at := make([]int, len(s.pieces))
	end := int32(len(s.text)) // s.steps still says where the last piece begins, and so on back
	for i := len(at) - 1; i >= 0; i-- {
		end = s.steps[end].from
		at[i] = int(origins[end])
	}
	return at
}

// origins gives for each byte of the cleaned text, and its end, the byte of text that it comes from; a blank comes from
// where the word after it begins.
func origins(text string, cleaned int) []int32 {
	out := make([]int32, 0, cleaned+1)
	var it norm.Iter
	var buffer []byte
	blank := true
	it.InitString(norm.NFKC, text)
	for !it.Done() {
		from := it.Pos()
		buffer, blank = clean(buffer[:0], it.Next(), blank)
		for range buffer {
			out = append(out, int32(from))
		}
	}
	for len(out) <= cleaned { // invalid bytes may be taken apart otherwise, never read past the end
		out = append(out, int32(len(text)))
	}
	return out
}
