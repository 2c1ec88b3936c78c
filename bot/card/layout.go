package card

import (
	"slices"
	"strings"
	"unicode"

	"passerelle/bot"
	"passerelle/bot/locale"
	"passerelle/retrieval"
)

// How much a card says at most, so that it is read and not scrolled past.
const (
	maxNearest     = 5
	maxSuggestions = 4
	maxPublishers  = 12
	maxDocuments   = 20
)

// Layout lays out a reply in its language, English when that has no texts. A reply without any part says that something
// went wrong.
func Layout(texts *locale.Texts, reply bot.Reply) Card {
	p := page{texts: texts, Card: Card{Language: texts.Resolve(reply.Language)}}
	switch {
	case reply.Answer != nil:
		p.answer(reply.Answer)
	case reply.Dossier != nil:
		p.dossier(reply.Dossier)
	case reply.Sources != nil:
		p.sources(reply.Sources)
	case reply.Help != nil:
		p.help(reply.Help)
	case reply.Settings != nil:
		p.settings(reply.Settings)
	case reply.Privacy != nil:
		p.privacy(reply.Privacy)
	case reply.Forgot != nil:
		p.forgotten(reply.Forgot)
	case reply.Stats != nil:
		p.stats(reply.Stats)
	case reply.Check != nil:
		p.check(reply.Check)
	default:
		p.Lead = p.text("error.internal", nil)
	}
	return p.Card
}

// page is a card in the making.
type page struct {
	Card
	texts *locale.Texts
}

func (p *page) text(key string, data locale.Data) string {
	return p.texts.Text(p.Language, key, data)
}

func (p *page) section(heading string, items []Item) {
	if len(items) > 0 {
		p.Sections = append(p.Sections, Section{heading, items})
	}
}

// suggest adds what could be asked, each once.
func (p *page) suggest(texts ...string) {
	for _, s := range texts {
		if len(p.Suggestions) < maxSuggestions && !slices.Contains(p.Suggestions, s) {
			p.Suggestions = append(p.Suggestions, s)
		}
	}
}

// cite adds a source and returns its number.
func (p *page) cite(n int, d *retrieval.Document, quote string) int {
	p.Sources = append(p.Sources, Source{
		N: n, Label: p.label(d), Title: title(d), Publisher: clean(d.Source), Date: p.date(d), URL: d.URL, Document: d.ID, Quote: quote,
	})
	return n
}

// link adds documents as numbered sources and returns a line for each.
func (p *page) link(documents []*retrieval.Document) []Item {
	var items []Item
	for _, d := range documents {
		n := p.cite(len(p.Sources)+1, d, "")
		items = append(items, Item{Text: p.label(d), Citations: []int{n}, Date: p.date(d)})
	}
	return items
}

// label says what a document is: a digest is named as one, so that nobody takes it for the article.
func (p *page) label(d *retrieval.Document) string {
	if d.Kind == retrieval.KindDigest {
		return p.text("source.digest", locale.Data{"Title": p.quoted(title(d))})
	}
	return title(d)
}

func (p *page) date(d *retrieval.Document) string {
	return p.texts.Period(p.Language, d.Date.Text)
}

// more cuts a list of lines and says how many are left out.
func (p *page) more(items []Item, left int) []Item {
	if left > 0 {
		items = append(items, Item{Text: p.text("sources.more", locale.Data{"Count": left})})
	}
	return items
}

func title(d *retrieval.Document) string {
	if t := clean(d.Title); t != "" {
		return t
	}
	return clean(d.ID)
}

// quoted readies a text to stand between the quotation marks of the page's language: its own become inner ones.
func (p *page) quoted(text string) string {
	switch p.Language {
	case retrieval.French:
		return requote(text, "«", "»", "“", "”")
	case retrieval.Russian:
		return requote(text, "«", "»", "„", "“")
	}
	return requote(text, "“", "”", "‘", "’")
}

// requote replaces pairs of quotation marks with others that stand close to what they enclose.
func requote(text, from, to, innerFrom, innerTo string) string {
	var b strings.Builder
	for {
		before, rest, opened := strings.Cut(text, from)
		enclosed, after, closed := strings.Cut(rest, to)
		if !opened || !closed {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(before + innerFrom + strings.TrimSpace(enclosed) + innerTo)
		text = after
	}
}

// clean takes out what could take over a terminal or turn a line around: control characters and marks of direction.
// Titles and names come from files of unknown hands, asked-for places from anyone.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		case unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.TrimSpace(s)
}
