package answer

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"passerelle/bot/cite"
)

// maxClaimRunes bounds one claim. A longer sentence is left out whole: cut, it could say something else.
const maxClaimRunes = 600

var (
	markdownLink   = regexp.MustCompile(`!?\[([^\[\]]*)\]\(\s*<?[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*>?(?:\s+"[^"]*")?\s*\)`)
	angleMarkup    = regexp.MustCompile(`<[^<>\s][^<>]*>`) // mentions, custom emoji, times, HTML, bare links in <>
	address        = regexp.MustCompile(`(?i)\b(?:[a-z][a-z0-9+.-]{1,20}://|www\.|discord\.gg/)\S*[^\s.,;:!?]`)
	spaceBefore    = regexp.MustCompile(`\s+([.,])`)
	massMention    = regexp.MustCompile(`(?i)@(everyone|here)\b`)
	citationNumber = regexp.MustCompile(`\s*\[\d{1,3}(?:\s*[,;]\s*\d{1,3})*\]`)
	emphasis       = strings.NewReplacer("**", "", "__", "", "~~", "", "||", "", "`", "")
	lineMarks      = regexp.MustCompile(`^(?:\s*(?:#{1,6}|>+|[-*•]|-#|\d{1,2}[.)])\s+)+`)
)

// idMarks matches the ids of a request where a model has put them behind a sentence, as it does with references.
func idMarks(sources []cite.Source) *regexp.Regexp {
	quoted := make([]string, len(sources))
	for i, s := range sources {
		quoted[i] = regexp.QuoteMeta(s.ID)
	}
	one := "(?:" + strings.Join(quoted, "|") + ")"
	return regexp.MustCompile(`\s*[\[(]\s*` + one + `(?:\s*[,;]\s*` + one + `)*\s*[\])]`)
}

// cleanClaim takes out of a model's sentence what is no words: control, bidirectional and invisible characters, links,
// mentions, markup, citation numbers of its own. What is proven is what is left, and so is what is shown.
func cleanClaim(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f': // those two are French typography
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), r == utf8.RuneError:
			return -1
		}
		return r
	}, norm.NFC.String(strings.ToValidUTF8(text, "")))
	for {
		// What a removal brings together may be markup again.
		before := text
		text = markdownLink.ReplaceAllString(text, "$1")
		text = angleMarkup.ReplaceAllString(text, "")
		text = address.ReplaceAllString(text, "")
		text = massMention.ReplaceAllString(text, "$1")
		text = citationNumber.ReplaceAllString(text, "")
		text = emphasis.Replace(text)
		text = lineMarks.ReplaceAllString(text, "")
		text = spaceBefore.ReplaceAllString(text, "$1")
		text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' }), " ")
		if text == before {
			return text
		}
	}
}

// sentenceEnd is a place where a sentence may end: a mark, perhaps closing quotation marks, white space.
var sentenceEnd = regexp.MustCompile(`[.!?…]+[\s\x{a0}\x{202f}]*[»”"')]*[\s\x{a0}\x{202f}]+`)

// maxAbbreviationRunes is how long a word before a full stop may be to be an abbreviation or initial: "M. Longuet",
// "Mme. Silvina", "J.-P. Thomas", "г. Иркутск".
const maxAbbreviationRunes = 3

// sentences cuts a claim into sentences, so that each is proven by itself.
func sentences(text string) []string {
	var out []string
	start := 0
	for _, m := range sentenceEnd.FindAllStringIndex(text, -1) {
		next, _ := utf8.DecodeRuneInString(strings.TrimLeft(text[m[1]:], "«“\"'( \u00a0\u202f"))
		before := text[start:m[0]]
		word := before[strings.LastIndexAny(before, " \u00a0-(.’'")+1:]
		abbreviation := text[m[0]] == '.' && utf8.RuneCountInString(word) <= maxAbbreviationRunes
		if abbreviation || !unicode.IsUpper(next) && !unicode.IsDigit(next) {
			continue
		}
		out = append(out, strings.TrimSpace(text[start:m[1]]))
		start = m[1]
	}
	if rest := strings.TrimSpace(text[start:]); rest != "" {
		out = append(out, rest)
	}
	return out
}
