package encoder

import (
	"slices"
	"sort"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// vocab is a sorted list of sentencepiece pieces; a piece's place is its id.
type vocab struct {
	text     []byte
	off      []uint32
	score    []float32
	unkScore float32
	first    [257]int // pieces that begin with byte c: first[c] to first[c+1]
}

func readVocab(b []byte, score []float32, unkScore float32) vocab {
	v := vocab{score: score, unkScore: unkScore, off: make([]uint32, 1, len(score)+1)}
	for prev := []byte(nil); len(b) > 0; { // shared prefix length, suffix length, suffix
		n := 2 + int(b[1])
		v.text = append(append(v.text, prev[:b[0]]...), b[2:n]...)
		prev = v.text[v.off[len(v.off)-1]:]
		v.off = append(v.off, uint32(len(v.text)))
		b = b[n:]
	}
	if len(v.off) != len(score)+1 {
		panic("pieces and scores differ in number")
	}
	for c := range v.first {
		v.first[c] = sort.Search(len(score), func(i int) bool { return int(v.text[v.off[i]]) >= c })
	}
	return v
}

func (v *vocab) piece(i int) []byte { return v.text[v.off[i]:v.off[i+1]] }

// matches calls f(id, length) for each piece that s begins with, shortest first.
func (v *vocab) matches(s string, f func(id, n int)) {
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

// normalize is sentencepiece's nmt_nfkc: NFKC, controls dropped, blanks of all kinds made one, "▁" for a blank.
func normalize(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 16)
	blank := true
	for _, r := range norm.NFKC.String(strings.TrimSpace(s)) {
		switch {
		case r == '\t', r == '\n', r == '\f', r == '\r', r == ' ', r == 0x85, r == 0x1680, r >= 0x200b && r <= 0x200f, r == 0x2028, r == 0x2029, r == '▁', r == 0xfeff, r == 0xfffd:
			blank = true
			continue
		case r < 32, r == 0x7f, r == 0x8f, r == 0x9f:
			continue
		}
		if blank {
			b.WriteString("▁")
			blank = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Tokenize gives the piece ids of text, without the marks of begin and end: the best segmentation by unigram scores.
func (m *Model) Tokenize(text string) []int32 {
	s := normalize(text)
	type step struct {
		score float32
		from  int32
		id    int32
	}
	best := make([]step, len(s)+1)
	for i := 1; i <= len(s); i++ {
		best[i].score = -1e30
	}
	next := 0
	for i, r := range s {
		at := best[i].score
		m.matches(s[i:], func(id, n int) {
			if sc := at + m.score[id]; sc > best[i+n].score {
				best[i+n] = step{sc, int32(i), int32(id)}
			}
		})
		if next = i + len(string(r)); at+m.unkScore > best[next].score {
			best[next] = step{at + m.unkScore, int32(i), m.unk}
		}
	}
	var ids []int32
	for i := int32(len(s)); i > 0; i = best[i].from {
		ids = append(ids, best[i].id)
	}
	slices.Reverse(ids)
	return ids
}
