package cite

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/retrieval"
)

// negated tells whether a stretch of text is negated, and whether it says a "no" in any way.
func negated(text string) (negates, implies bool) {
	r := read(text)
	return len(r.hits[cueNegates]) > 0, r.negatedAnywhere()
}

// negation says where a claim says yes to what its quotes say no to, or the reverse. A quote that is a part of its
// sentence is read with the clauses it was taken from, so that "signé d’accord" cannot leave its "n’ont pas" behind; a
// claim then needs a "no" of its own where all of them are negated. A whole sentence shows its "no" to the reader and may
// be told in other words ("est restée muette"), so that nothing is demanded for it.
func (p *Prover) negation(c Claim, quotes []Quote) (why string) {
	claimNegates, claimImplies := negated(c.Text)
	answered := len(quotes) == 0
	for _, q := range quotes {
		text := q.Document.Text
		sentence := sentenceAround(text, q.Span)
		_, implies := negated(text[sentence.Start:sentence.End])
		answered = answered || implies
		part := strings.ContainsFunc(text[sentence.Start:q.Start]+text[q.End:sentence.End], isWordRune)
		if part && !claimImplies && allNegated(text, sentence, q.Span) {
			return fmt.Sprintf("a quote from passage %s is part of what the source negates, and the claim negates nothing", q.ID)
		}
	}
	if claimNegates && !answered {
		return "it negates, and no sentence of its quotes does"
	}
	return ""
}

// allNegated tells that each clause of a sentence that a quote has words of is negated.
func allNegated(text string, sentence, quote retrieval.Span) bool {
	some := false
	for _, clause := range clauses(text, sentence) {
		common := retrieval.Span{Start: max(clause.Start, quote.Start), End: min(clause.End, quote.End)}
		if common.Start >= common.End || !strings.ContainsFunc(text[common.Start:common.End], isWordRune) {
			continue
		}
		if negates, _ := negated(text[clause.Start:clause.End]); !negates {
			return false
		}
		some = true
	}
	return some
}

var clauseMark = regexp.MustCompile(`[,;:()—–]|(?i:[\s\p{Zs}](?:mais|but|но|tandis que|while|alors que)[\s\p{Zs}])`)

// clauses cuts a sentence at its marks; a decimal comma is none.
func clauses(text string, sentence retrieval.Span) []retrieval.Span {
	var out []retrieval.Span
	start := sentence.Start
	for _, m := range clauseMark.FindAllStringIndex(text[sentence.Start:sentence.End], -1) {
		at, end := sentence.Start+m[0], sentence.Start+m[1]
		if after, _ := utf8.DecodeRuneInString(text[end:]); unicode.IsDigit(after) && text[at] == ',' {
			continue
		}
		out = append(out, retrieval.Span{Start: start, End: at})
		start = at
	}
	return append(out, retrieval.Span{Start: start, End: sentence.End})
}

// sentenceEnd is a mark that ends a sentence where a capital or nothing follows; the letters before it tell "M." and
// initials, which end none.
var sentenceEnd = regexp.MustCompile(`([\p{L}\p{N}]*)[^\p{L}\p{N}\s.!?…]*[.!?…]+[»"”)\s\p{Zs}]*(?:[\s\p{Zs}][«"“„(\s\p{Zs}—–-]*\p{Lu}|$)|()\n`)

const minLettersBeforeStop = 3

// sentenceAround returns the sentences that a span touches.
func sentenceAround(text string, s retrieval.Span) retrieval.Span {
	out := retrieval.Span{Start: 0, End: len(text)}
	for _, m := range sentenceEnd.FindAllStringSubmatchIndex(text, -1) {
		end := m[1]
		if m[2] >= 0 {
			if utf8.RuneCountInString(text[m[2]:m[3]]) < minLettersBeforeStop && m[3] < len(text) && text[m[3]] == '.' && !startsWith(text[m[2]:m[3]], unicode.IsDigit) {
				continue
			}
			end = m[3] + strings.IndexAny(text[m[3]:], ".!?…")
			_, size := utf8.DecodeRuneInString(text[end:])
			end += size
		}
		if end <= s.Start {
			out.Start = end
		} else if end >= s.End || strings.TrimFunc(text[min(end, s.End):s.End], func(r rune) bool { return !isWordRune(r) }) == "" {
			out.End = max(end, s.End)
			break
		}
	}
	return out
}
