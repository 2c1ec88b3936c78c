package cite

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"passerelle/retrieval"
)

//go:embed numberwords.tsv
var numberWordsFile string

// numberWords is numberwords.tsv by the first letter of the words; never changed.
var numberWords = mustReadNumberWords(numberWordsFile)

type numberWord struct {
	kind    string
	value   float64
	literal string         // the word, or its pattern
	word    *regexp.Regexp // of a pattern; nil of a word
}

// begins tells that a word may fit the pattern by its second letter, where the pattern has a plain one.
func (n *numberWord) begins(folded string) bool {
	_, first := utf8.DecodeRuneInString(n.literal)
	second, size := utf8.DecodeRuneInString(n.literal[first:])
	third, _ := utf8.DecodeRuneInString(n.literal[first+size:])
	if !unicode.IsLetter(second) || strings.ContainsRune("?*+{", third) {
		return true
	}
	return strings.HasPrefix(folded[min(first, len(folded)):], n.literal[first:first+size])
}

// Kinds of number words: the first column of numberwords.tsv, which explains them.
const (
	kindMust  = "must"
	kindMay   = "may"
	kindGroup = "group"
	kindPart  = "part"
	kindShare = "share"
)

// mustReadNumberWords panics on a broken table: it is a part of the program, read once when the program begins.
func mustReadNumberWords(file string) map[rune][]numberWord {
	kinds := []string{kindMust, kindMay, kindGroup, kindPart, kindShare}
	out := map[rune][]numberWord{}
	for i, line := range strings.Split(file, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		columns := strings.Split(line, "\t")
		if len(columns) != 3 || !slices.Contains(kinds, columns[0]) {
			panic(fmt.Sprintf("numberwords.tsv:%d: want one of %v, a number and a pattern: %q", i+1, kinds, line))
		}
		value, err := strconv.ParseFloat(columns[1], 64)
		if err != nil {
			panic(fmt.Sprintf("numberwords.tsv:%d: %v", i+1, err))
		}
		for _, one := range alternatives(columns[2]) {
			first, _ := utf8.DecodeRuneInString(one)
			n := numberWord{kind: columns[0], value: value, literal: one}
			if strings.ContainsFunc(one, func(r rune) bool { return !unicode.IsLetter(r) }) {
				n.word = regexp.MustCompile(`^(?:` + one + `)$`)
			}
			out[first] = append(out[first], n)
		}
	}
	return out
}

// alternatives cuts a pattern at the bars outside of brackets.
func alternatives(pattern string) []string {
	var out []string
	depth, start := 0, 0
	for i, r := range pattern {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == '|' && depth == 0:
			out = append(out, pattern[start:i])
			start = i + 1
		}
	}
	return append(out, pattern[start:])
}

// word is one word of a text, folded.
type word struct {
	retrieval.Span
	folded string
}

// words cuts a text at everything but letters, so that "vingt-six" is two words.
func words(text string) []word {
	var out []word
	start := -1
	end := func(i int) {
		if start >= 0 {
			out = append(out, word{retrieval.Span{Start: start, End: i}, foldWord(text[start:i])})
		}
		start = -1
	}
	for i, r := range text {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsMark(r):
			end(i)
		case start < 0:
			start = i
		}
	}
	end(len(text))
	return out
}

// foldWord gives a word in lower case without accents; й stays.
func foldWord(s string) string {
	if plain := strings.ToLower(s); !strings.ContainsFunc(plain, needsFolding) {
		return plain
	}
	s = strings.ToLower(strings.ReplaceAll(norm.NFC.String(s), "œ", "oe"))
	var b strings.Builder
	for _, r := range s {
		if r == 'й' {
			b.WriteRune(r)
			continue
		}
		for _, d := range norm.NFD.String(string(r)) {
			if !unicode.IsMark(d) {
				b.WriteRune(d)
			}
		}
	}
	return b.String()
}

// needsFolding tells a letter that may have an accent, or be two: all but plain Latin and Russian ones.
func needsFolding(r rune) bool {
	return !('a' <= r && r <= 'z' || 'а' <= r && r <= 'я')
}

// joins tells that two number words may be parts of one number.
func joins(between string) bool {
	return strings.TrimFunc(between, func(r rune) bool { return unicode.IsSpace(r) || r == '-' || r == '‑' }) == ""
}

// wordValue gives what a folded word says; a scale such as "million" is a number of its own.
func wordValue(folded string) (numberWord, bool) {
	first, _ := utf8.DecodeRuneInString(folded)
	for _, n := range numberWords[first] {
		if n.literal == folded || n.word != nil && n.begins(folded) && n.word.MatchString(folded) {
			return n, true
		}
	}
	if factor := scaleOf(folded); len(factor) > 0 && factor[0] > 1 {
		return numberWord{kind: kindMust, value: factor[0]}, true
	}
	return numberWord{}, false
}

var roman = regexp.MustCompile(`^(X{0,3}|XL|L?X{0,3})(IX|IV|V?I{0,3})(e|er|è?me|ème|th)?$`)

// romanFact reads I to LXXXIX: centuries, congresses, districts. One letter alone may be anything, and "L" is an article.
func romanFact(text string, w word) (fact, bool) {
	written := text[w.Start:w.End]
	m := roman.FindStringSubmatch(strings.ReplaceAll(written, "Х", "X")) // typed with the Cyrillic letter in Russian
	if m == nil || m[1]+m[2] == "" || m[1]+m[2] == "L" {
		return fact{}, false
	}
	values := map[byte]float64{'I': 1, 'V': 5, 'X': 10, 'L': 50}
	digits := m[1] + m[2]
	total := 0.0
	for i := range len(digits) {
		v := values[digits[i]]
		if i+1 < len(digits) && values[digits[i+1]] > v {
			v = -v
		}
		total += v
	}
	weak := len(digits) == 1 && !centuryAfter.MatchString(text[w.End:])
	return fact{Span: w.Span, text: written, values: []float64{total}, roman: true, weak: weak}, true
}

var centuryAfter = regexp.MustCompile(`^[\s\p{Zs}]*(?i:si[èe]cle|centur|век|столет)`)
