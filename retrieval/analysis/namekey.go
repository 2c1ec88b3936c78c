package analysis

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// NameKey spells a name by its sound, so that its French, Russian and English spellings meet: Levtchenko, Levchenko and
// Левченко share one key. A key is ASCII: the consonants b d f g h k l m n p r s t v, z for ж and soft g, S for ч ш щ,
// and the vowels a e i o u, one to a syllable.
//
// The language is not needed for the key: French and English spellings are read by the same rules, because a name keeps
// its spelling when it passes from one to the other (Limoges, Lyon, Ivanov). Where two readings are possible both sides
// are brought to the poorer one (з with с, ге with же).
func NameKey(word, _ string) string {
	var room [64]byte
	sounds := appendSounds(room[:0], word)
	return string(settle(sounds))
}

// Skeleton is a key without its last vowels, the part that Russian cases and a French mute e change.
func Skeleton(key string) string { return strings.TrimRight(key, "aeiou") }

// appendSounds reads the letters of a word, in either script, into sounds not yet simplified.
func appendSounds(sounds []byte, word string) []byte {
	var room [64]byte
	letters := room[:0] // Latin letters not yet read, as ASCII; ç is written s, which it sounds like
	flush := func() {
		sounds = appendLatin(sounds, letters)
		letters = letters[:0]
	}
	for _, r := range norm.NFKC.String(word) {
		if r < unicode.MaxASCII {
			if r = unicode.ToLower(r); 'a' <= r && r <= 'z' {
				letters = append(letters, byte(r))
			}
			continue
		}
		r = unicode.ToLower(r)
		if s, ok := cyrillicSound(r); ok {
			flush()
			sounds = append(sounds, s...)
			continue
		}
		switch r {
		case 'ç':
			letters = append(letters, 's')
		case 'œ', 'æ':
			letters = append(letters, 'e')
		default:
			var decomposed [8]byte
			for _, base := range norm.NFD.AppendString(decomposed[:0], string(r)) {
				if 'a' <= base && base <= 'z' {
					letters = append(letters, base)
				}
				break
			}
		}
	}
	flush()
	return sounds
}

// cyrillicSound gives the sound of a Russian or Ukrainian letter.
func cyrillicSound(r rune) (string, bool) {
	const first, last = 'а', 'я'
	if first <= r && r <= last {
		return cyrillicSounds[r-first], true
	}
	switch r {
	case 'ё', 'є':
		return "e", true
	case 'і', 'ї':
		return "i", true
	case 'ґ':
		return "g", true
	}
	return "", false
}

// cyrillicSounds are the sounds of а to я.
var cyrillicSounds = [...]string{"a", "b", "v", "g", "d", "e", "z", "s", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s",
	"t", "u", "f", "h", "ts", "S", "S", "S", "", "i", "", "e", "u", "a"}

// latinSounds are the spellings of more than one letter, longer ones before their beginnings.
var latinSounds = []struct{ spelling, sound string }{
	{"chtch", "S"}, {"shch", "S"}, {"tsch", "S"}, {"tch", "S"}, {"tsh", "S"}, {"sch", "S"}, {"ch", "S"}, {"sh", "S"},
	{"dzh", "z"}, {"zh", "z"}, {"dj", "z"}, {"kh", "h"}, {"ph", "f"}, {"th", "t"}, {"rh", "r"}, {"gh", "g"}, {"ck", "k"},
	{"gue", "ge"}, {"gui", "gi"}, {"guy", "gi"}, {"qu", "k"}, {"tz", "ts"},
	{"eau", "o"}, {"ou", "u"}, {"ce", "se"}, {"ci", "si"}, {"cy", "si"},
}

// latinEndings are read at the end of a word only: mute letters of French, and the old -off for -ov.
var latinEndings = []struct{ spelling, sound string }{
	{"eaux", "o"}, {"aux", "o"}, {"oux", "u"}, {"eux", "e"}, {"iers", "e"}, {"ier", "e"}, {"es", "e"}, {"off", "ov"}, {"eff", "ev"},
}

func appendLatin(sounds, letters []byte) []byte {
	ending := ""
	for _, e := range latinEndings {
		if len(letters) > len(e.spelling)+1 && string(letters[len(letters)-len(e.spelling):]) == e.spelling {
			letters, ending = letters[:len(letters)-len(e.spelling)], e.sound
			break
		}
	}
letter:
	for i := 0; i < len(letters); i++ {
		for _, l := range latinSounds {
			if letters[i] == l.spelling[0] && len(letters)-i >= len(l.spelling) && string(letters[i:i+len(l.spelling)]) == l.spelling {
				sounds = append(sounds, l.sound...)
				i += len(l.spelling) - 1
				continue letter
			}
		}
		switch c := letters[i]; c {
		case 'j':
			sounds = append(sounds, 'z')
		case 'z':
			sounds = append(sounds, 's')
		case 'c', 'q':
			sounds = append(sounds, 'k')
		case 'w':
			sounds = append(sounds, 'v')
		case 'x':
			sounds = append(sounds, "ks"...)
		case 'y':
			sounds = append(sounds, 'i')
		default:
			sounds = append(sounds, c)
		}
	}
	return append(sounds, ending...)
}

// settle simplifies sounds in place, alike for both scripts: soft g, affricates, vowels in a row, doubled consonants.
func settle(sounds []byte) []byte {
	out := sounds[:0] // never longer than what was read
	for i := 0; i < len(sounds); i++ {
		c := sounds[i]
		next, last := byte(0), byte(0)
		if i+1 < len(sounds) {
			next = sounds[i+1]
		}
		if len(out) > 0 {
			last = out[len(out)-1]
		}
		if isVowel(c) {
			end := i + 1
			for end < len(sounds) && isVowel(sounds[end]) {
				end++
			}
			out = appendVowels(out, sounds[i:end])
			i = end - 1
			continue
		}
		switch {
		case c == 'g' && (next == 'e' || next == 'i'): // Sergueï, Limoges, Анже
			c = 'z'
		case c == 'g' && next == 'n': // Avignon, Авиньон
			continue
		case c == 't' && (next == 's' || next == 'S'), c == 'd' && next == 'z': // ц, ч, дж
			continue
		case c == 't' && last == 'n' && next != 0 && next != 'r' && !isVowel(next): // Montpellier, Монпелье
			continue
		}
		if c != last {
			out = append(out, c)
		}
	}
	return out
}

func isVowel(c byte) bool { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' }

// appendVowels writes a row of vowels as one or two: я and ia as a, ё and io as e, ай as a, ау as o, уа (oi) as o.
func appendVowels(out, row []byte) []byte {
	start := len(out)
	glide := false // an i beside another vowel only softens
	for _, v := range row {
		glide = glide || v != 'i'
	}
	for i, v := range row {
		switch {
		case v == 'i' && glide:
			continue
		case v == 'o' && i > 0 && row[i-1] == 'i':
			v = 'e'
		}
		if len(out) > start && out[len(out)-1] == v {
			continue
		}
		out = append(out, v)
	}
	if len(out) == start+2 {
		switch string(out[start:]) {
		case "au", "ua":
			out = append(out[:start], 'o')
		case "eu":
			out = append(out[:start], 'e')
		case "ou": // Pervoouralsk, Первоуральск
			out = append(out[:start], 'u')
		}
	}
	return out
}
