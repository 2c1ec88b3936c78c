package ingest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/retrieval"
)

// unwrappedRunes is a line length that no text wrapped by hand or by a mail program reaches: where a line is longer,
// every line is a paragraph.
const unwrappedRunes = 160

// blocks returns the paragraphs, headings and list items of a text, without the space around them.
func blocks(text string) []retrieval.Span {
	var found []retrieval.Span
	for at := 0; at < len(text); {
		end := at + paragraphEnd(text[at:])
		found = appendBlocks(found, text, at, end)
		at = end
	}
	return found
}

// paragraphEnd returns the offset after the first empty line, or the text's length.
func paragraphEnd(text string) int {
	for at := 0; ; {
		line, _, more := strings.Cut(text[at:], "\n")
		if !more {
			return len(text)
		}
		at += len(line) + 1
		if strings.TrimSpace(line) == "" {
			return at
		}
	}
}

// appendBlocks divides the lines of text[start:end].
func appendBlocks(found []retrieval.Span, text string, start, end int) []retrieval.Span {
	unwrapped := hasLongLine(text[start:end])
	begin := start // of the block so far
	previous := "" // its last line
	for at := start; at < end; {
		next := end
		if i := strings.IndexByte(text[at:end], '\n'); i >= 0 {
			next = at + i + 1
		}
		line := strings.TrimSpace(text[at:next])
		if at > begin && (unwrapped || isHeading(previous) || opensBlock(line, previous)) {
			found = appendTrimmed(found, text, begin, at)
			begin = at
		}
		previous, at = line, next
	}
	return appendTrimmed(found, text, begin, end)
}

func hasLongLine(text string) bool {
	for line := range strings.Lines(text) {
		if len(line) > unwrappedRunes && utf8.RuneCountInString(line) > unwrappedRunes {
			return true
		}
	}
	return false
}

func appendTrimmed(spans []retrieval.Span, text string, start, end int) []retrieval.Span {
	start = skip(text, start, end, unicode.IsSpace)
	end = start + len(strings.TrimRightFunc(text[start:end], unicode.IsSpace))
	if start == end {
		return spans
	}
	return append(spans, retrieval.Span{Start: start, End: end})
}

func isHeading(line string) bool {
	marks := len(line) - len(strings.TrimLeft(line, "#"))
	return marks > 0 && marks <= 6 && strings.HasPrefix(line[marks:], " ")
}

// opensBlock tells a heading, a list item, or a line of dialogue after a line that ended.
func opensBlock(line, previous string) bool {
	if isHeading(line) {
		return true
	}
	mark, rest, ok := strings.Cut(line, " ")
	if !ok || rest == "" {
		return false
	}
	switch mark {
	case "-", "*", "+", "•", "·", "◦", "▪":
		return true
	case "–", "—":
		// Within a wrapped sentence a dash may come to stand first in a line.
		last, _ := utf8.DecodeLastRuneInString(previous)
		return isStop(last) || strings.ContainsRune(":;»”\"", last)
	}
	number := strings.TrimRight(mark, ".)")
	return number != mark && len(number) <= 2 && isDigits(number)
}
