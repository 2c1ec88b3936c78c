package answer

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"passerelle/bot/cite"
)

// orders matches what texts say that were meant to mislead a program that reads them: an imperative at the beginning of a
// sentence, an address to a model, or the marks of a prompt. That an article tells of a mayor who ignores a rule is none.
var orders = regexp.MustCompile(`(?i)` + strings.Join([]string{
	begins + `(?:ignore|disregard|forget|override)\s[^.!?]{0,40}\b(?:instructions?|rules|prompts?|guidelines|directions)\b`,
	begins + `(?:reveal|print|show|repeat|output)\s[^.!?]{0,30}\b(?:prompt|instructions|rules)\b`,
	`(?:^|[^\p{L}])you are (?:now )?(?:an? )?(?:AI|assistant|chatbot|language model)\b`,

	begins + `(?:ignore[sz]?|ignorer|oublie[sz]?|oublier|ne (?:tiens|tenez|tenir) (?:pas|aucun|plus) compte)\s[^.!?]{0,40}(?:instructions?|consignes?|règles|directives)`,
	begins + `(?:révèle[sz]?|affiche[sz]?|montre[sz]?|répète[sz]?|divulgue[sz]?)\s[^.!?]{0,30}(?:prompt|consignes|instructions|règles)`,
	`(?:^|[^\p{L}])(?:tu es|vous êtes) (?:désormais |maintenant )?(?:une? )?(?:IA|intelligence artificielle|assistante?|chatbot|modèle de lang(?:age|ue))(?:$|[^\p{L}])`,

	begins + `(?:игнорируй(?:те)?|забудь(?:те)?|не обращай(?:те)? внимания на|не соблюдай(?:те)?)\s[^.!?]{0,40}(?:инструкци|правила|указани|промпт)`,
	begins + `(?:раскрой(?:те)?|покажи(?:те)?|выведи(?:те)?|повтори(?:те)?)\s[^.!?]{0,30}(?:промпт|инструкци|правила)`,
	`(?:^|[^\p{L}])(?:ты|вы)\s*[—–-]?\s*(?:теперь )?(?:ИИ|ассистент|языковая модель|чат-бот|искусственный интеллект)(?:$|[^\p{L}])`,

	`<\|?(?:im_start|im_end|endoftext|system)\|?>`, `\[/?INST\]`, `(?:^|\n)\s*#{0,6}\s*(?:system|assistant|developer)\s*:`,
}, "|"))

// begins is the beginning of a sentence or of what somebody says, and a word of courtesy.
const begins = `(?:^|[.!?:;…«“"(>*\n—–-])\s*(?:(?:please|now|and|then|veuillez|merci de|puis|et|пожалуйста|теперь)[\s,]+)?`

// instructs tells that a text gives orders to a program that reads it.
func instructs(text string) bool {
	return orders.MatchString(strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsSpace(r) && r != '\n':
			return ' '
		}
		return r
	}, norm.NFKC.String(text)))
}

// phrases are runs of words of a text.
type phrases map[string]bool

// phraseWords is how long a run of words must be to have been copied.
const phraseWords = 6

func phrasesOf(texts ...string) phrases {
	out := phrases{}
	for _, text := range texts {
		for phrase := range runs(text) {
			out[phrase] = true
		}
	}
	return out
}

// in tells that a text has a phrase that its quotes do not have.
func (p phrases) in(text string, quotes []cite.Quote) bool {
	for phrase := range runs(text) {
		if !p[phrase] {
			continue
		}
		quoted := false
		for _, q := range quotes {
			quoted = quoted || runs(q.Text())[phrase]
		}
		if !quoted {
			return true
		}
	}
	return false
}

func runs(text string) map[string]bool {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	out := map[string]bool{}
	for i := phraseWords; i <= len(words); i++ {
		out[strings.Join(words[i-phraseWords:i], " ")] = true
	}
	return out
}

// mixesScripts tells that a word is spelled with letters of more than one alphabet, as names are that only look like the
// one they pretend to be, unless a quote spells it so.
func mixesScripts(text string, quotes []cite.Quote) bool {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) }) {
		scripts := 0
		for _, script := range []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek} {
			if strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(script, r) }) {
				scripts++
			}
		}
		if scripts < 2 {
			continue
		}
		quoted := false
		for _, q := range quotes {
			quoted = quoted || strings.Contains(q.Text(), word)
		}
		if !quoted {
			return true
		}
	}
	return false
}
