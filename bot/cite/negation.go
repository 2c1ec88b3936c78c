package cite

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/retrieval"
)

// negation says where a claim says yes to what its quotes say no to, or the reverse. A quote that is a part of its
// sentence is read with the clauses it was taken from, so that "signé d’accord" cannot leave its "n’ont pas" behind; a
// claim then needs a "no" of its own where all of them are negated. A whole sentence shows its "no" to the reader and may
// be told in other words ("est restée muette"), so that nothing is demanded for it here.
func negation(claim *reading, quotes []quoted) (why string) {
	answered := len(quotes) == 0
	for _, q := range quotes {
		answered = answered || q.negatedAnywhere()
		if q.isPart() && !claim.negatedAnywhere() && q.allNegated() {
			return fmt.Sprintf("a quote from passage %s is part of what the source negates, and the claim negates nothing", q.id)
		}
	}
	if len(claim.hits[cueNegates]) > 0 && !answered {
		return "it negates, and no sentence of its quotes does"
	}
	return ""
}

// quoted is a quote with the sentence, or sentences, that it stands in.
type quoted struct {
	*reading
	id, quote  string
	from, upTo int // the quote's own words
}

func readQuote(q Quote) quoted {
	text := q.Document.Text
	sentence := sentenceAround(text, q.Span)
	out := quoted{reading: read(text[sentence.Start:sentence.End]), id: q.ID, quote: q.Text()}
	out.upTo = len(out.words)
	for i, w := range out.words {
		if w.End <= q.Start-sentence.Start {
			out.from = i + 1
		}
		if w.Start < q.End-sentence.Start {
			out.upTo = i + 1
		}
	}
	return out
}

// isPart tells that its sentence has more words.
func (q *quoted) isPart() bool { return q.from > 0 || q.upTo < len(q.words) }

// allNegated tells that each clause that the quote has words of is negated.
func (q *quoted) allNegated() bool {
	negated := map[int]bool{}
	for _, h := range q.hits[cueNegates] {
		negated[q.words[h.From].clause] = true
	}
	for i := q.from; i < q.upTo; i++ {
		if !negated[q.words[i].clause] {
			return false
		}
	}
	return q.from < q.upTo
}

// sentenceEnd is a mark that ends a sentence where a capital or nothing follows; the letters before it tell "M." and
// initials, which end none.
var sentenceEnd = regexp.MustCompile(`([\p{L}\p{N}]*)[^\p{L}\p{N}\s.!?…]*[.!?…]+[»"”)\s\p{Zs}]*(?:[\s\p{Zs}][«"“„(\s\p{Zs}—–-]*\p{Lu}|$)|()\n`)

const minLettersBeforeStop = 3

// maxSentenceBytes bounds how far from a quote its sentence is looked for.
const maxSentenceBytes = 1000

// sentenceAround returns the sentences that a span touches, or what is near where they are very long.
func sentenceAround(whole string, quote retrieval.Span) retrieval.Span {
	from, to := max(0, quote.Start-maxSentenceBytes), min(len(whole), quote.End+maxSentenceBytes)
	for !utf8.RuneStart(whole[from]) {
		from++
	}
	for to < len(whole) && !utf8.RuneStart(whole[to]) {
		to--
	}
	near := sentenceIn(whole[from:to], retrieval.Span{Start: quote.Start - from, End: quote.End - from})
	return retrieval.Span{Start: near.Start + from, End: near.End + from}
}

func sentenceIn(text string, s retrieval.Span) retrieval.Span {
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
