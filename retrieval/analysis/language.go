package analysis

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// DetectLanguage tells whether a text is French, Russian or English ("fr", "ru", "en"): by its script, then by how much
// likelier its letters are in French or in English. A text that says little either way is French, the language of most
// documents.
func DetectLanguage(text string) string { return DetectLanguageOr(text, "fr") }

// leastSure is the logarithm of odds below which letters say little: a name alone is written alike in both languages.
const leastSure = 1.2

// DetectLanguageOr is DetectLanguage with another language for a text that says little: that of the conversation before.
func DetectLanguageOr(text, fallback string) string {
	cyrillic, latin := 0, 0
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
		case unicode.Is(unicode.Latin, r):
			latin++
		}
	}
	if cyrillic > 0 && cyrillic*3 >= latin { // Latin names of firms stand in many Russian texts
		return "ru"
	}
	switch odds := likelierEnglish(text); {
	case odds > leastSure:
		return "en"
	case odds < -leastSure:
		return "fr"
	}
	return fallback
}

// likelierEnglish is the logarithm of how many times likelier the text is in English than in French.
func likelierEnglish(text string) float64 {
	table := trigrams()
	sum := 0.0
	tokens := Tokens(text, "")
	for _, t := range tokens {
		if t.Number {
			continue
		}
		w := strings.ToLower(t.Text)
		if strings.ContainsAny(w, "éèêàùçâîôûëïœ") {
			sum -= 4
		}
		// A capital in the middle of a sentence begins a name, and names are written alike in both.
		share := 1.0
		if t.Capital && (!t.First || len(tokens) == 1) {
			share = 0.25
		}
		padded := " " + Fold(w) + " "
		for i := range len(padded) - 2 {
			sum += share * table[padded[i:i+3]]
		}
		if whole, ok := table[padded]; ok {
			sum += 2 * whole
		}
	}
	return sum
}

// trigrams.tsv: three letters of folded words, or a whole short word, between blanks; the natural logarithm of
// frequency in English over frequency in French. Counted over TICO-19 (CC0) by retrieval/analysis/gen.
//
//go:embed trigrams.tsv
var trigramData string

// trigrams reads the table once; it never changes after.
var trigrams = sync.OnceValue(func() map[string]float64 {
	table := make(map[string]float64, 4096)
	for line := range strings.Lines(trigramData) {
		gram, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if v, err := strconv.ParseFloat(value, 64); ok && err == nil {
			table[gram] = v
		}
	}
	return table
})
