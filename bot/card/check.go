package card

import (
	"passerelle/bot"
	"passerelle/bot/locale"
)

// check lays out each sentence under what the documents say of it, with the quotes that say so.
func (p *page) check(r *bot.CheckReply) {
	p.Title = p.text("check.title", nil)
	for _, c := range r.Checked {
		items := []Item{{Text: clean(c.Text)}}
		for _, citation := range c.Citations {
			items = append(items, Item{Text: citation.Quote(), Quote: true, Citations: []int{citation.N}, Date: p.date(citation.Document)})
			p.cite(citation.N, citation.Document, "")
		}
		p.section(p.text("check."+string(c.Verdict), nil), items)
		p.instructing(c.Citations)
	}
	if r.Left > 0 {
		p.Notices = append(p.Notices, p.text("check.left", locale.Data{"Count": r.Left}))
	}
	p.Notices = append(p.Notices, p.text("check.only", nil))
}
