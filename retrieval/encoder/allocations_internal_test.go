//go:build !race

package encoder

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

const decomposed = "Ou\u0300 se trouve l’e\u0301glise de Калу\u0301га ?"

// The race detector makes sync.Pool forget at random, so this is not for it.
func TestNothingIsAllocatedButTheResult(t *testing.T) {
	m := open(t)
	ids := m.Tokenize("query: " + question)
	windows := strings.Repeat(passage, 6)
	for _, m.kernels = range available() {
		for name, c := range map[string]struct {
			most float64
			call func()
		}{
			"question":     {1, func() { m.Encode(question, true) }},
			"not composed": {1, func() { m.Encode(decomposed, true) }},
			"two windows":  {1, func() { m.Encode(windows, false) }},
			"pieces":       {1, func() { m.EncodeIDs(ids) }},
			"words":        {2, func() { m.EncodeBoth(ids, 7, 12) }},
			"segmentation": {1, func() { m.Tokenize(question) }},
		} {
			if m.Level() == "portable" && name == "two windows" {
				continue // takes seconds; the rest shows as much
			}
			if got := testing.AllocsPerRun(3, c.call); got > c.most { // which runs it once before
				t.Errorf("%s, %s: %v allocations", m.Level(), name, got)
			}
		}
	}
}

func FuzzCompose(f *testing.F) {
	for _, text := range []string{decomposed, "ﷺ①½ｱﾞ", "\xcc\x81\xcc", strings.Repeat("e\u0301\u0323", 40), "\u1100\u1161\u11a8"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got, want := string(new(scratch).compose([]byte(text))), norm.NFKC.String(text); got != want {
			t.Errorf("%+q, want %+q", got, want)
		}
	})
}
