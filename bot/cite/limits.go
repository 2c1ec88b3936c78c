package cite

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// limit is what stands before a number: "plus de 100" is above it, "moins de 100" below. One is not proven by the other;
// a plain number proves both, and is proven by both: languages differ in where they say "nearly", "up to" and "over"
// (of true pairs of sentences, 2 to 10 in a hundred do).
type limit int

const (
	above limit = 1
	below limit = -1
)

// limits are the words before a number, folded; the first that fit count.
var limits = []struct {
	words []string
	limit limit
}{
	{[]string{"pas plus de ", "pas plus d'", "no more than ", "not more than ", "не более ", "не больше ", "не более чем ", "au plus ", "maximum ", "at most "}, below},
	{[]string{"pas moins de ", "pas moins d'", "no less than ", "no fewer than ", "not less than ", "не менее ", "не меньше ", "au moins ", "minimum ", "at least ", "минимум "}, above},
	{[]string{"plus de ", "plus d'", "au-dela de ", "more than ", "over ", "exceeds ", "upwards of ", "in excess of ", "более ", "более чем ", "больше ", "больше чем ", "свыше "}, above},
	{[]string{"moins de ", "moins d'", "less than ", "fewer than ", "under ", "below ", "менее ", "менее чем ", "меньше ", "меньше чем ", "максимум "}, below},
}

// limitBefore reads what stands before a number.
func limitBefore(text string, start int) limit {
	before := text[max(0, start-len("не более чем ")):start]
	before = strings.NewReplacer("’", "'", "\u00a0", " ", "\u202f", " ", "à", "a").Replace(strings.ToLower(strings.ToValidUTF8(before, "")))
	for _, l := range limits {
		for _, w := range l.words {
			head, ok := strings.CutSuffix(before, w)
			if last, _ := utf8.DecodeLastRuneInString(head); ok && (head == "" || !unicode.IsLetter(last)) {
				return l.limit
			}
		}
	}
	return 0
}

// yearBefore is what stands before a year and before no count.
var yearBefore = regexp.MustCompile(`(?:^|[^\p{L}])(?:en|in|depuis|dès|fin|début|mi|années?|ans|since|until|by|early|late|mid|from|of|du|de|в|с|к|до|по|за|от|начал[ае]|конц[аеу]|весной|летом|осенью|зимой|été|printemps|automne|hiver|spring|summer|autumn|winter|fall)[\s\p{Zs}-]*$`)

// counting tells a number that counts what follows it, and is no year: "2018 entreprises".
func counting(text string, f fact) bool {
	if f.dated != 0 || f.month || f.ordinal || f.roman {
		return false
	}
	rest := text[f.End:]
	next := strings.TrimLeftFunc(rest, unicode.IsSpace)
	if len(next) == len(rest) {
		return false
	}
	if i := strings.IndexFunc(next, func(r rune) bool { return !isWordRune(r) }); i >= 0 {
		next = next[:i]
	}
	first, _ := utf8.DecodeRuneInString(next)
	if !unicode.IsLower(first) || isStopWord(next) || strings.HasPrefix(next, "год") || next == "г" || next == "гг" {
		return false
	}
	before := strings.ToLower(strings.ToValidUTF8(lately(text, f.Start), ""))
	if last := words(before); len(last) > 0 && months[last[len(last)-1].folded] > 0 {
		return false
	}
	return !yearBefore.MatchString(before)
}
