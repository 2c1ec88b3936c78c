// Package terminal serves the commands where a person types: cards wrapped to the screen, a conversation line by line,
// and the same replies as JSON for programs. Whatever comes from a document or from a line of input is printed without
// control characters, so that no text can drive the terminal it is read on.
package terminal

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"passerelle/bot/card"
	"passerelle/bot/locale"
	"passerelle/retrieval"
)

// Options say what the terminal can do. The zero value suits a file or a pipe.
type Options struct {
	Width int  // columns; 0 for lines as long as they come
	Color bool // escape sequences for colours are understood and wanted
	// Shell is what commands are suggested with, such as "passerelle", where the reader is back at a shell; "" for
	// suggestions with a slash, as a conversation understands them.
	Shell string
}

// Longer lines are hard to read however wide the screen is; narrower ones than this cannot be helped by wrapping.
const (
	maxColumns = 100
	minColumns = 20
)

// Printer lays cards and documents out as text. It is safe for concurrent use as far as its writer is.
type Printer struct {
	out    io.Writer
	texts  *locale.Texts
	width  int
	shell  string
	title  lipgloss.Style
	mark   lipgloss.Style
	aside  lipgloss.Style
	notice lipgloss.Style
}

// New prints to out.
func New(out io.Writer, texts *locale.Texts, o Options) *Printer {
	// Colours of the terminal's own sixteen, so that its theme decides; nothing asks the terminal what it is.
	styles := lipgloss.NewRenderer(out)
	styles.SetColorProfile(termenv.Ascii)
	if o.Color {
		styles.SetColorProfile(termenv.ANSI)
	}
	width := o.Width
	if width > 0 {
		width = min(max(width, minColumns), maxColumns)
	}
	return &Printer{
		out: out, texts: texts, width: width, shell: o.Shell,
		title:  styles.NewStyle().Bold(true),
		mark:   styles.NewStyle().Foreground(lipgloss.Color("6")),
		aside:  styles.NewStyle().Faint(true),
		notice: styles.NewStyle().Foreground(lipgloss.Color("3")),
	}
}

// Aside prints what a reader may pass over.
func (p *Printer) Aside(text string) error {
	l := &lines{width: p.width}
	l.add(p.aside, "", Clean(text))
	return l.writeTo(p.out)
}

// Card prints a card.
func (p *Printer) Card(c card.Card) error {
	l := &lines{width: p.width}
	l.add(p.title, "", c.Title)
	if c.Lead != "" {
		l.gap()
		l.add(plain, "", c.Lead)
	}
	for _, section := range c.Sections {
		l.gap()
		if section.Heading != "" {
			l.add(p.title, "", section.Heading)
		}
		for i, item := range section.Items {
			if item.Quote && i > 0 {
				l.gap()
			}
			p.item(l, c.Language, item)
		}
	}
	p.sources(l, c)
	if len(c.Suggestions) > 0 {
		l.gap()
		l.add(p.title, "", p.texts.Text(c.Language, "suggestions.heading", nil))
		for _, s := range c.Suggestions {
			l.add(plain, "• ", p.suggestion(s))
		}
	}
	if len(c.Notices) > 0 {
		l.gap()
		for _, notice := range c.Notices {
			l.add(p.notice, "", notice)
		}
	}
	return l.writeTo(p.out)
}

func (p *Printer) item(l *lines, language string, item card.Item) {
	bullet, words := "• ", Clean(item.Text)
	if item.Quote {
		bullet, words = "", p.quote(language, item.Text)
	}
	if len(item.Citations) == 0 {
		words = p.usage(words)
	}
	pieces := []piece{{plain, words}}
	if len(item.Citations) > 0 {
		pieces = append(pieces, piece{p.mark, marks(item.Citations)})
	}
	if item.Date != "" {
		pieces = append(pieces, piece{p.aside, "(" + Clean(item.Date) + ")"})
	}
	l.addPieces(bullet, pieces...)
}

func marks(numbers []int) string {
	var b strings.Builder
	for _, n := range numbers {
		fmt.Fprintf(&b, "[%d]", n)
	}
	return b.String()
}

func (p *Printer) sources(l *lines, c card.Card) {
	if len(c.Sources) == 0 {
		return
	}
	l.gap()
	l.add(p.title, "", p.texts.Text(c.Language, "source.heading", nil))
	for _, same := range c.SourcesByDocument() {
		var label strings.Builder
		for _, s := range same {
			fmt.Fprintf(&label, "[%d]", s.N)
		}
		first := same[0]
		indent := "    "
		l.addPieces(label.String()+" ", piece{plain, Clean(first.Label)})
		if about := joined(first.Publisher, first.Date); about != "" {
			l.add(p.aside, indent, about)
		}
		if first.URL != "" {
			l.add(p.aside, indent, first.URL)
		}
		for _, s := range same {
			switch {
			case s.Quote == "":
			case len(same) == 1:
				l.add(plain, indent, p.quote(c.Language, s.Quote))
			default:
				l.add(plain, fmt.Sprintf("%s[%d] ", indent, s.N), p.quote(c.Language, s.Quote))
			}
		}
	}
}

// quote puts text between the quotation marks of the language.
func (p *Printer) quote(language, text string) string {
	return p.texts.Text(language, "cli.quote", locale.Data{"Quote": strings.TrimSpace(Clean(text))})
}

// Document prints a whole document.
func (p *Printer) Document(d *retrieval.Document, language string) error {
	l := &lines{width: p.width}
	l.add(p.title, "", d.Title)
	l.add(p.aside, "", joined(d.Source, p.texts.Period(language, d.Date.Text), d.ID))
	if d.URL != "" {
		l.add(p.aside, "", d.URL)
	}
	for paragraph := range strings.SplitSeq(d.Text, "\n\n") {
		if strings.TrimSpace(paragraph) != "" {
			l.gap()
			l.add(plain, "", paragraph)
		}
	}
	return l.writeTo(p.out)
}

// Documents prints one document a line: id, title, publisher, date.
func (p *Printer) Documents(documents []*retrieval.Document, language string) error {
	l := &lines{width: p.width}
	for _, d := range documents {
		pieces := []piece{{p.mark, Clean(d.ID)}, {plain, Clean(d.Title)}}
		if about := joined(d.Source, p.texts.Period(language, d.Date.Text)); about != "" {
			pieces = append(pieces, piece{p.aside, "(" + about + ")"})
		}
		l.addPieces("", pieces...)
	}
	return l.writeTo(p.out)
}

// Hits prints the passages that were found, best first.
func (p *Printer) Hits(hits []retrieval.Hit, language string) error {
	l := &lines{width: p.width}
	if len(hits) == 0 {
		l.add(plain, "", p.texts.Text(language, "answer.refused.lead", nil))
	}
	for i, hit := range hits {
		if i > 0 {
			l.gap()
		}
		rank := fmt.Sprintf("%d. ", i+1)
		indent := strings.Repeat(" ", len(rank))
		l.add(p.title, rank, hit.Document.Title)
		l.add(p.aside, indent, joined(hit.Document.Source, p.texts.Period(language, hit.Document.Date.Text)))
		l.addPieces(indent, piece{p.mark, Clean(hit.Passage.ID)}, piece{p.aside, fmt.Sprintf("(%.3f)", hit.Score)})
		l.add(plain, indent, hit.Passage.Text)
	}
	return l.writeTo(p.out)
}

// Question prints the question that an answer below belongs to, where there are several.
func (p *Printer) Question(text string) error {
	l := &lines{width: p.width}
	l.add(p.title, "> ", strings.TrimSpace(text))
	l.done = append(l.done, "")
	return l.writeTo(p.out)
}

// Line prints one text of ours.
func (p *Printer) Line(text string) error {
	l := &lines{width: p.width}
	l.add(plain, "", text)
	return l.writeTo(p.out)
}

// Gap leaves an empty line.
func (p *Printer) Gap() error {
	_, err := io.WriteString(p.out, "\n")
	return err
}

func joined(parts ...string) string {
	var full []string
	for _, part := range parts {
		if part = Clean(part); part != "" {
			full = append(full, part)
		}
	}
	return strings.Join(full, ", ")
}
