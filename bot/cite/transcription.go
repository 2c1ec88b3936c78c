package cite

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"passerelle/retrieval/analysis"
)

// likeReading is the likeness from which a name is another's transcription: a vowel more or another, or a consonant that
// sounds alike.
const likeReading = .75

// isTranscribed tells a name in one script that sounds as a name in the other does when this is read as its own language
// reads it: Жийо and Gillot, Кель and Kehl, Риччи and Ricci.
func (n *Names) isTranscribed(name, language string, evidence namedTexts) bool {
	cyrillic := analysis.IsCyrillic(name)
	var own []string
	return evidence.any(func(t *namedText) bool {
		return slices.ContainsFunc(t.names, func(other spelling) bool {
			if other.cyrillic == cyrillic {
				return false
			}
			if own == nil {
				own = n.sounds(name, language, cyrillic)
			}
			return anyAlike(own, other.sounds(), other.least)
		})
	})
}

// spelling is a name as a text has it.
type spelling struct {
	cyrillic bool
	least    float64         // likeness from which another is its transcription
	sounds   func() []string // made when a name is first compared with it
}

func (n *Names) spelling(name, language string, least float64) spelling {
	cyrillic := analysis.IsCyrillic(name)
	return spelling{cyrillic, least, sync.OnceValue(func() []string { return n.sounds(name, language, cyrillic) })}
}

// sounds gives the keys of how a name may sound.
func (n *Names) sounds(name, language string, cyrillic bool) []string {
	if cyrillic {
		return russianSounds(name, language)
	}
	name = strings.TrimSuffix(strings.ToLower(strings.ReplaceAll(name, "’", "'")), "'s")
	var out []string
	for _, r := range n.respellings {
		if key := analysis.NameKey(r.spell(name), language); len(key) > 1 && !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	return out
}

// aroundPlace is how Russian calls the land about a mountain, a river or a lake: Приэльбрусье, Забайкалье, Поволжье.
var aroundPlace = regexp.MustCompile(`^(?:при|за|по|под|пред|меж)(\p{L}{4,}?)ь(?:е|я|ю|ем|ём)$`)

// russianSounds gives the keys of a Russian name in all its cases, and of the place that it is derived from.
func russianSounds(name, language string) []string {
	out := analysis.NameForms(name, language)
	if m := aroundPlace.FindStringSubmatch(strings.ToLower(name)); m != nil {
		out = append(out, analysis.NameKey(m[1], language))
	}
	return out
}

// respelling is how one language reads Latin letters where analysis.NameKey, which serves all, reads them otherwise: patterns
// and what is written for them, in this order. What is written is read by NameKey.
type respelling []struct {
	pattern *regexp.Regexp
	written string
}

func (r respelling) spell(name string) string {
	for _, step := range r {
		name = step.pattern.ReplaceAllString(name, step.written)
	}
	return name
}

func newRespelling(pairs ...string) respelling {
	var out respelling
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, respelling{{regexp.MustCompile(pairs[i]), pairs[i+1]}}...)
	}
	return out
}

// Letters of other alphabets than the French that no reading may take for their base.
var accented = []string{
	`[šșş]`, "sh", `[čć]`, "ch", `ž`, "zh", `[țţ]`, "ts", `ñ`, "ni", `ł`, "l", `ø`, "o", `ß`, "ss", `đ`, "dj",
}

// newRespellings follow the rules by which Russian transcribes names (Гиляревский, Старостин: Иностранные имена и названия в
// русском тексте, 1985), as far as NameKey tells the sounds apart.
func newRespellings() []respelling {
	return []respelling{
		newRespelling(append(slices.Clone(accented), // French
			`^h`, "", `(?:ault|auld|aulx|aud|aut|eau|eaux|au)$`, "o", `ch([rnlm])`, "k$1", `ès$`, "ess", `ge([aou])`, "j$1",
			`([aeiouy])ill?$`, "${1}y", `([aeouy])ill`, "${1}y", `ill`, "iy", `oy`, "uay",
			`([aeiouéèêy])[sxtdzp]+$`, "$1", `([rnl])[sxtdz]+$`, "$1", `er$`, "e", `ay$|ey$`, "e", `ai([^nm]|$)|ei([^nm]|$)`, "e$1$2",
			`([^i])(?:en|em)([^aeiouyéèêmn]|$)`, "${1}an$2", `(?:ain|ein|aim|in|im|yn|un|um)([^aeiouyéèêmn]|$)`, "en$1", `^eu`, "ev", `œu|eu`, "e",
		)...),
		newRespelling(append(slices.Clone(accented), // Spelt with mute letters that Russian leaves out, and no others
			`^h`, "", `(?:ault|auld)$`, "o", `ch([rnlm])`, "k$1", `ès$`, "ess", `([aeouy])ill`, "${1}y", `ill`, "iy", `^eu`, "ev", `([aeiouyéèê])[sxtdz]$`, "$1",
		)...),
		newRespelling(append(slices.Clone(accented), // German, Dutch, of the North
			`([aeiouyäöü])h([^aeiouyäöü]|$)`, "$1$2", `chr`, "kr", `ch`, "kh", `^sp`, "shp", `^st`, "sht", `ei|ey`, "ai", `eu|äu`, "oi", `ie`, "i", `oe`, "e", `ö`, "e", `å|aa`, "o",
			`y`, "u", `j`, "y",
		)...),
		newRespelling(append(slices.Clone(accented), // Finnish, Estonian, Swedish, Polish
			`ä|ae`, "a", `ö`, "e", `å`, "o", `sz`, "sh", `cz`, "ch", `rz`, "zh", `ó`, "u", `([aeiou])h([^aeiou]|$)`, "$1$2", `y`, "u", `j`, "y",
		)...),
		newRespelling(append(slices.Clone(accented), // English
			`chr`, "kr", `igh`, "ai", `([aeiou])gh`, "$1", `dge?$|dge`, "dj", `oa|ow$|aw`, "o", `ee|ea`, "i", `([aeiou])h([nmlr]|$)`, "$1$2", `oo`, "u", `w([aeiou])`, "u$1", `ay`, "ei", `([^aeiou])e$`, "$1",
		)...),
		newRespelling(append(slices.Clone(accented), // Italian, Romanian
			`ch([eirlnm]|$)`, "k$1", `cc([ei])`, "ch$1", `sc([ei])`, "sh$1", `c([ei])`, "ch$1", `gli`, "li", `gh`, "g", `gi([aou])`, "j$1", `^h`, "", `qu`, "k",
		)...),
		newRespelling(append(slices.Clone(accented), // Spanish, Catalan, Portuguese
			`ch$`, "k", `j`, "kh", `g([ei])`, "kh$1", `nh`, "ni", `lh|ll`, "li", `^h`, "", `ç`, "s", `x`, "sh",
		)...),
	}
}
