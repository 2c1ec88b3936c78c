package dossier

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
)

// person is somebody of a journey, with the sentence that says what part they had.
type person struct {
	name string // as the document writes it
	role string // as the sentence writes it; "" when it says none
	fact retrieval.Fact
}

func people(all []person) []retrieval.Fact {
	facts := make([]retrieval.Fact, 0, len(all))
	for _, p := range all {
		facts = append(facts, p.fact)
	}
	return facts
}

func newPerson(document *retrieval.Document, s sentence, name, role string) person {
	text := name
	if role != "" {
		text += ", " + role
	}
	return person{name: name, role: role, fact: fact(document, s, text)}
}

// likeSurname and likeFirstName are how alike the keys of two spellings of one person's names are at least.
const (
	likeSurname   = .9
	likeFirstName = .6
)

// is tells whether two spellings name one person: Vladislav Shapsha, Vladislav Chapcha.
func (p person) is(other person) bool {
	first, last := nameKeys(p.name)
	otherFirst, otherLast := nameKeys(other.name)
	return analysis.NameSimilarity(last, otherLast) >= likeSurname &&
		(first == otherFirst || analysis.NameSimilarity(first, otherFirst) >= likeFirstName)
}

func nameKeys(name string) (first, last string) {
	words := strings.Fields(name)
	if len(words) == 0 {
		return "", ""
	}
	return analysis.NameKey(words[0], ""), analysis.NameKey(words[len(words)-1], "")
}

// part is what a sentence says that somebody did.
type part int

const (
	none part = iota
	metPart
	memberPart
	headPart
)

// people finds who led, who travelled along and who was met.
func (r *reader) people(j *journey, sentences []sentence) {
	document := j.documents[0]
	guests, hosts := guestSide(j), hostSide(j)
	for _, name := range document.People {
		best, bestPart, bestRank := person{}, none, -1
		for _, s := range sentences {
			at := strings.Index(s.text, name)
			if at < 0 {
				continue
			}
			role := r.role(s.text, at, at+len(name))
			side := r.side(name, role)
			what := r.partIn(s, at, name, role, side, guests, hosts)
			rank := int(what) * 2
			if role != "" {
				rank++
			}
			if what != none && rank > bestRank {
				best, bestPart, bestRank = newPerson(document, s, name, role), what, rank
			}
		}
		switch bestPart {
		case headPart:
			j.head = append(j.head, best)
		case memberPart:
			j.members = append(j.members, best)
		case metPart:
			j.met = append(j.met, best)
		}
	}
	// One leads: where several sentences suggest it, the first with an office does, the others travelled along.
	if len(j.head) > 1 {
		first := max(0, slices.IndexFunc(j.head, func(p person) bool { return p.role != "" }))
		leader := j.head[first]
		j.members = append(slices.Delete(j.head, first, first+1), j.members...)
		j.head = []person{leader}
	}
}

// partIn tells what part a sentence gives to a person named in it.
func (r *reader) partIn(s sentence, at int, name, role, side, guests, hosts string) part {
	before, after := normal(s.text[:at]), normal(s.text[at+len(name):])
	if r.cues.in("source", lastWords(before, 3)) {
		return none
	}
	envoy := r.cues.in("envoy", normal(role))
	switch {
	case r.ledBy(before, role), (side == guests || envoy) && r.leads(after, role):
		return headPart
	case side == guests && !envoy && r.cues.in("member", s.normal):
		return memberPart
	}
	if !r.cues.in("met", s.normal) {
		return none
	}
	if side == hosts && side != guests || envoy {
		return metPart
	}
	if side == guests && role != "" {
		return memberPart
	}
	return none
}

// ledBy tells a person who leads by the words right before the name and the office: "conduite par".
func (r *reader) ledBy(before, role string) bool {
	before = strings.TrimSuffix(before, strings.TrimPrefix(normal(role), " "))
	return r.cues.in("led by", lastWords(before, 6))
}

// leads tells a person who leads by the words right after the name and the office: "s’est rendu".
func (r *reader) leads(after, role string) bool {
	after = strings.TrimPrefix(after, strings.TrimSuffix(normal(role), " "))
	return r.cues.in("leads", firstWords(after, 10))
}

func lastWords(normalised string, n int) string {
	words := strings.Fields(normalised)
	return " " + strings.Join(words[max(0, len(words)-n):], " ") + " "
}

func firstWords(normalised string, n int) string {
	words := strings.Fields(normalised)
	return " " + strings.Join(words[:min(n, len(words))], " ") + " "
}

// side tells from which of the two countries a person comes, by the office's place, else by the name.
func (r *reader) side(name, role string) string {
	if !r.cues.in("envoy", normal(role)) {
		for _, m := range r.gazetteer.Find(role, "") {
			if m.Place.Country == frenchSide || m.Place.Country == russianSide {
				return m.Place.Country
			}
		}
	}
	words := strings.Fields(name)
	if len(words) == 0 {
		return ""
	}
	if r.cues.in("russian name", normal(words[0])) || r.russianSurname(words[len(words)-1]) {
		return russianSide
	}
	return frenchSide
}

func (r *reader) russianSurname(surname string) bool {
	surname = analysis.Fold(surname)
	for _, ending := range r.cues["russian surname"] {
		if strings.HasSuffix(surname, strings.TrimSpace(ending)) {
			return true
		}
	}
	return analysis.IsCyrillic(surname)
}

// maxRoleRunes is how long an office is, at most.
const maxRoleRunes = 110

// role gives the office of a person named at a place of a sentence: the apposition after the name, or before it.
func (r *reader) role(sentence string, start, end int) string {
	after := sentence[end:]
	if role := r.roleAfter(after); role != "" {
		return role
	}
	if role := r.roleBefore(sentence[:start]); role != "" {
		return role
	}
	for _, is := range [...]string{" : il est ", " : elle est "} {
		if _, told, ok := strings.Cut(after, is); ok {
			return r.roleAfter(", " + told)
		}
	}
	return ""
}

func (r *reader) roleAfter(after string) string {
	if office, ok := strings.CutPrefix(after, " ("); ok {
		office, _, closed := strings.Cut(office, ")")
		if closed && utf8.RuneCountInString(office) <= maxRoleRunes && !strings.ContainsAny(office, "0123456789") {
			return office
		}
		return ""
	}
	role, ok := strings.CutPrefix(after, ", ")
	if !ok {
		return ""
	}
	rest := role
	role = untilEnd(role)
	if utf8.RuneCountInString(role) > maxRoleRunes || !r.beginsRole(role) {
		return ""
	}
	if more, ok := strings.CutPrefix(rest[len(role):], ", "); ok {
		more = untilEnd(more)
		if r.cues.in("role verb", firstWords(normal(more), 3)) && utf8.RuneCountInString(role+more) <= maxRoleRunes {
			return rest[:len(role)+len(", ")+len(more)]
		}
	}
	return role
}

// beginsRole tells an apposition that begins with an office, a word like "ancien" before it or not.
func (r *reader) beginsRole(apposition string) bool {
	words := strings.Fields(normal(apposition))
	if len(words) > 1 && r.cues.in("before role", " "+words[0]+" ") {
		words = words[1:]
	}
	begins := " " + strings.Join(words[:min(3, len(words))], " ") + " "
	for _, class := range [...]string{"role", "role verb"} {
		for _, phrase := range r.cues[class] {
			if strings.HasPrefix(begins, phrase) {
				return true
			}
		}
	}
	return false
}

// untilEnd cuts an apposition where it ends: at a comma, a stop, or "et" before another name.
func untilEnd(role string) string {
	depth := 0
	for i, c := range role {
		switch c {
		case '(':
			depth++
		case ')':
			depth--
		case ',', ';', ':', '!', '?', '«', '»', '—', '\n':
			return strings.TrimSpace(role[:i])
		case '.':
			return strings.TrimSpace(role[:i])
		case ' ':
			rest := role[i:]
			for _, and := range [...]string{" et ", " and ", " и ", " ainsi "} {
				if next, ok := strings.CutPrefix(rest, and); ok && (beginsName(next) || strings.HasPrefix(next, "a ")) {
					return role[:i]
				}
			}
		}
		if depth < 0 {
			return strings.TrimSpace(role[:i])
		}
	}
	return strings.TrimSpace(role)
}

// beginsName tells two capitalised words in a row.
func beginsName(text string) bool {
	words := strings.Fields(text)
	return len(words) > 1 && capital(words[0]) && capital(words[1])
}

func capital(word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(first)
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// roleBefore finds an office right before a name: "le gouverneur de la région d’Irkoutsk, ", "le sénateur ".
func (r *reader) roleBefore(before string) string {
	before, _ = strings.CutSuffix(before, " ")
	before, _ = strings.CutSuffix(before, ",")
	if cut := strings.LastIndexAny(before, ".;:!?,()«»\n"); cut >= 0 {
		_, size := utf8.DecodeRuneInString(before[cut:])
		before = before[cut+size:]
	}
	starts := wordStarts(before)
	for _, words := range [...]int{2, 1} { // "vice président", then "président"
		for i := len(starts) - 1; i >= 0; i-- {
			end := len(before)
			if i+words < len(starts) {
				end = starts[i+words]
			}
			if !r.isRole(strings.TrimSpace(before[starts[i]:end])) {
				continue
			}
			role := strings.TrimSpace(before[starts[i]:])
			if utf8.RuneCountInString(role) > maxRoleRunes || r.cues.in("not in role", normal(role)) {
				return ""
			}
			return role
		}
	}
	return ""
}

func (r *reader) isRole(words string) bool {
	return slices.Contains(r.cues["role"], normal(words))
}

func wordStarts(text string) []int {
	var starts []int
	inside := false
	for i, c := range text {
		letter := isLetter(c) || c == '-'
		if letter && !inside {
			starts = append(starts, i)
		}
		inside = letter
	}
	return starts
}
