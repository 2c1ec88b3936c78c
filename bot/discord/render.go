package discord

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"passerelle/bot/card"
	"passerelle/bot/locale"
)

// block is a stretch of a message's text: our own Markdown around a text from outside.
type block struct {
	gap    string // between it and the block before, when both stand in one message
	before string
	text   string // not escaped yet
	after  string
	below  bool   // it belongs to the sources, which a line divides from what they prove
	link   string // the address of the button beside it; "" for none
	label  string // of that button
}

// render writes a card as messages, at least one, each a container of texts; the last one has the controls below it.
func render(texts *locale.Texts, c card.Card, controls ...component) []message {
	text := func(key string) string { return texts.Text(c.Language, key, nil) }
	pages := layOut(blocks(c, text))
	notices := c.Notices
	if len(pages) > maxMessages {
		pages = pages[:maxMessages]
		notices = append([]string{text("discord.cut")}, notices...)
	}
	if len(pages) == 0 {
		pages = [][]component{{textOf("…")}}
	}
	if footer := cutEscaped(strings.Join(notices, " "), maxFooter); footer != "" {
		last := len(pages) - 1
		pages[last] = append(pages[last], textOf("-# "+footer))
	}
	var messages []message
	for _, page := range pages {
		messages = append(messages, made(component{Type: typeContainer, AccentColor: accent, Components: page}))
	}
	last := &messages[len(messages)-1]
	last.Components = append(last.Components, controls...)
	return messages
}

// plain is a message of one short text of ours.
func plain(text string) message { return made(textOf(cutEscaped(text, maxPage))) }

func blocks(c card.Card, text func(string) string) []block {
	opening, closing, _ := strings.Cut(text("discord.quote"), "…")
	var out []block
	if title := cutEscaped(c.Title, maxTitle); title != "" {
		out = append(out, block{before: "### " + title})
	}
	if c.Lead != "" {
		out = append(out, block{gap: "\n", text: c.Lead})
	}
	for _, section := range c.Sections {
		heading := bold(section.Heading)
		for i, item := range section.Items {
			b := block{gap: "\n", before: "• ", text: item.Text, after: marks(item)}
			switch {
			case item.Before != "" || item.After != "":
				out = append(out, surrounded(item, opening, closing)...)
				continue
			case item.Quote:
				b.gap, b.before, b.after = "\n\n", opening, closing+b.after
			}
			if i == 0 {
				b.gap, b.before = "\n\n", heading+b.before
			}
			out = append(out, b)
		}
		if len(section.Items) == 0 && heading != "" {
			out = append(out, block{gap: "\n\n", before: strings.TrimSuffix(heading, "\n")})
		}
	}
	out = append(out, sources(c.SourcesByDocument(), text("source.heading"), text("discord.read"), opening, closing)...)
	for i, suggestion := range c.Suggestions {
		b := block{gap: "\n", before: "• ", text: suggestion}
		if i == 0 {
			b.gap, b.before = "\n\n", bold(text("suggestions.heading"))+b.before
		}
		out = append(out, b)
	}
	return out
}

func bold(heading string) string {
	if clean(heading) == "" {
		return ""
	}
	return "**" + cutEscaped(heading, maxTitle) + "**\n"
}

// marks are the numbers of an item's sources and its date. A space follows each bracket: with a parenthesis it would
// be a link.
func marks(item card.Item) string {
	var out strings.Builder
	for _, n := range item.Citations {
		fmt.Fprintf(&out, " [%d]", n)
	}
	if item.Date != "" {
		out.WriteString(" · " + cutEscaped(item.Date, maxLineParts))
	}
	return out.String()
}

// surrounded shows a quote in the text around it, from which it stands out.
func surrounded(item card.Item, opening, closing string) []block {
	out := []block{{gap: "\n\n", text: item.Before}}
	for i, piece := range split(clean(item.Text), maxPage/2) {
		gap := " "
		if i == 0 && item.Before == "" {
			gap = "\n\n"
		}
		b := block{gap: gap, before: "**", text: strings.TrimSpace(piece), after: "**"}
		if i == 0 {
			b.before += opening
		}
		out = append(out, b)
	}
	last := &out[len(out)-1]
	last.after = closing + "**" + marks(item)
	return append(out, block{gap: " ", text: item.After})
}

// sources are the numbered sources, a document's together. Few documents have a button each that leads there; of many the
// lines hold the links.
func sources(all [][]card.Source, heading, read, opening, closing string) (out []block) {
	linked := 0
	for _, same := range all {
		if webAddress(same[0].URL) != "" {
			linked++
		}
	}
	for i, same := range all {
		address := webAddress(same[0].URL)
		b := block{gap: "\n", before: sourceLine(same), below: true}
		switch {
		case address == "":
		case linked <= maxSections:
			b.link, b.label = address, cut(clean(read), maxLabel)
		default:
			b.before += " — [" + escape(read) + "](" + address + ")"
		}
		if i == 0 {
			out = append(out, block{before: strings.TrimSuffix(bold(heading), "\n"), below: true})
		}
		out = append(out, b)
		for _, s := range same {
			number := ""
			if len(same) > 1 {
				number = fmt.Sprintf("[%d] ", s.N)
			}
			if s.Quote != "" {
				out = append(out, block{gap: "\n", before: number + opening, text: s.Quote, after: closing, below: true})
			}
		}
	}
	return out
}

// sourceLine names a document behind the numbers of its quotes. A space follows each bracket, as in marks.
func sourceLine(same []card.Source) string {
	var line strings.Builder
	for _, s := range same {
		fmt.Fprintf(&line, "[%d] ", s.N)
	}
	s := same[0]
	line.WriteString(cutEscaped(s.Label, 2*maxLineParts))
	var about []string
	for _, part := range []string{s.Publisher, s.Date} {
		if part = cutEscaped(part, maxLineParts); part != "" {
			about = append(about, part)
		}
	}
	if len(about) > 0 {
		line.WriteString(" — " + strings.Join(about, ", "))
	}
	return line.String()
}

// webAddress returns an http(s) address in a form that cannot end a Markdown link early, "" for anything else.
func webAddress(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || strings.Contains(u.Host, "[") || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return ""
	}
	safe := strings.NewReplacer("(", "%28", ")", "%29", "[", "%5B", "]", "%5D", "<", "%3C", ">", "%3E", "\\", "%5C", " ", "%20", "\"", "%22").Replace(clean(u.String()))
	if utf8.RuneCountInString(safe) > maxButtonURL {
		return ""
	}
	return safe
}
