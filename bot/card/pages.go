package card

import (
	"slices"
	"strings"
	"time"

	"passerelle/bot"
	"passerelle/bot/locale"
)

func (p *page) sources(s *bot.Sources) {
	if s.About != "" {
		p.sourcesAbout(s)
		return
	}
	p.Title = p.text("sources.title", nil)
	p.Lead = p.text("sources.lead.undated", locale.Data{"Count": s.Total})
	if !s.First.IsZero() {
		years := s.First.From.Format("2006") + "/" + s.Last.To.Add(-time.Second).Format("2006")
		p.Lead = p.text("sources.lead", locale.Data{"Count": s.Total, "Period": p.texts.Period(p.Language, years)})
	}
	var items []Item
	for _, publisher := range s.Publishers[:min(len(s.Publishers), maxPublishers)] {
		name := clean(publisher.Name)
		if name == "" {
			name = p.text("sources.publisher.unknown", nil)
		}
		items = append(items, Item{Text: p.text("sources.publisher", locale.Data{"Name": name, "Count": publisher.Documents})})
	}
	p.section(p.text("sources.publishers", nil), p.more(items, len(s.Publishers)-len(items)))
}

func (p *page) sourcesAbout(s *bot.Sources) {
	p.Title = p.text("sources.about.title", locale.Data{"About": clean(s.About)})
	if len(s.Documents) == 0 {
		p.Lead = p.text("sources.about.none", nil)
		p.suggest("/sources")
		return
	}
	p.Lead = p.text("sources.about.lead", locale.Data{"Count": len(s.Documents), "Total": s.Total})
	items := p.link(s.Documents[:min(len(s.Documents), maxDocuments)])
	p.section(p.text("sources.documents", nil), p.more(items, len(s.Documents)-len(items)))
}

func (p *page) help(h *bot.Help) {
	p.Title = p.text("help.title", nil)
	p.Lead = p.text("help.lead", nil)
	var items []Item
	for _, c := range h.Commands {
		items = append(items, Item{Text: p.text("help.command", locale.Data{
			"Usage": p.usage(c), "Description": p.text("command."+c.Name+".description", nil),
		})})
	}
	p.section(p.text("help.commands", nil), items)
	var reading []Item
	for _, key := range []string{"help.free", "help.numbers", "help.digests", "help.refusal"} {
		reading = append(reading, Item{Text: p.text(key, nil)})
	}
	p.section(p.text("help.reading", nil), reading)
	p.suggestExamples(h.Places)
}

// suggestExamples suggests what can be asked of any corpus, and of one that knows the place of the examples, those.
func (p *page) suggestExamples(places []string) {
	if example := p.text("help.example.place", nil); slices.Contains(places, example) {
		p.suggest(p.text("help.example.question", nil))
		places = []string{example}
	}
	p.suggestPlaces(places[:min(len(places), 1)])
	p.suggest("/sources")
}

// usage names a command by its base name, which every surface knows, and its options by their localised ones, those
// that may be left out in brackets.
func (p *page) usage(c bot.Command) string {
	parts := []string{c.Name}
	for _, option := range c.Options {
		name := p.text("command."+c.Name+"."+option.Name+".name", nil)
		if !option.Required {
			name = "[" + name + "]"
		}
		parts = append(parts, name)
	}
	return strings.Join(parts, " ")
}
