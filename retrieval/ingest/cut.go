package ingest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/retrieval"
)

const (
	maxSentenceWords = 120 // longer ones are cut, so that a quote stays readable and a passage within bounds
	minPieceWords    = 40  // of a cut sentence
	maxPieceWords    = 80

	longWordRunes = 40 // a longer run without a space (an address, a script that writes none) counts as several words
	wordRunes     = 10 // of this length each
)

// appendCut appends a sentence, in pieces when it has more than maxSentenceWords.
func appendCut(spans []retrieval.Span, text string, s retrieval.Span) []retrieval.Span {
	all := words(text, s)
	for len(all) > maxSentenceWords {
		n := cutAt(text, all)
		spans = append(spans, retrieval.Span{Start: all[0].Start, End: all[n-1].End})
		all = all[n:]
	}
	if len(all) == 0 {
		return spans
	}
	return append(spans, retrieval.Span{Start: all[0].Start, End: s.End})
}

// cutAt returns how many words the first piece takes: as many as may be, to the end of a clause if there is one.
func cutAt(text string, words []retrieval.Span) int {
	for _, marks := range []string{".!?…;:", ",)»”—–"} {
		for n := maxPieceWords; n >= minPieceWords; n-- {
			last, _ := utf8.DecodeLastRuneInString(text[words[n-1].Start:words[n-1].End])
			if strings.ContainsRune(marks, last) {
				return n
			}
		}
	}
	return maxPieceWords
}

// words returns the stretches of a span between spaces, very long ones in parts.
func words(text string, s retrieval.Span) []retrieval.Span {
	var found []retrieval.Span
	for at := skip(text, s.Start, s.End, unicode.IsSpace); at < s.End; {
		end := skip(text, at, s.End, func(r rune) bool { return !unicode.IsSpace(r) })
		found = appendWord(found, text, at, end)
		at = skip(text, end, s.End, unicode.IsSpace)
	}
	return found
}

func appendWord(found []retrieval.Span, text string, start, end int) []retrieval.Span {
	if end-start <= longWordRunes || utf8.RuneCountInString(text[start:end]) <= longWordRunes {
		return append(found, retrieval.Span{Start: start, End: end})
	}
	begin, runes := start, 0
	for at := start; at < end; {
		r, size := utf8.DecodeRuneInString(text[at:end])
		// An accent or a joiner belongs to the character before it.
		if runes >= wordRunes && !unicode.In(r, unicode.M, unicode.Cf) {
			found = append(found, retrieval.Span{Start: begin, End: at})
			begin, runes = at, 0
		}
		at += size
		runes++
	}
	return append(found, retrieval.Span{Start: begin, End: end})
}
