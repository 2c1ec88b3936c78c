package terminal

import (
	"io"

	"github.com/charmbracelet/x/ansi"

	"passerelle/bot"
	"passerelle/bot/card"
	"passerelle/bot/locale"
)

// Status shows on one line of a terminal what is being done, and takes it away again. It is for a stream that is a
// terminal, and beside the one that answers go to.
type Status struct {
	out   io.Writer
	texts *locale.Texts
	width int
	lang  string
	shown bool
}

// NewStatus shows on out, in a language until the answer's is known.
func NewStatus(out io.Writer, texts *locale.Texts, width int, language string) *Status {
	return &Status{out: out, texts: texts, width: width, lang: language}
}

// Tell puts a step in the place of the one before. That it cannot be written is no reason to give up an answer.
func (s *Status) Tell(p bot.Progress) {
	if p.Language == "" {
		p.Language = s.lang
	}
	line := Clean(card.LayoutProgress(s.texts, p).Title)
	if s.width > 0 {
		line = ansi.Truncate(line, s.width-1, "…") // a full line would wrap
	}
	_, _ = io.WriteString(s.out, "\r"+ansi.EraseLineRight+line)
	s.shown = true
}

// Clear takes the line away.
func (s *Status) Clear() {
	if s.shown {
		_, _ = io.WriteString(s.out, "\r"+ansi.EraseLineRight)
		s.shown = false
	}
}
