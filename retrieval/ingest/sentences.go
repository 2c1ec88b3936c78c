package ingest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/retrieval"
)

// lookBytes is how far the splitter looks to either side of a stop.
const lookBytes = 512

// Sentences splits French, Russian or English text. The spans are in order, do not overlap, begin and end with a
// character that is no space, and hold all such characters of the text. Paragraphs, headings and list items always end
// a sentence. A sentence of more than 120 words is cut, at its punctuation where there is some.
//
// A stop inside quotation marks ends a sentence as any other does, so that of a long quotation each sentence stands
// alone.
func Sentences(text string) []retrieval.Span {
	var spans []retrieval.Span
	for _, block := range blocks(text) {
		spans = appendSentences(spans, text, block)
	}
	return spans
}

// appendSentences appends the sentences of a block, which begins and ends with a character that is no space.
func appendSentences(spans []retrieval.Span, text string, block retrieval.Span) []retrieval.Span {
	start := block.Start
	for i := block.Start; i < block.End; {
		r, size := utf8.DecodeRuneInString(text[i:block.End])
		if !isStop(r) {
			i += size
			continue
		}
		stops := skip(text, i, block.End, isStop)
		end := closers(text, stops, block.End)
		next := skip(text, end, block.End, unicode.IsSpace)
		if next == block.End {
			break
		}
		if next > end && endsSentence(text, start, i, stops, end, retrieval.Span{Start: next, End: block.End}) {
			spans = appendCut(spans, text, retrieval.Span{Start: start, End: end})
			start = next
		}
		i = end
	}
	return appendCut(spans, text, retrieval.Span{Start: start, End: block.End})
}

func isStop(r rune) bool {
	switch r {
	case '.', '!', '?', '…', '‼', '⁇', '⁈', '⁉', '。', '！', '？':
		return true
	}
	return false
}

// skip returns the offset of the first rune from i that is not such a one.
func skip(text string, i, end int, such func(rune) bool) int {
	for i < end {
		r, size := utf8.DecodeRuneInString(text[i:end])
		if !such(r) {
			break
		}
		i += size
	}
	return i
}

// closers returns where the quotes, brackets, note marks and further stops end that belong to the stop before i. French
// puts a space before » and before the stop that follows it.
func closers(text string, i, end int) int {
	for i < end {
		r, size := utf8.DecodeRuneInString(text[i:end])
		switch {
		case isStop(r), strings.ContainsRune(`»”’"'“*_)]}¹²³⁴⁵⁶⁷⁸⁹`, r):
			i += size
			continue
		case r == '[':
			if after := skip(text, i+1, end, unicode.IsDigit); after > i+1 && after < end && text[after] == ']' {
				i = after + 1
				continue
			}
		case r == ' ' || r == '\u00A0' || r == '\u202F':
			if rest := text[i+size : end]; strings.HasPrefix(rest, "»") || strings.HasPrefix(rest, ")") || strings.HasPrefix(rest, "]") {
				i += size
				continue
			}
		}
		break
	}
	return i
}

// endsSentence tells whether the stop at text[stop:stops], whose closing marks end at end, ends the sentence that began
// at start; rest is the block's text after the space that follows.
func endsSentence(text string, start, stop, stops, end int, rest retrieval.Span) bool {
	before := text[start:stop]
	if strings.TrimLeftFunc(before, isOpener) == "" || strings.HasSuffix(before, "[") || strings.HasSuffix(before, "(") {
		return false // "… et puis", "[…]": something left out, nothing ended
	}
	ahead := text[rest.Start:min(rest.End, rest.Start+lookBytes)]
	word := firstWord(ahead)
	if word == "" {
		return false
	}
	first, _ := utf8.DecodeRuneInString(word)
	if unicode.IsLower(first) {
		return false
	}
	if !isStarter(word, false) && inQuotedTitle(text[max(start, stop-lookBytes):end], ahead) {
		return false
	}
	if text[stop:stops] != "." || end > stops {
		return true
	}
	return !isAbbreviation(before, word)
}

// inQuotedTitle tells whether a stop stands in a short quotation that does not end with a stop of its own, such as the
// name of an exhibition: « Icônes de l’art moderne. La collection Chtchoukine ».
func inQuotedTitle(before, after string) bool {
	for _, marks := range [][2]string{{"«", "»"}, {"“", "”"}, {"„", "“"}} {
		opening, closing := strings.LastIndex(before, marks[0]), strings.Index(after, marks[1])
		if opening < 0 || closing < 0 || strings.Contains(before[opening+len(marks[0]):], marks[1]) || strings.Contains(after[:closing], marks[0]) {
			continue
		}
		quoted := strings.TrimRightFunc(after[:closing], unicode.IsSpace)
		last, _ := utf8.DecodeLastRuneInString(quoted)
		if !isStop(last) && utf8.RuneCountInString(before[opening:])+utf8.RuneCountInString(quoted) <= maxTitleRunes {
			return true
		}
	}
	return false
}

// firstWord returns what the text begins with, up to a space, without opening quotes, brackets, dashes and marks of no
// width; "" when that is another stop or nothing.
func firstWord(text string) string {
	text = strings.TrimLeftFunc(text, func(r rune) bool { return isOpener(r) || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) })
	if r, _ := utf8.DecodeRuneInString(text); isStop(r) {
		return ""
	}
	if end := strings.IndexFunc(text, unicode.IsSpace); end >= 0 {
		text = text[:end]
	}
	return text
}

func isOpener(r rune) bool {
	return strings.ContainsRune(`«“„"'‘’([{<—–-•*_¿¡…‹`, r)
}
