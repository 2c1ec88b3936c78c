package analysis

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// minStem is how many letters of a word an ending must leave: fewer say nothing of a name.
const minStem = 3

// NameForms gives the keys that a name written as this word may have: first that of the word itself, then those of the
// word without its endings (Russian cases and adjectives, demonyms in the three languages) and, for a Latin spelling,
// that of its French sound (Calais, Orléans, Angers). language is that of the text around it, but
// Cyrillic letters are read as Russian in any. No key is given twice; a word without letters has none.
func NameForms(word, language string) []string { return nameForms(word, language, true) }

// WrittenForms are the NameForms to compare with those of another Latin spelling: without that of the French sound.
func WrittenForms(word, language string) []string { return nameForms(word, language, false) }

func nameForms(word, language string, sound bool) []string {
	word = strings.ToLower(strings.ReplaceAll(word, "’", "'"))
	var keys []string
	add := func(form string) {
		if key := NameKey(form, language); key != "" && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	add(word)
	if strings.ContainsFunc(word, isCyrillic) {
		russianForms(word, add)
		return keys
	}
	word = strings.TrimSuffix(word, "'s")
	add(word)
	endings := demonymsFrench
	if language == "en" {
		endings = demonymsEnglish
	}
	for _, ending := range endings {
		if stem, ok := strings.CutSuffix(word, ending); ok && utf8.RuneCountInString(stem) > minStem {
			add(stem)
			break
		}
	}
	if reading := frenchReading(word); sound && reading != word {
		add(reading)
	}
	return keys
}

// frenchReading spells a Latin name nearer to how French says it, which is what Cyrillic writes: without mute letters at
// its ends, ai as e.
func frenchReading(word string) string {
	reading := strings.TrimPrefix(word, "h")
	if stem := strings.TrimRight(reading, "sxtdz"); utf8.RuneCountInString(stem) >= minStem {
		reading = stem
	}
	if stem, ok := strings.CutSuffix(reading, "er"); ok && utf8.RuneCountInString(stem) >= minStem {
		reading = stem + "e"
	}
	return strings.ReplaceAll(reading, "ai", "e")
}

func isCyrillic(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }

// russianForms adds the word without each ending it may have, and an adjective's town (иркутский from Иркутск, калужский
// from Калуга).
func russianForms(word string, add func(string)) {
	cut := func(endings []string) string {
		for _, ending := range endings {
			if stem, ok := strings.CutSuffix(word, ending); ok && utf8.RuneCountInString(stem) >= minStem {
				return stem
			}
		}
		return ""
	}
	if stem := cut(casesRussian); stem != "" {
		add(stem)
		if town, ok := strings.CutSuffix(stem, "ск"); ok && utf8.RuneCountInString(town) >= minStem {
			add(town)
			for _, a := range alternations {
				if root, ok := strings.CutSuffix(town, a.soft); ok {
					add(root + a.hard)
				}
			}
		}
	}
	if stem := cut(demonymsRussian); stem != "" {
		add(stem)
	}
}

// Endings, longest first, so that the first that fits is the longest.
var (
	casesRussian = []string{"иями", "ями", "ами", "иях", "иям", "ием", "ого", "его", "ому", "ему", "ыми", "ими",
		"ой", "ей", "ом", "ем", "ём", "ам", "ям", "ах", "ях", "ый", "ий", "ая", "яя", "ое", "ее", "ые", "ие", "ых", "их", "ую",
		"юю", "ым", "им", "ия", "ии", "ию", "ью", "ов", "ев", "у", "ю", "а", "я", "е", "и", "о", "ы", "ь", "й"}
	demonymsRussian = []string{"чанами", "чанина", "чанин", "чанка", "чане", "чан", "янами", "янина", "янин", "янка", "яне",
		"анами", "анина", "анин", "анка", "ане", "ичами", "ичей", "ичка", "ичи", "ич", "цами", "цев", "цам", "ец", "цы", "ца"}
	demonymsFrench = []string{"aises", "aise", "ais", "oises", "oise", "ois", "iennes", "ienne", "iens", "ien", "éennes",
		"éenne", "éens", "éen", "eennes", "eenne", "eens", "een", "ites", "ite"}
	demonymsEnglish = []string{"ians", "ian", "ites", "ite", "ese", "ers", "er", "ans", "an"}
)

// alternations are the consonants that change before -ский.
var alternations = []struct{ soft, hard string }{{"ж", "г"}, {"ч", "к"}, {"ш", "х"}}
