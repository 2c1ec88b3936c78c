package cite

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"passerelle/retrieval"
)

// normalText is a text in the form in which quotes are compared, with the way back to its bytes. Two texts have the
// same form when they differ only in Unicode composition, white space, the shapes of apostrophes, quotation marks and
// dashes, and characters that nobody sees.
type normalText struct {
	source string
	form   string
	units  []unit // one a rune of form, in order
}

// unit is one rune of the form and the bytes of the source that it stands for.
type unit struct {
	at       int // its first byte in form
	from, to int // bytes of the source
	// first and last tell that the unit begins, or ends, a composed character of the source. A match that did not begin
	// and end so would cut an accent from its letter.
	first, last bool
}

// normalise brings a text into its form.
func normalise(source string) *normalText {
	n := &normalText{source: source, units: make([]unit, 0, len(source))}
	var form strings.Builder
	form.Grow(len(source))
	space := unit{from: -1, first: true, last: true} // white space that is not written yet; from < 0 for none
	glued := true                                    // nothing precedes, or a quotation mark: white space means nothing
	for from := 0; from < len(source); {
		size := norm.NFC.NextBoundaryInString(source[from:], true)
		if size <= 0 {
			size = len(source) - from
		}
		to := from + size
		begun := len(n.units)
		for _, r := range norm.NFC.String(source[from:to]) {
			r = fold(r)
			if r == dropped {
				continue
			}
			if r == ' ' {
				if space.from < 0 {
					space.from = from
				}
				space.to = to
				continue
			}
			if space.from >= 0 && !glued && !tight(r) {
				space.at = form.Len()
				n.units = append(n.units, space)
				form.WriteByte(' ')
				begun = len(n.units)
			}
			space.from = -1
			n.units = append(n.units, unit{at: form.Len(), from: from, to: to, first: len(n.units) == begun})
			form.WriteRune(r)
			glued = r == '"'
		}
		if len(n.units) > begun {
			n.units[len(n.units)-1].last = true
		}
		from = to
	}
	n.form = form.String()
	return n
}

// dropped is what fold returns for characters that nobody sees.
const dropped = rune(-1)

// fold gives the rune that a rune is compared as.
func fold(r rune) rune {
	switch r {
	case '’', '‘', 'ʼ', '‛', '′', '`', '´', 'ʹ', '＇':
		return '\''
	case '«', '»', '“', '”', '„', '‟', '″', '‹', '›', '＂':
		return '"'
	case '‐', '‑', '‒', '–', '—', '―', '−', '－', '﹣':
		return '-'
	}
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.Is(unicode.Cf, r), unicode.IsControl(r):
		// Soft hyphens, zero-width and bidirectional marks, controls.
		return dropped
	}
	return r
}

// tight tells the runes before which white space means nothing: French sets some there and English none.
func tight(r rune) bool { return strings.ContainsRune(`":;!?%`, r) }

// find returns the first place where a quote's form stands in n and which whole accepts. Its bytes have that form.
func (n *normalText) find(form string, whole func(text string, s retrieval.Span) bool) (retrieval.Span, bool) {
	if form == "" {
		return retrieval.Span{}, false
	}
	for start := 0; start < len(n.form); {
		i := strings.Index(n.form[start:], form)
		if i < 0 {
			break
		}
		at := start + i
		first, last := n.units[n.unitAt(at)], n.units[n.unitAt(at+len(form)-1)]
		span := retrieval.Span{Start: first.from, End: last.to}
		if first.first && last.last && whole(n.source, span) {
			return span, true
		}
		_, size := utf8.DecodeRuneInString(n.form[at:])
		start = at + size
	}
	return retrieval.Span{}, false
}

// unitAt returns the unit whose bytes in the form hold position at. Forms are valid UTF-8, so a form found in another
// begins and ends with whole units.
func (n *normalText) unitAt(at int) int {
	return sort.Search(len(n.units), func(i int) bool { return n.units[i].at > at }) - 1
}
