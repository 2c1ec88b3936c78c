package card

import (
	"passerelle/bot"
	"passerelle/bot/locale"
)

// LayoutProgress lays out how far an answer has come: the step as the title, below it what is proven so far.
func LayoutProgress(texts *locale.Texts, progress bot.Progress) Card {
	p := page{texts: texts, Card: Card{Language: texts.Resolve(progress.Language)}}
	p.Title = p.text("progress."+string(progress.Step), locale.Data{"Count": progress.Passages})
	p.claims(&bot.Answer{Mode: bot.Generative, Claims: progress.Claims, Citations: progress.Citations})
	return p.Card
}
