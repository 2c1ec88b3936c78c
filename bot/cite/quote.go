package cite

import (
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
)

// minQuoteWords is how many words a quote needs to prove anything by itself.
const minQuoteWords = 4

// Find returns the bytes of text that a quote stands for: the first stretch of whole words and numbers that is the same
// after NFC and when white space, the shapes of apostrophes, quotation marks and dashes, and invisible characters do not
// count. A quote may be wrapped in quotation marks or dots of omission, end in a full stop of its own, or be escaped as
// XML, as the passages are when a model reads them.
func Find(text, quote string) (retrieval.Span, bool) {
	return normalise(text).findQuote(quote)
}

func (n *normalText) findQuote(quote string) (retrieval.Span, bool) {
	tries := []string{quote}
	if strings.Contains(quote, "&") {
		tries = append(tries, html.UnescapeString(quote))
	}
	for _, q := range tries {
		form := normalise(q).form
		unwrapped := strings.TrimFunc(form, wrapping)
		for _, f := range []string{form, unwrapped, strings.TrimRight(unwrapped, ".,;:")} {
			if span, ok := n.find(f, wholeWords); ok && strings.ContainsFunc(f, isWordRune) {
				return span, true
			}
		}
	}
	return retrieval.Span{}, false
}

// wrapping tells what is put around a quote: in a form all quotation marks are one.
func wrapping(r rune) bool { return r == '"' || r == '…' || r == ' ' || r == '.' }

// wholeWords tells that a span cuts no word and no number of text.
func wholeWords(text string, s retrieval.Span) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:s.Start])
	first, _ := utf8.DecodeRuneInString(text[s.Start:])
	last, _ := utf8.DecodeLastRuneInString(text[:s.End])
	after, _ := utf8.DecodeRuneInString(text[s.End:])
	if s.Start > 0 && isWordRune(before) && isWordRune(first) || s.End < len(text) && isWordRune(last) && isWordRune(after) {
		return false
	}
	if !unicode.IsDigit(first) && !unicode.IsDigit(last) {
		return true
	}
	for _, number := range digitRuns(text) {
		if number.Start < s.Start && s.Start < number.End || number.Start < s.End && s.End < number.End {
			return false
		}
	}
	return true
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// wordCount counts words as a reader does: "l'accord" is one.
func wordCount(text string) int {
	n := 0
	for _, w := range strings.Fields(text) {
		if strings.ContainsFunc(w, isWordRune) {
			n++
		}
	}
	return n
}

// minContentWords is how many of a quote's words must be more than function words: "dans le cadre de" proves nothing.
const minContentWords = 2

// contentWords counts the words of a text that say something of a subject, in whichever language.
func contentWords(text string) int {
	n := 0
	for _, t := range analysis.Tokens(text, retrieval.French) { // its elision; whether it is, is not worth finding out
		if t.Number || !isStopWord(t.Text) {
			n++
		}
	}
	return n
}

// wholeNameOrNumber tells that a short quote is a name ("Sergueï Levtchenko", "CCI France Russie") that the text does
// not go on with, or a number or date, each number with at most one word of unit ("26 novembre 2018", "1 500 hectares").
func wholeNameOrNumber(text string, s retrieval.Span) bool {
	words := strings.Fields(text[s.Start:s.End])
	if len(words) == 0 {
		return false
	}
	if startsWith(words[0], unicode.IsDigit) {
		unit := true // a unit stood before: the next word must be a number
		for _, w := range words {
			number := startsWith(w, unicode.IsDigit)
			if !number && (unit || isLinkWord(w)) && w != "%" {
				return false // "26 au" is the beginning of something, no number with its unit
			}
			unit = !number
		}
		return true
	}
	for i, w := range words {
		if !startsWith(w, unicode.IsUpper) && (i == 0 || i == len(words)-1 || utf8.RuneCountInString(w) > maxParticleRunes) {
			return false
		}
	}
	return !nameGoesOn(text, s)
}

// isLinkWord tells a word that leads from a number to something else, and is no unit of it.
func isLinkWord(w string) bool {
	switch strings.ToLower(w) {
	case "à", "au", "aux", "de", "des", "du", "en", "et", "la", "le", "les", "ou", "par", "sur",
		"and", "at", "by", "from", "in", "of", "on", "or", "the", "to",
		"в", "до", "за", "и", "из", "или", "на", "от", "по", "с", "у":
		return true
	}
	return false
}

// maxParticleRunes is the length of the longest small word inside names: "de", "du", "von", "des".
const maxParticleRunes = 3

// nameGoesOn tells that a capitalised word stands directly before or after a name, so that it may be half of one.
func nameGoesOn(text string, s retrieval.Span) bool {
	after := strings.TrimLeftFunc(text[s.End:], unicode.IsSpace)
	if after != text[s.End:] && startsWith(after, unicode.IsUpper) {
		return true
	}
	before := strings.TrimRightFunc(text[:s.Start], unicode.IsSpace)
	if before == text[:s.Start] || before == "" {
		return false
	}
	words := strings.Fields(before)
	word := words[len(words)-1]
	if !startsWith(word, unicode.IsUpper) || endsWith(word, unicode.IsPunct) {
		return false
	}
	// "À Lyon", "La Haute-Savoie": a short word that begins a clause is no part of the name.
	begins := len(words) == 1 || endsWith(words[len(words)-2], unicode.IsPunct)
	return !begins || utf8.RuneCountInString(word) > maxParticleRunes
}

func endsWith(word string, kind func(rune) bool) bool {
	last, _ := utf8.DecodeLastRuneInString(word)
	return kind(last)
}

// startsWith tells that the first letter or digit of a word, after an elided article ("d’Irkoutsk"), is of a kind.
func startsWith(word string, kind func(rune) bool) bool {
	if i := strings.IndexAny(word, "'’"); i > 0 && i <= len("qu") {
		_, size := utf8.DecodeRuneInString(word[i:])
		word = word[i+size:]
	}
	for _, r := range word {
		if isWordRune(r) {
			return kind(r)
		}
	}
	return false
}

// maxWordsBesideName is how many words a claim may add to the names and numbers that alone prove it: "C’était …".
const maxWordsBesideName = 3

// saysMore tells that names and numbers alone can't prove a claim: it is longer than they are, or does not say them.
func saysMore(claim string, quotes []Quote) bool {
	said := maxWordsBesideName
	own := []factSet{readFacts(claim)}
	named := slices.ContainsFunc(strings.Fields(claim), func(w string) bool { return strings.ContainsFunc(w, unicode.IsUpper) })
	for _, q := range quotes {
		said += wordCount(q.Text())
		if startsWith(q.Text(), unicode.IsDigit) {
			if len(readFacts(q.Text()).missingFrom(own)) > 0 {
				return true
			}
		} else if !named {
			return true
		}
	}
	return wordCount(claim) > said
}
