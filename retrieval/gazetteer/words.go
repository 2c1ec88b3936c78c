package gazetteer

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/retrieval/analysis"
)

// word is a word of a name or of a text.
type word struct {
	start, end int    // bytes of the text
	folded     string // as names meet, apostrophes left out
	capital    bool   // begins with a capital letter
	acronym    bool   // has no small letter
	cyrillic   bool   // its first letter is Cyrillic
	first      bool   // begins a sentence, so that a capital says nothing
	joined     bool   // nothing but blanks, hyphens, apostrophes or a full stop between it and the word before
}

// splitWords appends the words of a text. Hyphens part words; an elided article is left out; other apostrophes, which
// write a soft sign or a possessive, do not part.
func splitWords(words []word, text string) []word {
	begin, first, joined := -1, true, false
	flush := func(end int) {
		if begin < 0 {
			return
		}
		if w, ok := newWord(text, begin, end); ok {
			w.first, w.joined = first, joined
			words = append(words, w)
			first, joined = false, true
		}
		begin = -1
	}
	for i, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) && begin >= 0:
			if begin < 0 {
				begin = i
			}
			continue
		case isApostrophe(r) && begin >= 0:
			if elided(text[begin:i]) {
				begin = -1
			}
			continue
		}
		flush(i)
		switch r {
		case ' ', '\u00a0', '\u202f', '-', '‐', '‑', '–', '—', '\u00ad', '\'', '’':
		case '.':
			first = true
		case '!', '?', '…', ':', '\n', '«', '“', '"':
			first, joined = true, false
		default:
			joined = false
		}
	}
	flush(len(text))
	return words
}

func newWord(text string, begin, end int) (word, bool) {
	for end > begin {
		r, size := utf8.DecodeLastRuneInString(text[begin:end])
		if !isApostrophe(r) {
			break
		}
		end -= size
	}
	w := text[begin:end]
	for _, possessive := range [...]string{"'s", "’s"} {
		if s, ok := strings.CutSuffix(w, possessive); ok {
			w = s
		}
	}
	if w == "" {
		return word{}, false
	}
	r, _ := utf8.DecodeRuneInString(w)
	folded := analysis.Fold(w)
	acronym := utf8.RuneCountInString(w) > 1 && strings.IndexFunc(w, func(r rune) bool { return !unicode.IsUpper(r) }) < 0
	if strings.IndexByte(folded, '\'') >= 0 {
		folded = strings.ReplaceAll(folded, "'", "")
	}
	return word{
		start: begin, end: begin + len(w), folded: folded,
		capital: unicode.IsUpper(r), acronym: acronym, cyrillic: unicode.Is(unicode.Cyrillic, r),
	}, folded != ""
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' }

// elided tells a French word that has lost its vowel before the next.
func elided(w string) bool {
	switch w {
	case "d", "l", "D", "L", "c", "C", "s", "S", "n", "N", "qu", "Qu", "jusqu", "Jusqu", "lorsqu", "Lorsqu", "puisqu", "Puisqu":
		return true
	}
	return false
}

// Endings of Russian nouns and adjectives in the cases other than a nominative without ending.
var (
	nounEndings = [...]string{"а", "я", "у", "ю", "ы", "и", "е", "о", "ь", "й", "ой", "ей", "ом", "ем", "ью", "ов", "ев", "ам", "ям",
		"ах", "ях", "ами", "ями"}
	adjectiveEndings = [...]string{"ий", "ый", "ой", "ая", "яя", "ое", "ее", "ие", "ые", "ого", "его", "ому", "ему", "ым", "им", "ом",
		"ем", "ей", "ую", "юю", "ых", "их", "ыми", "ими"}
)

// cut yields the word without each of the endings it has.
func cut(word string, endings []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, ending := range endings {
			if s, ok := strings.CutSuffix(word, ending); ok && utf8.RuneCountInString(s) >= minStem && !yield(s) {
				return
			}
		}
	}
}
