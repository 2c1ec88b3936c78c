// Package analysis turns text into terms, the same way for documents and for questions: segmentation by Unicode's rules,
// folding, French elision, stems of three languages, names written in two scripts brought to one key, the language of a
// text.
package analysis

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold gives the form under which spellings of one word meet: compatibility characters replaced (NFKC), lower case,
// accents off (é, ï, ё; й stays, it is a letter of its own), œ and æ as two letters, apostrophes and hyphens of every
// kind as ' and -, soft hyphens and other invisible characters gone.
func Fold(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	var room [16]byte
	for _, r := range norm.NFKC.String(s) {
		switch r {
		case '’', 'ʼ', '‘', '`', '´', '′':
			b.WriteByte('\'')
			continue
		case '‐', '‑', '‒', '–', '—', '−':
			b.WriteByte('-')
			continue
		case 'œ', 'Œ':
			b.WriteString("oe")
			continue
		case 'æ', 'Æ':
			b.WriteString("ae")
			continue
		case 'ß':
			b.WriteString("ss")
			continue
		case 'ł', 'Ł':
			b.WriteByte('l')
			continue
		case 'ø', 'Ø':
			b.WriteByte('o')
			continue
		case 'й', 'Й':
			b.WriteRune('й')
			continue
		}
		if r < utf8.RuneSelf && r >= ' ' {
			b.WriteRune(unicode.ToLower(r))
			continue
		}
		for _, d := range string(norm.NFD.AppendString(room[:0], string(r))) {
			invisible := unicode.In(d, unicode.Mn, unicode.Cf) || unicode.Is(unicode.Cc, d) && d != '\n' && d != '\t'
			if !invisible {
				b.WriteRune(unicode.ToLower(d))
			}
		}
	}
	return b.String()
}

// isPlain tells a text that Fold would return as it is, cheaply.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' || c < ' ' || c == '`' || c == 0x7f {
			return false
		}
	}
	return true
}

// IsCyrillic tells whether the text has a Cyrillic letter.
func IsCyrillic(s string) bool {
	for _, r := range s {
		if unicode.Is(unicode.Cyrillic, r) {
			return true
		}
	}
	return false
}
