package cite

import (
	"fmt"
	"slices"
	"strings"

	"passerelle/retrieval/analysis"
)

// events are the verbs of force/roles.txt; never changed.
var events = mustReadEvents()

// event is something that goes from one to another.
type event struct {
	name     string
	from     bool // the subject of its verb is the side from which it goes
	language string
	verb     cueElement
}

// mustReadEvents panics on a broken file: it is a part of the program, read once when the program begins.
func mustReadEvents() []event {
	const name = "force/roles.txt"
	file, err := cueFiles.ReadFile(name)
	if err != nil {
		panic(err)
	}
	var out []event
	var in event
	for i, line := range strings.Split(string(file), "\n") {
		fields := strings.Fields(strings.Trim(line, "[]"))
		switch {
		case len(fields) == 0 || line[0] == '#':
		case line[0] == '[' && len(fields) == 2 && (fields[1] == "from" || fields[1] == "to"):
			in = event{name: fields[0], from: fields[1] == "from"}
		case len(fields) == 2 && in.name != "" && cues[fields[0]] != nil:
			one := in
			one.language, one.verb = fields[0], readElement(fields[1])
			out = append(out, one)
		default:
			panic(fmt.Sprintf("%s:%d: want a section of an event and a side, or a language and verbs: %q", name, i+1, line))
		}
	}
	return out
}

// side is where somebody stands in an event: the name's words, and whether it goes from there.
type side struct {
	event string
	words []int
	from  bool
}

// swapped looks for somebody whom the claim sets on the other side of an event than the quote does.
func (s *stated) swapped(claim *reading) (why string) {
	claimed := claim.sides(func(i int) bool { return len(s.fromClaim[i]) > 0 }, func(i int) []string { return s.formsOf(s.fromClaim[i]) })
	if len(claimed) == 0 {
		return ""
	}
	stated := s.sides(func(i int) bool { return len(s.toClaim[i]) > 0 }, func(i int) []string { return claim.formsOf(s.toClaim[i]) })
	for _, c := range claimed {
		same := func(q side) bool {
			return c.event == q.event && slices.ContainsFunc(c.words, func(i int) bool {
				return slices.ContainsFunc(s.fromClaim[i], func(j int) bool { return slices.Contains(q.words, j) })
			})
		}
		differs := slices.ContainsFunc(stated, func(q side) bool { return same(q) && q.from != c.from })
		agrees := slices.ContainsFunc(stated, func(q side) bool { return same(q) && q.from == c.from })
		// Who both gives and takes cannot be told to be on the other side.
		both := slices.ContainsFunc(claimed, func(o side) bool {
			return o.event == c.event && o.from != c.from && slices.Equal(o.words, c.words)
		})
		if differs && !agrees && !both {
			return claim.written(cueHit{c.words[0], c.words[len(c.words)-1] + 1})
		}
	}
	return ""
}

func (r *reading) formsOf(places []int) []string {
	var out []string
	for _, i := range places {
		out = append(out, r.words[i].form)
	}
	return out
}

// sides reads who stands where in the events of a text: names that the other text has too; other gives the forms that
// they have there.
func (r *reading) sides(shared func(int) bool, other func(int) []string) []side {
	var out []side
	for v := range r.words {
		w := &r.words[v]
		if w.capital && !w.first {
			continue
		}
		for _, e := range events {
			if e.language == r.language && e.verb.fits(w) {
				out = append(out, r.sidesOf(&e, v, shared, other)...)
			}
		}
	}
	return out
}

func (r *reading) sidesOf(e *event, v int, shared func(int) bool, other func(int) []string) []side {
	if r.reflexive(v) {
		return nil
	}
	subject, object := r.before(v, shared), r.after(e, v, shared)
	passive := r.passive(v)
	var out []side
	add := func(name []int, asSubject bool) {
		if len(name) > 0 {
			out = append(out, side{e.name, name, e.from == asSubject})
		}
	}
	agent := len(object) > 0 && agents[r.preposition(object[0], v)]
	switch {
	case passive:
		add(subject, false)
		if agent {
			add(object, true)
		}
	case r.language == "ru": // the case tells who does it, wherever he stands
		subjectIs, objectIs := r.caseOf(subject, other), r.caseOf(object, other)
		if subjectIs != genitive { // of somebody's, or in another role that its ending does not tell
			add(subject, subjectIs != dative)
		}
		switch {
		case agent, e.name == "transfer" && e.from && objectIs == genitive: // a message of somebody's
		default:
			add(object, objectIs == nominative)
		}
	case r.language == "fr" && v > 0 && (r.words[v-1].form == "que" || r.words[v-1].form == "qu'"): // que soutient X: X does it
		add(object, true)
	default:
		add(subject, true)
		if !agent && !r.pronounBefore(v) {
			add(object, false)
		}
	}
	return out
}

// before returns the nearest name before a verb in its part that no preposition makes a part of something else.
func (r *reading) before(v int, shared func(int) bool) []int {
	for i := v - 1; i >= 0 && r.words[i].part == r.words[v].part; i-- {
		if !r.words[i].capital || !shared(i) {
			continue
		}
		name := r.name(i)
		if r.preposition(name[0], -1) == "" {
			return name
		}
		i = name[0]
	}
	return nil
}

// after returns the first name after a verb in its part that can be its object.
func (r *reading) after(e *event, v int, shared func(int) bool) []int {
	for i := v + 1; i < len(r.words) && r.words[i].part == r.words[v].part; i++ {
		if !r.words[i].capital || !shared(i) {
			continue
		}
		name := r.name(i)
		p := r.preposition(name[0], v)
		if p == "" || agents[p] || e.name == "transfer" && (recipients[p] || !e.from && sources[p]) || e.name == "own" && !e.from && recipients[p] {
			return name
		}
		i = name[len(name)-1]
	}
	return nil
}

// name returns the words with capitals around a word.
func (r *reading) name(i int) []int {
	first, last := i, i
	for first > 0 && r.words[first-1].capital && r.words[first-1].stretch == r.words[i].stretch {
		first--
	}
	for last+1 < len(r.words) && r.words[last+1].capital && r.words[last+1].stretch == r.words[i].stretch {
		last++
	}
	var out []int
	for ; first <= last; first++ {
		out = append(out, first)
	}
	return out
}

// maxTitleWords is how many words may stand between a preposition and the name that it leads to: "au vice-premier maire X".
const maxTitleWords = 4

// preposition returns the nearest one before a name within its stretch, after the verb and after any other name; of a name
// before a verb only one that stands directly before it.
func (r *reading) preposition(first, verb int) string {
	reach := maxTitleWords
	if verb < 0 {
		reach = 1
	}
	return r.prepositionWithin(first, verb, reach)
}

func (r *reading) prepositionWithin(first, verb, reach int) string {
	for i := first - 1; i >= 0 && i >= first-1-reach && i > verb && r.words[i].stretch == r.words[first].stretch; i-- {
		w := &r.words[i]
		if w.capital && !w.first {
			break
		}
		if ofName[w.form] && i > 0 && heads[r.words[i-1].form] { // the town of X is X
			return r.prepositionWithin(i-1, verb, max(reach, maxArticles))
		}
		if sources[w.form] || recipients[w.form] || agents[w.form] || otherPrepositions[w.form] {
			return w.form
		}
	}
	return ""
}

// maxArticles is how many words stand between a preposition and the head of a name: "à la ville de Nice".
const maxArticles = 2

// heads are nouns that say what the name behind them is, and the pronouns that stand for them.
var (
	ofName = map[string]bool{"de": true, "d'": true, "du": true, "of": true}
	heads  = map[string]bool{
		"ville": true, "commune": true, "région": true, "département": true, "république": true, "métropole": true, "université": true, "société": true, "groupe": true,
		"entreprise": true, "port": true, "village": true, "celle": true, "celui": true,
		"city": true, "town": true, "region": true, "republic": true, "university": true, "that": true,
	}
)

var (
	sources           = map[string]bool{"de": true, "d'": true, "du": true, "des": true, "auprès": true, "from": true, "of": true, "от": true, "у": true}
	recipients        = map[string]bool{"à": true, "au": true, "aux": true, "to": true}
	agents            = map[string]bool{"par": true, "by": true}
	otherPrepositions = map[string]bool{
		"en": true, "dans": true, "sur": true, "avec": true, "chez": true, "pour": true, "vers": true, "entre": true, "sous": true, "selon": true,
		"in": true, "on": true, "at": true, "with": true, "for": true, "into": true, "between": true, "under": true, "about": true,
		"в": true, "во": true, "на": true, "с": true, "со": true, "из": true, "для": true, "о": true, "об": true, "по": true, "за": true, "при": true,
	}
)

// passive tells a past participle after a form of "to be".
func (r *reading) passive(v int) bool {
	if r.language == "ru" {
		w := r.words[v].form
		return strings.HasSuffix(w, "н") || strings.HasSuffix(w, "на") || strings.HasSuffix(w, "ны") || strings.HasSuffix(w, "но")
	}
	for i := v - 1; i >= max(0, v-2) && r.words[i].stretch == r.words[v].stretch; i-- {
		if toBe[r.words[i].form] {
			return true
		}
	}
	return v+1 < len(r.words) && agents[r.words[v+1].form]
}

var toBe = map[string]bool{
	"est": true, "sont": true, "était": true, "étaient": true, "été": true, "fut": true, "furent": true, "sera": true, "seront": true, "être": true, "soit": true, "serait": true,
	"is": true, "are": true, "was": true, "were": true, "been": true, "be": true, "being": true,
}

// pronounBefore tells that a French verb has its object before it: "l’invite", "lui remet".
func (r *reading) pronounBefore(v int) bool {
	i := v - 1
	if i > 0 && (r.words[i].form == "a" || r.words[i].form == "ont" || r.words[i].form == "avait" || r.words[i].form == "y") {
		i--
	}
	if i < 0 || r.words[i].stretch != r.words[v].stretch {
		return false
	}
	switch r.words[i].form {
	case "l'", "le", "la", "les", "lui", "leur":
		return true
	}
	return false
}

// russianCase is what the ending of a Russian name tells of its case.
type russianCase int

const (
	anyCase    russianCase = iota // a name that is not declined, or whose ending may be of several
	nominative                    // ends in a consonant, as in other languages
	genitive                      // or accusative: -а, -я
	dative                        // or instrumental: -у, -ю, -ом, -ем, -ым
)

// reflexive tells a French verb that somebody does to himself, or that is a passive in sense: "se présente".
func (r *reading) reflexive(v int) bool {
	return v > 0 && r.language == "fr" && (r.words[v-1].form == "se" || r.words[v-1].form == "s'")
}

// caseOf tells the case of a name of men by what the other text calls it: where it ends in a consonant there, a vowel here
// is an ending.
func (r *reading) caseOf(name []int, other func(int) []string) russianCase {
	out := anyCase
	for _, i := range name {
		form := r.words[i].form
		if !analysis.IsCyrillic(form) || !slices.ContainsFunc(other(i), endsInConsonant) {
			continue
		}
		switch {
		case hasAnySuffix(form, "у", "ю", "ом", "ем", "ым", "им"):
			return dative
		case hasAnySuffix(form, "а", "я"):
			return genitive
		case !hasAnySuffix(form, "о", "е", "и", "ы", "э", "ь"):
			out = nominative
		}
	}
	return out
}

func hasAnySuffix(s string, suffixes ...string) bool {
	return slices.ContainsFunc(suffixes, func(suffix string) bool { return strings.HasSuffix(s, suffix) })
}

// endsInConsonant tells a name that ends in a consonant, or in a mute e after one.
func endsInConsonant(form string) bool {
	form = strings.TrimSuffix(form, "e")
	return form != "" && !strings.ContainsAny(form[len(form)-1:], "aeiouy") && form[len(form)-1] < 0x80
}
