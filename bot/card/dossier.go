package card

import (
	"passerelle/bot"
	"passerelle/bot/locale"
	"passerelle/retrieval"
)

func (p *page) dossier(d *bot.Dossier) {
	if d.Place == "" {
		p.unknownPlace(d)
		return
	}
	p.Title = p.text("dossier.title", locale.Data{"Place": clean(d.Place)})
	if len(d.Delegations) == 0 {
		p.Lead = p.text("dossier.none", nil)
		if d.Mentioned {
			p.suggest("/sources " + clean(d.Place))
		}
		p.suggestInstead(d)
		return
	}
	p.Lead = p.text("dossier.lead", locale.Data{"Count": len(d.Delegations)})
	citations := map[place]bot.Citation{}
	for _, c := range d.Citations {
		citations[place{c.Document.ID, c.Span}] = c
		p.cite(c.N, c.Document, c.Quote())
	}
	for _, delegation := range d.Delegations {
		p.delegation(delegation, citations)
	}
}

// place is where a fact stands.
type place struct {
	document string
	retrieval.Span
}

func (p *page) unknownPlace(d *bot.Dossier) {
	p.Title = p.text("dossier.unknown.title", nil)
	p.Lead = p.text("dossier.unknown.lead", locale.Data{"Asked": p.quoted(clean(d.Asked))})
	var items []Item
	for _, name := range d.Nearest {
		items = append(items, Item{Text: clean(name)})
	}
	p.section(p.text("dossier.nearest.heading", nil), items)
	p.suggestInstead(d)
}

func (p *page) suggestInstead(d *bot.Dossier) {
	p.suggestPlaces(d.Instead)
	if len(d.Instead) == 0 {
		p.suggest("/sources", "/help")
	}
}

// delegation lays out one journey: when, from where and whither, then its facts by kind. A fact without its citation is
// left out, for nothing would prove it.
func (p *page) delegation(d retrieval.Delegation, citations map[place]bot.Citation) {
	when := p.texts.Period(p.Language, d.Date.Text)
	if when == "" {
		when = p.text("source.undated", nil)
	}
	heading := when
	if len(d.From) > 0 && len(d.To) > 0 {
		heading += " · " + p.text("dossier.route", locale.Data{"From": names(d.From), "To": names(d.To)})
	}
	if d.Announced {
		heading += " · " + p.text("dossier.announced", nil)
	}
	p.Sections = append(p.Sections, Section{Heading: heading})
	for _, part := range []struct {
		key   string
		facts []retrieval.Fact
	}{
		{"dossier.told", d.Told}, {"dossier.head", d.Head}, {"dossier.members", d.Members}, {"dossier.visited", d.Visited}, {"dossier.met", d.Met},
		{"dossier.companies", d.Companies}, {"dossier.signed", d.Signed},
		{"dossier.followed", d.Followed}, {"dossier.planned", d.Planned},
	} {
		var items []Item
		for _, f := range part.facts {
			if c, ok := citations[place{f.Document, f.Span}]; ok {
				items = append(items, Item{Text: p.line(f), Citations: []int{c.N}, Date: p.date(c.Document)})
			}
		}
		p.section(p.text(part.key, nil), items)
	}
}

// line is the text of a fact; a place goes by the name that readers know, the document's own beside it.
func (p *page) line(f retrieval.Fact) string {
	if f.Called == "" {
		return clean(f.Text)
	}
	return p.text("dossier.called", locale.Data{"Name": clean(f.Called), "Written": clean(f.Text)})
}
