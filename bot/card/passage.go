package card

import (
	"strings"
	"unicode/utf8"

	"passerelle/bot"
	"passerelle/bot/locale"
)

// LayoutPassage lays out a quote in its surroundings: at most so many bytes of the document before it, and after it.
func LayoutPassage(texts *locale.Texts, language string, c bot.Citation, around int) Card {
	p := page{texts: texts, Card: Card{Language: texts.Resolve(language)}}
	p.Title = p.label(c.Document)
	p.section("", []Item{{
		Text: c.Quote(), Quote: true, Citations: []int{c.N}, Date: p.date(c.Document),
		Before: tail(c.Document.Text[:c.Start], around), After: head(c.Document.Text[c.End:], around),
	}})
	p.cite(c.N, c.Document, "")
	p.instructing([]bot.Citation{c})
	return p.Card
}

const ellipsis = "…"

// tail is the end of a text, from the beginning of a word.
func tail(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	text = text[len(text)-limit:]
	for text != "" && !utf8.RuneStart(text[0]) {
		text = text[1:]
	}
	if i := strings.IndexAny(text, " \n"); i >= 0 {
		text = text[i+1:]
	}
	return ellipsis + " " + text
}

// head is the beginning of a text, to the end of a word.
func head(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	end := limit
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	text = text[:end]
	if i := strings.LastIndexAny(text, " \n"); i >= 0 {
		text = text[:i]
	}
	return text + " " + ellipsis
}
