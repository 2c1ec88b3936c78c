package cite

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/retrieval"
)

//go:embed negation.tsv
var negationFile string

// negations is negation.tsv, in its order; never changed.
var negations = mustReadNegations(negationFile)

type negation struct {
	kind  string
	words *regexp.Regexp
}

// Kinds of negations: the first column of negation.tsv, which explains them.
const (
	negationNot     = "not"
	negationNegates = "negates"
	negationImplies = "implies"
)

// mustReadNegations panics on a broken table: it is a part of the program, read once when the program begins.
func mustReadNegations(file string) []negation {
	kinds := []string{negationNot, negationNegates, negationImplies}
	var out []negation
	for i, line := range strings.Split(file, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		columns := strings.Split(line, "\t")
		if len(columns) != 3 || !slices.Contains(kinds, columns[0]) {
			panic(fmt.Sprintf("negation.tsv:%d: want one of %v, a language and a pattern: %q", i+1, kinds, line))
		}
		out = append(out, negation{columns[0], regexp.MustCompile(` (?:` + columns[2] + `) `)})
	}
	return out
}

// negated tells whether a stretch of text is negated, and whether it says a "no" in any way. Its language need not be
// known: the words of one mean nothing of the kind in the others.
func negated(text string) (negates, implies bool) {
	form := negationForm(text)
	for _, n := range negations {
		switch n.kind {
		case negationNot:
			form = n.words.ReplaceAllString(form, " ; ")
		case negationNegates:
			negates = negates || n.words.MatchString(form)
		case negationImplies:
			implies = implies || n.words.MatchString(form)
		}
	}
	return negates, negates || implies
}

// negationForm folds a text and sets blanks around its words: "n' ont pas", "did n't". Each word has two of its own.
func negationForm(text string) string {
	text = plainDigits(text)
	var out strings.Builder
	for _, w := range words(text) {
		rest := text[w.End:]
		elided := strings.HasPrefix(rest, "'") || strings.HasPrefix(rest, "’")
		out.WriteByte(' ')
		out.WriteString(w.folded)
		if elided {
			out.WriteByte('\'')
		}
		out.WriteByte(' ')
	}
	return strings.ReplaceAll(out.String(), "n'  t ", "  n't ")
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
