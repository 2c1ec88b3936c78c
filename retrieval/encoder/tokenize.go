package encoder

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"sort"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	// pieceMost is the length in bytes of the longest piece that a model may have; it bounds what a damaged file makes us allocate.
	pieceMost = 128
	// unreached is the score of a place where no segmentation ends so far.
	unreached = -1e30
)

// vocab is a sorted list of sentencepiece pieces; a piece's place is its id.
type vocab struct {
	text     []byte
	off      []uint32
	score    []float32
	unkScore float32
	first    [257]int // pieces that begin with byte c: first[c] to first[c+1]
}

// readVocab reads pieces as a model file has them, each as the length of what it shares with the one before, the length of the
// rest, and the rest. That they are in order is checked, for matches relies on it.
func readVocab(b []byte, score []float32, unkScore float32) (vocab, error) {
	v := vocab{score: score, unkScore: unkScore, off: make([]uint32, 1, len(score)+1)}
	for prev := []byte(nil); len(b) > 0; {
		if len(b) < 2 || len(b) < 2+int(b[1]) || int(b[0]) > len(prev) {
			return vocab{}, fmt.Errorf("piece %d is cut off", len(v.off)-1)
		}
		shared, rest := prev[:b[0]], b[2:2+int(b[1])]
		if len(v.off) > len(score) || len(shared)+len(rest) > pieceMost {
			return vocab{}, errors.New("there are more pieces than scores, or a piece is too long")
		}
		v.text = append(append(v.text, shared...), rest...)
		piece := v.text[v.off[len(v.off)-1]:]
		if bytes.Compare(prev, piece) >= 0 {
			return vocab{}, fmt.Errorf("piece %d is not after the one before", len(v.off)-1)
		}
		prev = piece
		v.off = append(v.off, uint32(len(v.text)))
		b = b[2+len(rest):]
	}
	if len(v.off) != len(score)+1 {
		return vocab{}, errors.New("there are fewer pieces than scores")
	}
	for c := range v.first {
		v.first[c] = sort.Search(len(score), func(i int) bool { return int(v.text[v.off[i]]) >= c })
	}
	return v, nil
}

func (v *vocab) piece(i int) []byte { return v.text[v.off[i]:v.off[i+1]] }

// matches calls f(id, length) for each piece that s begins with, shortest first.
func (v *vocab) matches(s []byte, f func(id, n int)) {
	lo, hi := v.first[s[0]], v.first[int(s[0])+1]
	for d := 1; lo < hi; d++ { // all of lo..hi share the first d bytes of s
		if p := v.piece(lo); len(p) == d {
			f(lo, d)
			lo++
		}
		if d == len(s) || lo == hi {
			return
		}
		c := s[d]
		if v.piece(lo)[d] != c {
			lo += sort.Search(hi-lo, func(i int) bool { return v.piece(lo + i)[d] >= c })
		}
		if lo < hi && v.piece(hi - 1)[d] != c {
			hi = lo + sort.Search(hi-lo, func(i int) bool { return v.piece(lo + i)[d] > c })
		}
	}
}

// step is how the best segmentation of the text up to some place ends: with piece id, which begins at from.
type step struct {
	score float32
	from  int32
	id    int32
}

// Tokenize gives the piece ids of text, without the marks of begin and end: the best segmentation by unigram scores.
func (m *Model) Tokenize(text string) []int32 {
	s := m.pool.Get().(*scratch)
	defer m.pool.Put(s)
	m.tokenize(s, "", text)
	return slices.Clone(s.pieces)
}

// tokenize leaves the piece ids of prefix and text in s.pieces.
func (m *Model) tokenize(s *scratch, prefix, text string) {
	s.raw = append(append(s.raw[:0], prefix...), text...)
	s.text, _ = clean(s.text[:0], s.compose(bytes.TrimSpace(s.raw)), true)

	best := grow(&s.steps, len(s.text)+1)
	best[0] = step{}
	for i := 1; i < len(best); i++ {
		best[i] = step{score: unreached}
	}
	for i := 0; i < len(s.text); {
		at := best[i].score
		m.matches(s.text[i:], func(id, n int) {
			if score := at + m.score[id]; score > best[i+n].score {
				best[i+n] = step{score, int32(i), int32(id)}
			}
		})
		_, n := utf8.DecodeRune(s.text[i:])
		if score := at + m.unkScore; score > best[i+n].score {
			best[i+n] = step{score, int32(i), m.unk}
		}
		i += n
	}

	s.pieces = s.pieces[:0]
	for i := int32(len(s.text)); i > 0; i = best[i].from {
		s.pieces = append(s.pieces, best[i].id)
	}
	slices.Reverse(s.pieces)
}

// compose returns text in NFKC. norm.NFKC.Append and IsNormal allocate for a text that is not plainly so already.
func (s *scratch) compose(text []byte) []byte {
	if norm.NFKC.QuickSpan(text) == len(text) {
		return text
	}
	s.composed = s.composed[:0]
	for s.composer.Init(norm.NFKC, text); !s.composer.Done(); {
		s.composed = append(s.composed, s.composer.Next()...)
	}
	return s.composed
}

// clean is what sentencepiece's nmt_nfkc does beside NFKC: controls dropped, blanks of all kinds made one, "▁" for a blank.
// blank tells that one is due before the text, and what is returned that one is due after it.
func clean(to, text []byte, blank bool) ([]byte, bool) {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		i += n
		switch {
		case r == '\t', r == '\n', r == '\f', r == '\r', r == ' ', r == 0x85, r == 0x1680, r >= 0x200b && r <= 0x200f, r == 0x2028, r == 0x2029, r == '▁', r == 0xfeff, r == utf8.RuneError:
			blank = true
			continue
		case r < 32, r == 0x7f, r == 0x8f, r == 0x9f:
			continue
		}
		if blank {
			to = append(to, "▁"...)
			blank = false
		}
		to = utf8.AppendRune(to, r)
	}
	return to, blank
}
