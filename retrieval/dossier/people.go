package dossier

import (
	"slices"
	"strings"

	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/gazetteer"
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
	switch {
	case strings.HasPrefix(role, "("):
		text += " " + role
	case role != "":
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
			if at < 0 || r.otherTime(s, document.Date) || r.plan(s) {
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

// promote makes the one who holds the highest office of the place that the journey started from its head, where nobody
// is said to lead and a sentence says that this one travels.
func (r *reader) promote(j *journey, sentences []sentence) {
	if len(j.head) > 0 {
		return
	}
	best, bestRank := -1, len(r.cues["top office"])
	for i, p := range j.members {
		if rank := r.rank(p.role, j.from); rank < bestRank {
			best, bestRank = i, rank
		}
	}
	if best < 0 {
		return
	}
	document := j.documents[0]
	name := j.members[best].name
	for _, s := range sentences {
		at := strings.Index(s.text, name)
		if at < 0 || r.otherTime(s, document.Date) || r.plan(s) || !r.cues.in("travel", s.normal) && !r.metAway(j, s) {
			continue
		}
		if role := r.role(s.text, at, at+len(name)); r.rank(role, j.from) == bestRank {
			j.head = []person{newPerson(document, s, name, role)}
			j.members = slices.Delete(j.members, best, best+1)
			return
		}
	}
}

// metAway tells a sentence about a meeting at a place that the journey led to.
func (r *reader) metAway(j *journey, s sentence) bool {
	document := j.documents[0]
	return r.cues.in("guest met", s.normal) && slices.ContainsFunc(s.mentions, func(m gazetteer.Mention) bool {
		return m.Exact && slices.ContainsFunc(j.to, r.site(m).is) && r.introduced(document.Text[s.Start:m.Start])
	})
}

// rank tells how high an office of one of the places is, 0 the highest; as many as there are for one that is none: the
// place must be what the office is of, so that the president of the town's tourist office does not count.
func (r *reader) rank(role string, of []site) int {
	none := len(r.cues["top office"])
	written := normal(role)
	rank := slices.IndexFunc(r.cues["top office"], func(office string) bool {
		return strings.HasPrefix(written, office)
	})
	if rank < 0 {
		return none
	}
	for _, m := range r.gazetteer.Find(role, "") {
		between := strings.TrimPrefix(normal(role[:m.Start]), strings.TrimSuffix(r.cues["top office"][rank], " "))
		if !slices.ContainsFunc(of, r.site(m).is) {
			continue
		}
		if !slices.ContainsFunc(strings.Fields(between), func(word string) bool {
			return !r.cues.in("of", " "+word+" ") && !r.cues.in("article", " "+word+" ")
		}) {
			return rank
		}
	}
	return none
}

// partIn tells what part a sentence gives to a person named in it.
func (r *reader) partIn(s sentence, at int, name, role, side, guests, hosts string) part {
	before, after := normal(s.text[:at]), normal(s.text[at+len(name):])
	if r.cues.in("source", lastWords(before, 3)) || r.cues.in("absent", lastWords(withoutRole(before, role), 3)) ||
		side == guests && r.cues.in("receives", s.normal) {
		return none
	}
	envoy := r.cues.in("envoy", normal(role))
	switch {
	case side == guests && r.cues.in("with", lastWords(withoutRole(before, role), 3)):
		return memberPart
	case (side == guests || envoy || r.sideOfRole(role) == "") && r.ledBy(s, before, role):
		return headPart
	case (side == guests || envoy) && r.leads(after, role):
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
	if side == guests && role != "" && r.cues.in("guest met", s.normal) {
		return memberPart
	}
	return none
}

// ledBy tells a person who leads by the words right before the name and the office: "conduite par".
func (r *reader) ledBy(s sentence, before, role string) bool {
	before = lastWords(withoutRole(before, role), 6)
	return r.cues.in("led by", before) ||
		r.cues.in("group led by", before) && (r.group(s) || r.cues.in("led", s.normal))
}

// leads tells a person who leads by the words right after the name and the office: "s’est rendu".
func (r *reader) leads(after, role string) bool {
	after = strings.TrimPrefix(after, strings.TrimSuffix(normal(role), " "))
	return r.cues.in("leads", firstWords(after, 5))
}

// withoutRole leaves the office out at the end of the words before a name.
func withoutRole(before, role string) string {
	if role == "" {
		return before
	}
	return strings.TrimSuffix(before, strings.TrimPrefix(normal(role), " "))
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
	if side := r.sideOfRole(role); side != "" {
		return side
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

// sideOfRole tells the country of an office by its place; "" when it names none, or is held abroad.
func (r *reader) sideOfRole(role string) string {
	if r.cues.in("envoy", normal(role)) {
		return ""
	}
	for _, m := range r.gazetteer.Find(role, "") {
		if m.Place.Country == frenchSide || m.Place.Country == russianSide {
			return m.Place.Country
		}
	}
	if r.cues.in("russian office", firstWords(normal(role), 2)) {
		return russianSide
	}
	return ""
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
