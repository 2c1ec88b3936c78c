package card

import (
	"fmt"
	"slices"
	"strings"

	"passerelle/bot"
	"passerelle/bot/locale"
	"passerelle/retrieval"
)

func (p *page) answer(a *bot.Answer) {
	key := "answer." + string(a.Status)
	p.Title = p.text(key+".title", nil)
	if a.Status != bot.Answered {
		p.Lead = p.text(key+".lead", nil)
	}
	if len(a.Unknown) > 0 {
		unknown := p.text("answer.unknown", locale.Data{"Names": names(a.Unknown), "Count": len(a.Unknown)})
		p.Lead = strings.TrimSpace(p.Lead + " " + unknown)
	}
	p.claims(a)
	if a.Status == bot.Refused {
		p.section(p.text("answer.nearest.heading", nil), p.link(a.Nearest[:min(len(a.Nearest), maxNearest)]))
	}
	if a.Status != bot.Answered || len(a.Nearest) > 0 {
		p.suggestAbout(a.Nearest, a.Places)
	}
	p.instructing(a.Citations)
	if a.Notice != "" {
		p.Notices = append(p.Notices, p.text("notice."+string(a.Notice), nil))
	}
}

func (p *page) claims(a *bot.Answer) {
	citations := map[int]bot.Citation{}
	for _, c := range a.Citations {
		citations[c.N] = c
	}
	shown := map[int]bool{}
	var items []Item
	for _, claim := range a.Claims {
		item := Item{Text: clean(claim.Text)}
		var dates []string
		for _, n := range claim.Citations {
			c, ok := citations[n]
			if !ok {
				continue
			}
			item.Citations = append(item.Citations, n)
			// Only what is byte for byte in a source goes between quotation marks, whatever the answer calls itself.
			if a.Mode == bot.Extractive && claim.Text == c.Quote() {
				item.Text, item.Quote = claim.Text, true
				shown[n] = true
			}
			if date := p.date(c.Document); date != "" && !slices.Contains(dates, date) {
				dates = append(dates, date)
			}
		}
		item.Date = strings.Join(dates, ", ")
		if len(item.Citations) > 0 {
			items = append(items, item)
		}
	}
	p.section("", items)
	for _, c := range a.Citations {
		quote := c.Quote()
		if shown[c.N] {
			quote = ""
		}
		p.cite(c.N, c.Document, quote)
	}
}

// instructing warns of quotes from passages that give orders to a program.
func (p *page) instructing(citations []bot.Citation) {
	var numbers []string
	for _, c := range citations {
		if c.Instructs {
			numbers = append(numbers, fmt.Sprintf("[%d]", c.N))
		}
	}
	if len(numbers) > 0 {
		p.Notices = append(p.Notices, p.text("notice.instructs", locale.Data{"Numbers": strings.Join(numbers, ", "), "Count": len(numbers)}))
	}
}

// suggestAbout suggests what the nearest documents would answer, and the places whose delegations can be told.
func (p *page) suggestAbout(nearest []*retrieval.Document, places []string) {
	if len(nearest) == 0 {
		p.suggest("/sources", "/help")
		return
	}
	p.suggest(p.text("suggestion.document", locale.Data{"Title": p.quoted(title(nearest[0]))}))
	p.suggestPlaces(places)
}

func (p *page) suggestPlaces(places []string) {
	for _, place := range places {
		p.suggest("/delegation " + clean(place))
	}
}

func names(list []string) string {
	var cleaned []string
	for _, name := range list {
		cleaned = append(cleaned, clean(name))
	}
	return strings.Join(cleaned, ", ")
}
