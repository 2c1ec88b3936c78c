package fusion

import (
	"regexp"
	"strings"
	"unicode"
)

// AnswerType is what a question asks for.
type AnswerType string

// Answer types; "" is anything.
const (
	AnyAnswer AnswerType = ""
	ANumber   AnswerType = "number"
	ADate     AnswerType = "date"
	APerson   AnswerType = "person"
	APlace    AnswerType = "place"
)

// Types reads what questions ask for and whether a sentence holds it. It is safe for concurrent use.
type Types struct {
	questions []questionPattern
	date      *regexp.Regexp
	number    *regexp.Regexp
	year      *regexp.Regexp
	names     *regexp.Regexp
}

type questionPattern struct {
	asks    AnswerType
	pattern *regexp.Regexp
}

// NewTypes compiles the patterns. RE2 knows no Unicode word boundary: in the patterns ⟨ and ⟩ stand for a beginning and an
// end of a word.
func NewTypes() *Types {
	compile := func(p string) *regexp.Regexp {
		p = strings.ReplaceAll(p, "⟨", `(?:^|[^\pL\pN])`)
		p = strings.ReplaceAll(p, "⟩", `(?:$|[^\pL\pN])`)
		return regexp.MustCompile(p)
	}
	t := &Types{
		date:   compile(`(?i)⟨((?:1[5-9]|20)\d\d|` + months + `|` + weekdays + `|si[èe]cles?|век[а-я]*|centur(?:y|ies)|ann[ée]es|hier|вчера|yesterday|\d\ds)⟩`),
		number: compile(`(?i)⟨(\d+(?:[\x{a0}\x{202f} ,.]\d+)*|` + numberWords + `)⟩`),
		year:   compile(`⟨(?:1\d|20)\d\d⟩`),
		names:  compile(`\p{Lu}[\pL\pN’'-]+ (?:(?:de |von |d’|d')?\p{Lu}[\pL\pN’'-]+)`),
	}
	for _, q := range questionPatterns {
		t.questions = append(t.questions, questionPattern{q.asks, compile(`(?i)` + q.pattern)})
	}
	return t
}

// Asked returns what a question in any of the three languages asks for.
func (t *Types) Asked(question string) AnswerType {
	question = strings.ReplaceAll(question, "’", "'")
	for _, q := range t.questions {
		if q.pattern.MatchString(question) {
			return q.asks
		}
	}
	return AnyAnswer
}

// Dates returns the dates, months and years that a sentence names, in lower case.
func (t *Types) Dates(sentence string) []string { return matches(t.date, sentence) }

// Numbers returns the numbers of a sentence that are no years, in lower case.
func (t *Types) Numbers(sentence string) []string {
	return matches(t.number, t.year.ReplaceAllString(sentence, " "))
}

// HasFullName tells whether two capitalised words follow one another.
func (t *Types) HasFullName(sentence string) bool { return t.names.MatchString(sentence) }

func matches(re *regexp.Regexp, s string) (out []string) {
	for len(s) > 0 {
		m := re.FindStringSubmatchIndex(s)
		if m == nil {
			return out
		}
		out = append(out, strings.ToLower(strings.TrimFunc(s[m[2]:m[3]], unicode.IsSpace)))
		s = s[m[3]:] // the word boundary may begin the next match
	}
	return out
}

const (
	months = `janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[ûu]t|septembre|octobre|novembre|d[ée]cembre|` +
		`январ[а-я]+|феврал[а-я]+|март[а-я]*|апрел[а-я]+|ма[йяе]|июн[а-я]+|июл[а-я]+|август[а-я]*|сентябр[а-я]+|октябр[а-я]+|ноябр[а-я]+|декабр[а-я]+|` +
		`january|february|march|april|may|june|july|august|september|october|november|december`
	weekdays = `lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|понедельник[а-я]*|вторник[а-я]*|сред[уыа]|четверг[а-я]*|пятниц[а-я]+|суббот[а-я]+|воскресень[а-я]+|` +
		`monday|tuesday|wednesday|thursday|friday|saturday|sunday`
	numberWords = `deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|quarante|cinquante|soixante|cents?|mille|` +
		`millions?|milliards?|dizaines?|douzaine|quinzaine|vingtaine|trentaine|quarantaine|cinquantaine|centaines?|milliers?|moitié|tiers|quart|double|triple|demi|` +
		`premi[èe]re?|deuxi[èe]me|troisi[èe]me|quatri[èe]me|cinqui[èe]me|dixi[èe]me|aucune?|une seule|un seul|` +
		`дв[аеух]+|тр[иёе]х?|четыр[её]х?|четыре|пять|пяти|шесть|семь|восемь|девять|десять|одиннадцать|двенадцать|пятнадцать|двадцать|тридцать|сорок|пятьдесят|сто|сотн[а-я]+|тысяч[а-я]*|` +
		`миллион[а-я]*|миллиард[а-я]*|половин[а-я]+|трет[ьи]|четверть|перв[а-я]+|втор[а-я]+|десятк[а-я]+|дюжин[а-я]+|` +
		`two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|hundreds?|thousands?|billions?|dozens?|half|third|quarter|first|second|twice|none`
)

// The first pattern that fits decides.
var questionPatterns = []struct {
	asks    AnswerType
	pattern string
}{
	{ANumber, `⟨combien⟩|⟨à quel prix⟩|⟨quel (?:est le |était le )?(?:nombre|montant|prix|âge|pourcentage|coût|budget|part|chiffre|total)⟩|⟨quelle (?:superficie|somme|part|distance|surface|population|longueur|proportion|hauteur|durée)⟩|` +
		`⟨сколько|⟨скольк[а-яё]+|⟨как(?:ова|ой|ую|ое|ов)⟩.{0,25}(?:сумм|стоимост|площад|численност|дол|числ|количеств|высот|длин|процент)|` +
		`⟨how (?:many|much|old|long|far|large|big|tall)⟩|⟨what (?:[a-z]+ )?(?:number|price|amount|share|percentage|cost|proportion|sum)⟩`},
	{ADate, `⟨quand⟩|⟨(?:quelle|quelles) (?:année|date|dates|période|époque)|⟨(?:quel|quels) (?:jour|mois|siècle)|⟨depuis quand⟩|⟨date⟩|` +
		`⟨когда⟩|⟨в каком (?:году|месяце|веке)|⟨како(?:го|е) (?:числа|год)|⟨с какого (?:года|времени)|⟨в какой день|⟨в каких числах|⟨дата⟩|` +
		`⟨when⟩|⟨(?:what|which) (?:year|date|month|day|century|dates)⟩|⟨since when⟩`},
	{APerson, `^[^\pL]*(?:[\pL']+ ){0,2}qui⟩|⟨qui (?:est|était|a|dirige|sont|ont|conduit)⟩|⟨quel(?:le)? (?:est|était)? ?(?:le |la |l')?(?:maire|ministre|ambassad|gouverneur|président|directeur|consul|artiste|sénat|député|homme|personne|architecte|auteur|sculpteur)|` +
		`⟨comment s'appel[a-z]+ (?:le|la|l')? ?(?:maire|ministre|président|direct|consul|gouverneur|ambassad)|` +
		`⟨(?:кто|кого|кому|кем)⟩|⟨как зовут|⟨чь(?:я|ё|и|ей)⟩|` +
		`⟨(?:who|whom|whose)⟩|⟨what is the name of the (?:mayor|minister|director|consul|governor|president)`},
	{APlace, `^[^\pL]*o[uù]⟩|⟨d'où⟩|⟨où⟩|⟨ou\W*$|⟨(?:quelle|quelles) (?:ville|villes|région|commune|pays|localité|district|cité|capitale)|⟨quel (?:pays|lieu|village|endroit|district|département|quartier)|` +
		`⟨(?:где|куда|откуда)⟩|⟨(?:каком|какой|каким|каких|какие|какую|какого) (?:[а-яё]+ )?(?:город|регион|област|стран|сел|район|посёлк|поселк|мест)|` +
		`⟨where⟩|⟨(?:which|what) (?:[a-z]+ )?(?:city|cities|town|towns|region|country|village|district|place)⟩`},
}
