package analysis

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
)

// Token is one word or number of a text.
type Token struct {
	Start, End int    // bytes of the text
	Text       string // the word as written, without an elided article: "accord" of "l’accord"
	Capital    bool   // it begins with a capital letter
	First      bool   // it begins a sentence, so that a capital says nothing
	Number     bool   // it is made of digits; Text has no separators of thousands: "1500" of "1 500"
}

// Tokens cuts a text into words and numbers. Parts of hyphenated words are tokens of their own; French elision and the
// English possessive are cut off.
func Tokens(text, language string) []Token {
	tokens := make([]Token, 0, len(text)/6)
	first := true
	for it := words.FromString(text); it.Next(); {
		w := it.Value()
		r, _ := utf8.DecodeRuneInString(w)
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			first = first || strings.ContainsAny(w, ".!?…:\n«“\"")
			continue
		}
		at := it.Start()
		for _, part := range parts(w, language) {
			t := token(w, part, at)
			t.First, first = first, false
			if n := len(tokens); t.Number && n > 0 && joinsThousands(text, tokens[n-1], t) {
				tokens[n-1].End, tokens[n-1].Text = t.End, tokens[n-1].Text+t.Text
				continue
			}
			tokens = append(tokens, t)
		}
	}
	return tokens
}

// parts cuts a segment at apostrophes and underscores, as bytes of it.
func parts(w, language string) [][2]int {
	if !strings.ContainsAny(w, "'’ʼ‘_") {
		return [][2]int{{0, len(w)}}
	}
	var out [][2]int
	from := 0
	for i, r := range w + "_" {
		if r != '\'' && r != '’' && r != 'ʼ' && r != '‘' && r != '_' {
			continue
		}
		part := w[from:min(i, len(w))]
		last := i >= len(w)
		switch {
		case part == "":
		case language == "fr" && !last && r != '_' && elided(part):
		case last && len(out) > 0 && strings.EqualFold(part, "s"):
		default:
			out = append(out, [2]int{from, min(i, len(w))})
		}
		from = i + utf8.RuneLen(r)
	}
	return out
}

// elided tells a French word that loses its vowel before another.
func elided(part string) bool {
	switch strings.ToLower(part) {
	case "c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "presqu", "quelqu":
		return true
	}
	return false
}

func token(segment string, part [2]int, at int) Token {
	w := segment[part[0]:part[1]]
	t := Token{Start: at + part[0], End: at + part[1], Text: w}
	r, _ := utf8.DecodeRuneInString(w)
	t.Capital = unicode.IsUpper(r)
	if unicode.IsDigit(r) {
		digits := strings.Map(func(r rune) rune {
			if separates(r) {
				return -1
			}
			return r
		}, w)
		if strings.IndexFunc(digits, func(r rune) bool { return !unicode.IsDigit(r) }) < 0 {
			t.Number = true
			if thousands(w) {
				t.Text = digits
			}
		}
	}
	return t
}

// separates tells what may stand between the digits of one number within one segment; Unicode counts the narrow blank
// (U+202F) to the number.
func separates(r rune) bool { return r == ',' || r == '.' || r == '\u202f' }

// thousands tells "1,500" and "1.500.000" from "3.5" and "26.11": groups of three after the first separator.
func thousands(w string) bool {
	groups := strings.FieldsFunc(w, separates)
	for i, g := range groups {
		if i == 0 && (len(g) > 3 || g == "0") && len(groups) > 1 || i > 0 && len(g) != 3 {
			return false
		}
	}
	return true
}

// joinsThousands tells that b goes on the number a: "1 500", with any kind of blank.
func joinsThousands(text string, a, b Token) bool {
	if !a.Number || len(b.Text) != 3 || b.End-b.Start != 3 || len(a.Text) > 3 && a.End-a.Start == len(a.Text) || a.Text == "0" {
		return false
	}
	switch text[a.End:b.Start] {
	case "\u00a0", "\u202f", "\u2009":
		return true
	case " ":
		return b.Text == "000" || a.End-a.Start != len(a.Text) || strings.HasSuffix(b.Text, "0")
	}
	return false
}
