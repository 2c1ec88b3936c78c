package discord

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"passerelle/bot/card"
	"passerelle/bot/locale"
)

// block is a stretch of a message's text: our own Markdown around a text from outside.
type block struct {
	gap    string // between it and the block before, when both stand in one message
	before string
	text   string // not escaped yet
	after  string
}

// render writes a card as messages, at least one. Every message is one embed; the sources' links are buttons below the
// last one, and its last line says what the reply had to do without.
func render(texts *locale.Texts, c card.Card) []message {
	text := func(key string) string { return texts.Text(c.Language, key, nil) }
	pages := layOut(blocks(c, text))
	notices := c.Notices
	if len(pages) > maxMessages {
		pages = pages[:maxMessages]
		notices = append([]string{text("discord.cut")}, notices...)
	}
	if len(pages) == 0 {
		pages = []string{""}
	}
	messages := make([]message, len(pages))
	for i, page := range pages {
		messages[i].Embeds = []*discordgo.MessageEmbed{{Description: page}}
	}
	messages[0].Embeds[0].Title = cutEscaped(c.Title, maxTitle)
	last := &messages[len(messages)-1]
	if footer := cut(clean(strings.Join(notices, " ")), maxFooter); footer != "" {
		last.Embeds[0].Footer = &discordgo.MessageEmbedFooter{Text: footer}
	}
	last.Components = buttons(c.Sources)
	return messages
}

// plain is a message of one short text of ours.
func plain(text string) message { return message{Content: cutEscaped(text, maxContent)} }

func blocks(c card.Card, text func(string) string) []block {
	opening, closing, _ := strings.Cut(text("discord.quote"), "…")
	var out []block
	if c.Lead != "" {
		out = append(out, block{gap: "\n\n", text: c.Lead})
	}
	for _, section := range c.Sections {
		heading := bold(section.Heading)
		for i, item := range section.Items {
			b := block{gap: "\n", before: "• ", text: item.Text, after: marks(item)}
			if item.Quote {
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
	for i, source := range c.Sources {
		b := block{gap: "\n", before: sourceLine(source, text("discord.read"))}
		if i == 0 {
			b.gap, b.before = "\n\n", bold(text("source.heading"))+b.before
		}
		out = append(out, b)
		if source.Quote != "" {
			out = append(out, block{gap: "\n", before: opening, text: source.Quote, after: closing})
		}
	}
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

func sourceLine(s card.Source, read string) string {
	line := fmt.Sprintf("[%d] %s", s.N, cutEscaped(s.Label, 2*maxLineParts))
	var about []string
	for _, part := range []string{s.Publisher, s.Date} {
		if part = cutEscaped(part, maxLineParts); part != "" {
			about = append(about, part)
		}
	}
	if len(about) > 0 {
		line += " — " + strings.Join(about, ", ")
	}
	if address := webAddress(s.URL); address != "" {
		line += " — [" + escape(read) + "](" + address + ")"
	}
	return line
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

func buttons(sources []card.Source) []discordgo.MessageComponent {
	var rows []discordgo.MessageComponent
	var row []discordgo.MessageComponent
	seen := map[string]bool{}
	for _, s := range sources {
		address := webAddress(s.URL)
		if address == "" || seen[address] || len(rows) == maxRows {
			continue
		}
		seen[address] = true
		label := cut(strconv.Itoa(s.N)+" · "+clean(s.Title), maxLabel)
		row = append(row, discordgo.Button{Label: label, Style: discordgo.LinkButton, URL: address})
		if len(row) == maxRowButtons {
			rows, row = append(rows, discordgo.ActionsRow{Components: row}), nil
		}
	}
	if len(row) > 0 {
		rows = append(rows, discordgo.ActionsRow{Components: row})
	}
	return rows
}

// layOut fills pages of at most maxDescription characters. A block that does not fit on the page begins the next one;
// a block longer than a page is split.
func layOut(blocks []block) []string {
	var pages []string
	page, used := "", 0
	turn := func() {
		if page != "" {
			pages = append(pages, page)
		}
		page, used = "", 0
	}
	add := func(gap, text string) {
		if page == "" {
			gap = ""
		}
		n := utf8.RuneCountInString(gap) + utf8.RuneCountInString(text)
		if used+n > maxDescription {
			turn()
			gap, n = "", utf8.RuneCountInString(text)
		}
		page += gap + text
		used += n
	}
	for _, b := range blocks {
		frame := utf8.RuneCountInString(b.before) + utf8.RuneCountInString(b.after)
		pieces := split(clean(b.text), maxDescription-frame)
		for i, piece := range pieces {
			text := escape(piece)
			if i == 0 {
				text = b.before + text
			}
			if i == len(pieces)-1 {
				text += b.after
			}
			if text != "" {
				add(b.gap, text)
			}
		}
	}
	turn()
	return pages
}
