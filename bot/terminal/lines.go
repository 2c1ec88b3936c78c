package terminal

import (
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
)

// Clean makes a text from outside safe to print: line breaks and tabs become spaces, every other control character and
// every one that turns the direction of writing becomes U+FFFD, so that a reader sees that something stood there.
func Clean(text string) string {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, string(utf8.RuneError))
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			return utf8.RuneError
		}
		return r
	}, text)
}

// plain changes nothing.
var plain = lipgloss.NewStyle()

// piece is a stretch of a line in one style; its text is clean.
type piece struct {
	style lipgloss.Style
	text  string
}

// lines collects wrapped lines.
type lines struct {
	width int // columns; 0 not to wrap
	done  []string
}

// gap leaves one empty line between what was added and what comes.
func (l *lines) gap() {
	if n := len(l.done); n > 0 && l.done[n-1] != "" {
		l.done = append(l.done, "")
	}
}

// add appends a text from anywhere behind a prefix of ours, its further lines indented as far.
func (l *lines) add(style lipgloss.Style, prefix, text string) {
	l.addPieces(prefix, piece{style, Clean(text)})
}

// addPieces breaks at plain spaces only: a no-break space before a colon, or within a quotation mark, holds. A word
// wider than the line, such as an address, stays whole so that it can be copied.
func (l *lines) addPieces(prefix string, pieces ...piece) {
	indent := strings.Repeat(" ", ansi.StringWidth(prefix))
	line, column, empty := prefix, len(indent), true
	for _, p := range pieces {
		for word := range strings.SplitSeq(p.text, " ") {
			if word == "" {
				continue
			}
			wide := ansi.StringWidth(word)
			switch {
			case empty:
			case l.width > 0 && column+1+wide > l.width:
				l.done = append(l.done, line)
				line, column = indent, len(indent)
			default:
				line, column = line+" ", column+1
			}
			line, column, empty = line+p.style.Render(word), column+wide, false
		}
	}
	if !empty {
		l.done = append(l.done, line)
	}
}

func (l *lines) writeTo(out io.Writer) error {
	_, err := io.WriteString(out, strings.Join(l.done, "\n")+"\n")
	return err
}
