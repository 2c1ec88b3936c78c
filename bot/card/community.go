package card

import (
	"strings"
	"time"

	"passerelle/bot"
	"passerelle/bot/locale"
)

const day = 24 * time.Hour

// counted is the text of a number with its plural form.
func (p *page) counted(key string, n int) string { return p.text(key, locale.Data{"Count": n}) }

// lines adds a section of texts without a heading.
func (p *page) lines(texts ...string) {
	var items []Item
	for _, t := range texts {
		items = append(items, Item{Text: t})
	}
	p.section("", items)
}

func (p *page) settings(s *bot.SettingsReply) {
	p.Title = p.text("settings.title", nil)
	if s.Changed {
		p.Lead = p.text("settings.changed", nil)
	}
	channels := p.text("settings.channels.all", nil)
	if len(s.Channels) > 0 {
		channels = p.text("settings.channels", locale.Data{"Channels": strings.Join(s.ChannelNames, ", ")})
	}
	language := s.Language
	if language == "" {
		language = "auto"
	}
	retention := s.Retention
	if retention == 0 {
		retention = s.Usual.Retention
	}
	p.lines(
		channels,
		p.text("settings.language", locale.Data{"Language": p.text("command.settings.language."+language, nil)}),
		p.text("settings.model."+onOff(!s.Quotes), nil),
		p.text("settings.threads."+onOff(s.Threads), nil),
		p.limit("per_person", s.PerPerson, s.Usual.PerPerson),
		p.limit("per_guild", s.PerGuild, s.Usual.PerGuild),
		p.counted("settings.retention", days(retention)),
	)
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func (p *page) limit(what string, chosen, usual int) string {
	switch {
	case chosen > 0:
		return p.counted("settings."+what, chosen)
	case usual > 0:
		return p.counted("settings."+what, usual)
	}
	return p.text("settings.unlimited."+what, nil)
}

// days rounds up: what is kept for an hour is kept on a day.
func days(d time.Duration) int { return int((d + day - 1) / day) }

func (p *page) dayOf(t time.Time) string {
	return p.texts.Period(p.Language, t.UTC().Format(time.DateOnly))
}

func (p *page) privacy(r *bot.PrivacyReply) {
	p.Title = p.text("privacy.title", nil)
	if r.Total() == 0 {
		p.Lead = p.text("privacy.none", nil)
	} else {
		p.section(p.text("privacy.kept", locale.Data{"Date": p.dayOf(r.First)}), p.kept(r.Kept))
	}
	p.lines(p.counted("privacy.retention", days(r.Retention)), p.text("privacy.who", nil), p.text("privacy.forget", nil))
}

func (p *page) kept(k bot.Kept) []Item {
	var items []Item
	for _, part := range []struct {
		key string
		n   int
	}{{"questions", k.Questions}, {"votes", k.Votes}, {"answers", k.Answers}, {"conversations", k.Conversations}} {
		if part.n > 0 {
			items = append(items, Item{Text: p.counted("privacy."+part.key, part.n)})
		}
	}
	return items
}

func (p *page) forgotten(f *bot.Forgotten) {
	p.Title = p.text("forget.title", nil)
	p.Lead = p.counted("forget.deleted", f.Deleted.Total())
	p.section("", p.kept(f.Deleted))
	p.lines(p.counted("forget.proof", f.Left.Total()), p.text("forget.messages", nil))
}

func (p *page) stats(s *bot.Stats) {
	p.Title = p.text("stats.title", locale.Data{"Date": p.dayOf(s.Since)})
	if s.Questions == 0 {
		p.Lead = p.text("stats.none", nil)
		return
	}
	p.lines(
		p.counted("stats.questions", s.Questions), p.counted("stats.people", s.People), p.counted("stats.answered", s.Answered),
		p.counted("stats.related", s.Related), p.counted("stats.refused", s.Refused), p.counted("stats.generative", s.Generative),
		p.text("stats.votes", locale.Data{"Good": s.Good, "Bad": s.Bad}),
		p.text("stats.took", locale.Data{"Milliseconds": int(s.MedianTook.Milliseconds())}),
	)
	if len(s.Unanswered) > 0 {
		p.lines(p.text("stats.file", nil))
	}
}
