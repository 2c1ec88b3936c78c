package discord

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"github.com/clipperhouse/uax29/v2/sentences"
	"github.com/clipperhouse/uax29/v2/words"
)

// clean makes a text from outside fit to be shown on one line: no control, zero-width or bidirectional characters, line
// breaks and runs of spaces as one space. No-break spaces stay, French needs them.
func clean(text string) string {
	var out strings.Builder
	space := true
	for _, r := range strings.ToValidUTF8(text, "\uFFFD") {
		switch {
		case r == ' ', r >= '\t' && r <= '\r', r == '\u0085', r == '\u2028', r == '\u2029':
			if !space {
				out.WriteByte(' ')
			}
			space = true
			continue
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
			continue
		}
		space = false
		out.WriteRune(r)
	}
	return strings.TrimSuffix(out.String(), " ")
}

// escape makes a text from outside mean itself in Discord's Markdown: nothing in it is a link, mention, heading, list,
// quotation, spoiler, emoji or code. Discord takes a backslash before any punctuation for that punctuation.
func escape(text string) string {
	text = clean(text)
	var out strings.Builder
	out.Grow(len(text) + len(text)/16)
	start := true // only digits, as of a numbered list, or nothing so far
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if special(r, text[i+size:], i == 0, start) {
			out.WriteByte('\\')
		}
		out.WriteString(text[i : i+size])
		start = start && r >= '0' && r <= '9'
		i += size
	}
	return out.String()
}

func special(r rune, rest string, first, start bool) bool {
	switch r {
	case '\\', '`', '*', '_', '~', '|', '[', ']', '<', '@':
		return true
	case '#', '>', '-', '+':
		return first
	case '.', ')':
		return start && !first
	case ':': // an address, or an emoji by its :name:
		name := strings.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-")
		return strings.HasPrefix(rest, "/") || len(name) < len(rest) && strings.HasPrefix(name, ":")
	}
	return false
}

// cut shortens a text to at most limit characters, the last then being an ellipsis, at a grapheme's end.
func cut(text string, limit int) string { return cutBy(text, limit, utf8.RuneCountInString) }

// cutEscaped escapes a text of which at most limit characters remain, the backslashes counted too.
func cutEscaped(text string, limit int) string {
	return escape(cutBy(clean(text), limit, escapedLength))
}

func cutBy(text string, limit int, length func(string) int) string {
	if length(text) <= limit {
		return text
	}
	const ellipsis = "…"
	end := 0
	for it := graphemes.FromString(text); it.Next(); {
		if length(text[:it.End()]) > limit-1 {
			break
		}
		end = it.End()
	}
	return strings.TrimRight(text[:end], " ") + ellipsis
}

func escapedLength(text string) int { return utf8.RuneCountInString(escape(text)) }

// split cuts a text into pieces of which none is longer than limit characters when escaped: at the end of a sentence,
// else of a word, else of a grapheme, else (a single grapheme can be longer than any limit) of a character.
func split(text string, limit int) []string {
	return pack(text, limit, []func(string) []string{inSentences, inWords, inGraphemes, inRunes})
}

func pack(text string, limit int, finer []func(string) []string) []string {
	if escapedLength(text) <= limit || len(finer) == 0 {
		return []string{text}
	}
	var pieces []string
	piece := ""
	for _, part := range finer[0](text) {
		if escapedLength(piece+part) <= limit {
			piece += part
			continue
		}
		if piece != "" {
			pieces = append(pieces, piece)
		}
		parts := pack(part, limit, finer[1:])
		pieces = append(pieces, parts[:len(parts)-1]...)
		piece = parts[len(parts)-1]
	}
	if piece != "" {
		pieces = append(pieces, piece)
	}
	return pieces
}

func inSentences(text string) (parts []string) {
	for it := sentences.FromString(text); it.Next(); {
		parts = append(parts, it.Value())
	}
	return parts
}

func inWords(text string) (parts []string) {
	for it := words.FromString(text); it.Next(); {
		parts = append(parts, it.Value())
	}
	return parts
}

func inGraphemes(text string) (parts []string) {
	for it := graphemes.FromString(text); it.Next(); {
		parts = append(parts, it.Value())
	}
	return parts
}

func inRunes(text string) []string { return strings.Split(text, "") }
