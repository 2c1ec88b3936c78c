package measure

import (
	"math/rand/v2"
	"regexp"
	"strings"

	"passerelle/retrieval"
)

// change is a phrase with what is put in its place.
type change struct {
	re   *regexp.Regexp
	with string
}

// denials are words after which a "no" more or less is not plainly the reverse.
var denials = phrase(`(?i:ne|n’|pas|sans|aucune?|jamais|personne|rien|refus\p{L}*|moins|seul\p{L}*|non|ni|not|no|never|without|none|cannot|\p{L}+n't|refuse[ds]?|only|just|nothing|neither|не|нет|ни|без|никогда|никто|ничто|ничего|отказ\p{L}*|лишь|только)`)

var elidedNot = regexp.MustCompile(`[nN]’`)

func denies(text string) bool { return denials.MatchString(text) || elidedNot.MatchString(text) }

var negationsDropped = map[string][]change{
	retrieval.French: {
		{phrase(`(?:ne |n’)((?:[\p{L}’]+ )?[\p{L}’]+) (?:pas|plus|jamais|guère)`), "${2}"},
		{phrase(`ne (?:pas|plus|jamais) (\p{L}+)`), "${2}"},
		{phrase(`(?:ne |n’)((?:[\p{L}’]+ )?[\p{L}’]+) (?:aucun)(e?)`), "${2} un${3}"},
		{phrase(`sans (l[ea]s?|un|une|aide|frais|visas?)`), "avec ${2}"},
	},
	retrieval.English: {
		{phrase(`(?:do|does|did) not (\p{L}+)`), "${2}"},
		{phrase(`(is|are|was|were|has|have|had|will|would|can|could|should) (?:not|no longer|never)`), "${2}"},
		{phrase(`cannot`), "can"},
		{phrase(`(?:no longer|never) (\p{L}+)`), "${2}"},
		{phrase(`without`), "with"},
		{phrase(`nothing (stands|is)`), "something ${2}"},
	},
	retrieval.Russian: {
		{phrase(`(?:уже |больше )?не (\p{L}+)`), "${2}"},
		{phrase(`без`), "с"},
	},
}

// notDropped are words that only look like a "no".
var notDropped = phrase(`(?i:demand\p{L}+ si|(?:pas|non) seulement|ne \p{L}+ que|n’\p{L}+ que|plus que|not only|не только|не менее|не более)`)

// dropNegation says yes where the quote says no.
func (b *builder) dropNegation(one base, _ *rand.Rand) (string, bool) {
	if notDropped.MatchString(one.text) || strings.ContainsAny(one.text, "«“\"") {
		return "", false
	}
	for _, c := range negationsDropped[one.language] {
		if text, ok := rewrite(one.text, c.re, c.with); ok && !denies(text) {
			return text, true
		}
	}
	return "", false
}

var negationsAdded = map[string][]change{
	retrieval.French: {
		{phrase(`((?:s’|l’|y |lui |leur |se )?)(a|ont|avait|avaient) ((?:été |pu |dû )?\p{L}+(?:é|ée|és|ées|i|is|it|u|us|ert|ait))`), "¬${2}${3} pas ${4}"},
		{phrase(`((?:s’|l’|y |en )?)(est|sont|était|étaient|fut|furent|sera|seront|doit|doivent|devait|peut|peuvent|veut|veulent|pouvait)`), "¬${2}${3} pas"},
		{phrase(`((?:s’|se |l’|y )?)(comprend|comprennent|permet|permettent|représente|représentent|réunit|réunissent|accueille|accueillent|reçoit|dirige|conduit|visite|signe|signent|ouvre|prévoit|prévoient|participe|participent|travaille|travaillent|produit|emploie|souhaite|existe|figure|figurent|reste|restent|rappelle|entend|espère|commence|annonce)`), "¬${2}${3} pas"},
	},
	retrieval.English: {
		{phrase(`(is|are|was|were|has|have|had|will|would|can|could|should)`), "${2} not"},
	},
	retrieval.Russian: {
		{phrase(`(был[аои]?|будет|будут|может|могут|хочет|хотят|должен|должна|должны|входит|входят)`), "не ${2}"},
		{phrase(`(\p{Ll}{2,}(?:[аяие]л[аои]сь|[аяие]лся|а[её]т|яет|у[её]т|ают|яют|уют|ится|ется|ятся|ются))`), "не ${2}"},
		{phrase(`(\p{Ll}{2,}[аяие]ли)`), "не ${2}"},
	},
}

// notVerbs end as verbs do.
var notVerbs = phrase(`(?:не (?:жители|посетители|представители|родители|учителя|зрители|недели|или|если|отели|модели|строители|производители|руководители|потребители|предприниматели|писатели|любители))`)

// addNegation says no where the quote says yes.
func (b *builder) addNegation(one base, _ *rand.Rand) (string, bool) {
	if denies(one.text) || denies(one.quote) || strings.ContainsAny(one.text, "«“\"") {
		return "", false
	}
	for _, c := range negationsAdded[one.language] {
		if text, ok := rewrite(one.text, c.re, c.with); ok && !notVerbs.MatchString(text) {
			return withFrenchNot(text), true
		}
	}
	return "", false
}

// withFrenchNot writes ne, or n’ before a vowel, for ¬.
func withFrenchNot(text string) string {
	before, after, found := strings.Cut(text, "¬")
	if !found {
		return text
	}
	if isVowel(after) {
		return before + "n’" + after
	}
	return before + "ne " + after
}

// planned is a phrase before an infinitive, with what its verb follows when it is done.
type planned struct {
	re   *regexp.Regexp
	past string
}

var plans = map[string][]planned{
	retrieval.French: {
		{phrase(`(?:(?:doit|devrait|devait|va|allait|veut|voulait|espère|espérait|souhaite|souhaitait|compte|comptait|entend|entendait|prévoit de|prévoyait de|envisage de|projette de|s’apprête à|s’engage à|est prête? à|pourrait|voudrait|aimerait) |(?:prévoit|envisage) d’)(\p{L}+(?:er|ir|re|oir))`), "a"},
		{phrase(`(?:(?:doivent|devraient|devaient|vont|allaient|veulent|voulaient|espèrent|souhaitent|comptent|entendent|prévoient de|envisagent de|projettent de|s’apprêtent à|s’engagent à|sont prête?s à|pourraient|voudraient) |(?:prévoient|envisagent) d’)(\p{L}+(?:er|ir|re|oir))`), "ont"},
	},
	retrieval.English: {
		{phrase(`(?:is due to|are due to|is to|are to|was to|were to|will|would|plans to|plan to|hopes to|hope to|wants to|want to|intends to|intend to|is meant to|aims to|should|would like to|is ready to|is expected to|are expected to) ((?:also )?\p{Ll}+)`), ""},
	},
	retrieval.Russian: {
		{phrase(`(?:должен|намерен|готов|хочет|планирует|надеется|собирается|желает) (?:был )?(\p{Ll}+(?:ать|ять|ить|еть|уть)(?:ся)?)`), "л"},
		{phrase(`(?:должна|намерена|готова) (?:была )?(\p{Ll}+(?:ать|ять|ить|еть|уть)(?:ся)?)`), "ла"},
		{phrase(`(?:должно) (?:было )?(\p{Ll}+(?:ать|ять|ить|еть|уть)(?:ся)?)`), "ло"},
		{phrase(`(?:должны|намерены|готовы|хотят|планируют|надеются|собираются|желают) (?:были )?(\p{Ll}+(?:ать|ять|ить|еть|уть)(?:ся)?)`), "ли"},
	},
}

var futures = map[string][]change{
	retrieval.French: {
		{phrase(`aura lieu`), "a eu lieu"},
		{phrase(`auront lieu`), "ont eu lieu"},
		{phrase(`sera (\p{L}+(?:é|ée|i|ie|u|ue|ert|erte|it|ite|is|ise))`), "a été ${2}"},
		{phrase(`seront (\p{L}+(?:és|ées|is|ies|us|ues|erts|ertes|its|ites|ises))`), "ont été ${2}"},
		{phrase(`(\p{Ll}{3,})era (l|d|à|u|s|p)`), "a ${2}é ${3}"},
		{phrase(`(\p{Ll}{3,})eront (l|d|à|u|s|p)`), "ont ${2}é ${3}"},
	},
	retrieval.English: {},
	retrieval.Russian: {
		{phrase(`состоится`), "состоялся"},
		{phrase(`состоятся`), "состоялись"},
		{phrase(`будет (\p{Ll}+[нт])`), "был ${2}"},
		{phrase(`будет (\p{Ll}+[нт]а)`), "была ${2}"},
		{phrase(`будут (\p{Ll}+[нт]ы)`), "были ${2}"},
	},
}

// planAsDone tells as done what the quote plans.
func (b *builder) planAsDone(one base, _ *rand.Rand) (string, bool) {
	if denies(one.text) || unfit.MatchString(one.text) || strings.ContainsAny(one.text, "«“\"") {
		return "", false
	}
	text := b.done(one.text, one.language)
	for _, c := range futures[one.language] {
		text, _ = rewrite(text, c.re, c.with)
	}
	// A plan beside it, left as one, would make the claim half true.
	return text, text != one.text && b.done(text, one.language) == text
}

// unfit says on what a plan hangs, or what an aim is, or plans two things at once: told as done it would be no sentence.
var unfit = phrase(`(?i:si|s’il|if|если|(?:aim|point|goal|objective|purpose) (?:is|was)|et (?:de )?\p{L}+(?:er|ir|re)|and \p{L}+|и \p{Ll}+ть)`)

// done puts the past in the place of all that is planned.
func (b *builder) done(text, language string) string {
	const most = 4
	for range most {
		again := false
		for _, p := range plans[language] {
			m := p.re.FindStringSubmatch(text)
			if m == nil {
				continue
			}
			past, ok := b.pastOf(m[2], language, p.past)
			if !ok {
				continue
			}
			text, again = rewrite(text, p.re, strings.ReplaceAll(past, "$", ""))
		}
		if !again {
			return text
		}
	}
	return text
}

// pastOf conjugates an infinitive; false where the tables don't tell how.
func (b *builder) pastOf(verb, language, ending string) (string, bool) {
	known, irregular := b.data.past[language][verb]
	switch language {
	case retrieval.Russian:
		if stem, ok := strings.CutSuffix(verb, "ться"); ok {
			return stem + map[string]string{"л": "лся", "ла": "лась", "ло": "лось", "ли": "лись"}[ending], true
		}
		return strings.TrimSuffix(verb, "ть") + ending, true
	case retrieval.French:
		if irregular {
			return ending + " " + known, true
		}
		stem, regular := strings.CutSuffix(verb, "er")
		return ending + " " + stem + "é", regular && !withBe[verb]
	}
	switch {
	case irregular:
		return known, true
	case verb == "be":
		return "was", true
	case strings.HasSuffix(verb, "e"):
		return verb + "d", true
	case strings.HasSuffix(verb, "y"):
		return strings.TrimSuffix(verb, "y") + "ied", true
	}
	return verb + "ed", !notInfinitives[verb]
}

// withBe are French verbs whose past takes être; notInfinitives follow English auxiliaries and are no verbs.
var (
	withBe         = map[string]bool{"aller": true, "arriver": true, "entrer": true, "rester": true, "monter": true, "passer": true, "retourner": true}
	notInfinitives = map[string]bool{"not": true, "also": true, "then": true, "the": true, "a": true, "have": true, "do": true, "soon": true}
)

const (
	frenchSay  = `dit|disait|affirme|affirmait|assure|assurait|estime|estimait|juge|jugeait|croit|croient|pense|déclare|a déclaré|a dit|a affirmé|a assuré|a estimé|espère|espérait|considère|soutient|prétend`
	englishSay = `says|said|claims|claimed|believes|believed|thinks|argues|declared|declares|hopes|adds|added`
	russianSay = `говорит|говорил[аи]?|заявил[аи]?|заявляет|утверждает|утверждал[аи]?|считает|считал[аи]?|думает|надеется|добавляет|полагает|уверяет|утверждается`
)

// articles are not speakers: a quote's own article is named beside it.
const articles = `(?:l’article|le titre|le communiqué|l’auteure?|le document|le texte|le journal|le portail)`

var speakers = map[string][]change{
	retrieval.French: {
		{regexp.MustCompile(`()^(?:Selon|D’après|Aux yeux d[eu]s?|De l’avis d[eu]s?) [^,]{3,80}, (.+)()$`), "${2}"},
		{regexp.MustCompile(`(), (?:selon (?:lui|elle|eux)|d’après (?:lui|elle|eux)|(?:a-t-(?:il|elle) (?:dit|déclaré|affirmé|assuré|estimé|jugé))|(?:dit|juge|estime|affirme|assure|déclare|croit|espère|ajoute)-(?:t-)?(?:il|elle|on)),()`), ""},
		{regexp.MustCompile(`(), (?:(?:selon|d’après) [^,.;:]{3,60}|(?:dit|affirme|assure|estime|déclare|a déclaré|a affirmé|a assuré|a estimé) (?:l[ae]s? |l’|une? |son |sa |\p{Lu})[^,;:.]{3,60})([.;])()`), "${2}"},
		{regexp.MustCompile(`()^[^,;:«]{2,90} (?:` + frenchSay + `) (?:que |qu’)(.+)()$`), "${2}"},
	},
	retrieval.English: {
		{regexp.MustCompile(`()^(?:According to [^,]{3,60}|In (?:his|her) (?:view|words)), (.+)()$`), "${2}"},
		{regexp.MustCompile(`(), (?:(?:he|she|it|they|the [a-z]+|[A-Z]\p{L}+(?: [A-Z]\p{L}+)*) (?:` + englishSay + `)|in (?:his|her|its) (?:words|view)),()`), ""},
		{regexp.MustCompile(`(), (?:(?:he|she|it|they|the [a-z]+|[A-Z]\p{L}+(?: [A-Z]\p{L}+)*) (?:` + englishSay + `)|in (?:his|her|its) (?:words|view))([.;])()`), "${2}"},
		{regexp.MustCompile(`()^[^,;:"]{2,90} (?:` + englishSay + `) that (.+)()$`), "${2}"},
	},
	retrieval.Russian: {
		{regexp.MustCompile(`()^(?:По (?:словам|мнению) [^,]{3,60}|Согласно [^,]{3,60}|По (?:его|е[ёе]|их) (?:словам|мнению)), (.+)()$`), "${2}"},
		{regexp.MustCompile(`(), (?:по (?:его|е[ёе]|их) (?:словам|мнению)|(?:` + russianSay + `) [^,]{2,40}),()`), ""},
		{regexp.MustCompile(`()^[^,;:«]{2,90} (?:` + russianSay + `), что (.+)()$`), "${2}"},
	},
}

var (
	byArticle = regexp.MustCompile(`(?i)(?:selon|d’après) ` + articles)
	saying    = phrase(`(?i:selon|d’après|` + frenchSay + `|` + englishSay + `|` + russianSay + `|rapporte|annonce|indique|précise|explique|souligne|rappelle|raconte|plaide|a salué|voit|fi[eè]re?|according|по словам|по мнению|view|words)`)
	// subject begins a French, Russian or English sentence that can stand alone: what stays behind "Selon X, conseiller
	// de Y," can't.
	subject = regexp.MustCompile(`^(?:[\p{Lu}\d]|(?:les?|la|une?|des|ces?|cette|cet|ils?|elles?|on|sa|son|ses|leurs?|tout|plusieurs|deux|trois|quatre|c’|ce|the|an?|this|these|th?ere|it|he|she|they|his|her|its|nothing|new|нов\p{L}+|эт\p{L}+|он[аио]?|их|его|е[ёе]|\p{Ll}+(?:ые|ие|ая|ый|ий|ой)) |l’|d’ici)`)
)

// dropSpeaker tells as a fact what the quote says that somebody said.
func (b *builder) dropSpeaker(one base, _ *rand.Rand) (string, bool) {
	if byArticle.MatchString(one.quote) || strings.ContainsAny(one.text, "«“\"") {
		return "", false
	}
	for _, c := range speakers[one.language] {
		text, ok := rewrite(one.text, c.re, c.with)
		text = strings.TrimSpace(text)
		if !ok || !subject.MatchString(text) {
			continue
		}
		text = capitalised(text)
		if len(strings.Fields(text)) >= minSentenceWords-2 && !saying.MatchString(text) {
			return text, true
		}
	}
	return "", false
}
