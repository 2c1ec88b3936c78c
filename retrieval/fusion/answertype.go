package fusion

import (
	"iter"
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
	ALeader   AnswerType = "leader" // of a delegation, a mission, a body
	AnOffice  AnswerType = "office" // of a person whom the question names
)

// Types reads what questions ask for and whether a sentence holds it. It is safe for concurrent use.
type Types struct {
	questions []questionPattern
	dates     wordSet
	numbers   wordSet
	offices   wordSet
	leads     wordSet
	heads     wordSet
	journeys  wordSet
	hosts     wordSet
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
		dates:   newWordSet(dateWords),
		numbers: newWordSet(numberWords),
		offices: newWordSet(officeWords),
		leads:   newWordSet(leadWords),
		heads:   newWordSet(headWords),

		journeys: newWordSet(journeyWords),
		hosts:    newWordSet(hostWords),
		names:    regexp.MustCompile(`\p{Lu}[\pL\pN’'-]+ (?:(?:de |von |d’|d')?\p{Lu}[\pL\pN’'-]+)`),
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

// Dates returns the words of a sentence that name a day, month, year or age, in lower case.
func (t *Types) Dates(sentence string) (out []string) {
	for w := range words(sentence) {
		if isYear(w) || t.dates.has(w) {
			out = append(out, w)
		}
	}
	return out
}

// Numbers returns the numbers of a sentence that are no years, in figures or words, in lower case.
func (t *Types) Numbers(sentence string) (out []string) {
	for w := range words(sentence) {
		if w[0] >= '0' && w[0] <= '9' && !isYear(w) || t.numbers.has(w) {
			out = append(out, w)
		}
	}
	return out
}

// Leads tells whether a sentence says that somebody leads a journey, by a verb with the journey near it or by an office that
// leads wherever it goes, and whether it says that somebody receives guests: a host is not who led them.
func (t *Types) Leads(sentence string) (leads, receives bool) {
	since := leadReach // words since one that leads
	for w := range words(sentence) {
		since++
		switch {
		case t.leads.has(w):
			since = 0
		case t.heads.has(w):
			leads = true
		case t.journeys.has(w) && since <= leadReach:
			leads = true
		}
		receives = receives || t.hosts.has(w)
	}
	return leads, receives
}

// leadReach is how many words stand at most between "conduit" and "une délégation".
const leadReach = 6

// HasOffice tells whether a sentence names an office or a calling that a person may have.
func (t *Types) HasOffice(sentence string) bool {
	for w := range words(sentence) {
		if t.offices.has(w) {
			return true
		}
	}
	return false
}

// HasFullName tells whether two capitalised words follow one another.
func (t *Types) HasFullName(sentence string) bool { return t.names.MatchString(sentence) }

// words yields the runs of letters and digits of a text, in lower case.
func words(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for w := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if !yield(strings.ToLower(w)) {
				return
			}
		}
	}
}

// isYear tells four digits from 1000 to 2099.
func isYear(w string) bool {
	return len(w) == 4 && strings.Trim(w, "0123456789") == "" && (w[0] == '1' || w[:2] == "20")
}

// wordSet is words, and beginnings of words, which stand for all that go on with at most maxEnding bytes.
type wordSet struct{ whole, begins map[string]bool }

// maxEnding is the longest ending of a Russian case, in bytes.
const maxEnding = 2 * 4

func newWordSet(list string) wordSet {
	s := wordSet{map[string]bool{}, map[string]bool{}}
	for _, w := range strings.Fields(list) {
		if stem, ok := strings.CutSuffix(w, "*"); ok {
			s.begins[stem] = true
		} else {
			s.whole[w] = true
		}
	}
	return s
}

func (s wordSet) has(w string) bool {
	if s.whole[w] {
		return true
	}
	for n := len(w); n > 0 && n >= len(w)-maxEnding; n-- {
		if s.begins[w[:n]] {
			return true
		}
	}
	return false
}

// Words that name a time, words that count, and offices, in the three languages; * stands for any ending.
const (
	dateWords = `janvier février fevrier mars avril mai juin juillet août aout septembre octobre novembre décembre decembre
		lundi mardi mercredi jeudi vendredi samedi dimanche siècle siècles années hier
		январ* феврал* март* апрел* май мая мае июн* июл* август* сентябр* октябр* ноябр* декабр*
		понедельник* вторник* среда среду среды четверг* пятниц* суббот* воскресень* век века веке вчера
		january february march april may june july august september october november december
		monday tuesday wednesday thursday friday saturday sunday century centuries yesterday`
	numberWords = `deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante
		cinquante soixante cent cents mille million millions milliard milliards dizaine dizaines douzaine quinzaine vingtaine
		trentaine quarantaine cinquantaine centaine centaines millier milliers moitié tiers quart double triple demi premier
		première deuxième troisième quatrième cinquième dixième aucun aucune seul seule
		два две двух двое три трёх трех трое четыре четырёх четырех четверо пять пяти шесть шести семь семи восемь восьми девять
		девяти десять десяти одиннадцать двенадцать пятнадцать двадцать двадцати тридцать сорок пятьдесят сто сотн* тысяч*
		миллион* миллиард* половин* треть трети четверть перв* втор* десятк* дюжин*
		two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty hundred hundreds thousand
		thousands million billion dozen dozens half third quarter first second twice none`
	officeWords = `ambassadeur ambassadrice consul consule maire maires adjoint adjointe gouverneur gouverneure préfet préfète président
		présidente vice-président ministre sénateur sénatrice député députée directeur directrice dirigeant dirigeante patron patronne
		chef cheffe secrétaire conseiller conseillère élu élue professeur professeure chercheur chercheuse recteur rectrice évêque
		métropolite artiste peintre sculpteur chanteur chanteuse musicien musicienne écrivain écrivaine cinéaste médecin ingénieur
		ingénieure fondateur fondatrice porte-parole représentant représentante responsable attaché attachée envoyé envoyée
		посол посла консул* мэр* глава главы губернатор* президент* министр* сенатор* депутат* директор* руководител* председател*
		секретар* советник* профессор* учён* ректор* художни* скульптор* певец певица музыкант* писател* врач* инженер* основател*
		представител* атташе
		ambassador consul mayor governor prefect president minister senator deputy director head chief chairman chairwoman chair
		secretary adviser councillor professor researcher rector artist painter sculptor singer musician writer filmmaker doctor
		engineer founder spokesman spokeswoman representative attaché envoy`
	leadWords = `conduit conduite conduits conduites conduire conduisait dirige dirigeait dirigé dirigée diriger mène mené menée menait
		mener tête emmené emmenée préside présidait présidée возглав* руковод* главе led leads leading head headed headship`
	headWords    = `gouverneur gouverneure maire ministre губернатор* мэр* министр* governor mayor minister`
	journeyWords = `délégation délégations mission missions voyage voyages groupe déplacement visiteurs делегаци* мисси* поездк* группа группу
		группы delegation delegations mission missions trip trips journey group visitors`
	hostWords = `accueilli accueillie accueillis accueille accueillait accueillir reçu reçue reçus reçoit recevait recevoir hôte
		приня* принима* встрети* встреча* received receives receiving hosted hosts welcomed welcomes`
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
	{AnOffice, `^[^\pL]*(?:qui (?:est|était|sont|étaient)|c'est qui|qui c'est|кто (?:такой|такая|такие)|who (?:is|was|are|were)) (?:m\.|mme|monsieur|madame|mr|mrs|ms|г-н|г-жа)? ?(?-i:\p{Lu})[^ ]*(?: (?:de |von )?(?-i:\p{Lu})[^ ]*)* ?\?*$`},
	{ALeader, `^[^\pL]*(?:[\pL']+ ){0,2}qui (?:a |est-ce qui a |avait )?(?:dirig|condui|men(?:é|ait|er)|présid|emmen|était à la tête|est à la tête)|⟨кто (?:возглав|руковод)|^[^\pL]*who (?:led|headed|leads|heads|was leading|was heading)⟩`},
	{APerson, `^[^\pL]*(?:[\pL']+ ){0,2}qui⟩|⟨qui (?:est|était|a|dirige|sont|ont|conduit)⟩|⟨quel(?:le)? (?:est|était)? ?(?:le |la |l')?(?:maire|ministre|ambassad|gouverneur|président|directeur|consul|artiste|sénat|député|homme|personne|architecte|auteur|sculpteur)|` +
		`⟨comment s'appel[a-z]+ (?:le|la|l')? ?(?:maire|ministre|président|direct|consul|gouverneur|ambassad)|` +
		`⟨(?:кто|кого|кому|кем)⟩|⟨как зовут|⟨чь(?:я|ё|и|ей)⟩|` +
		`⟨(?:who|whom|whose)⟩|⟨what is the name of the (?:mayor|minister|director|consul|governor|president)`},
	{APlace, `^[^\pL]*o[uù]⟩|⟨d'où⟩|⟨où⟩|⟨ou\W*$|⟨(?:quelle|quelles) (?:ville|villes|région|commune|pays|localité|district|cité|capitale)|⟨quel (?:pays|lieu|village|endroit|district|département|quartier)|` +
		`⟨(?:где|куда|откуда)⟩|⟨(?:каком|какой|каким|каких|какие|какую|какого) (?:[а-яё]+ )?(?:город|регион|област|стран|сел|район|посёлк|поселк|мест)|` +
		`⟨where⟩|⟨(?:which|what) (?:[a-z]+ )?(?:city|cities|town|towns|region|country|village|district|place)⟩`},
}
