package dossier

import (
	"slices"
	"strings"

	"passerelle/retrieval"
)

// bodies finds the companies that the journey is about and the other bodies that were visited or met, among those that
// the metadata name.
func (r *reader) bodies(j *journey, sentences []sentence) {
	document := j.documents[0]
	for _, name := range document.Organisations {
		if strings.EqualFold(name, document.Source) {
			continue
		}
		company := !r.isBody(name)
		for _, s := range sentences {
			at, end, ok := findName(s.text, name)
			if !ok || r.inRole(document, s, at) || r.otherTime(s, document.Date) {
				continue
			}
			if company && r.cues.in("body", r.around(s.text, at, end)) {
				company = false
			}
			written := fact(document, s, s.text[at:end])
			if company {
				j.companies = append(j.companies, written)
				break
			}
			if r.plan(s) || r.cues.in("tied", s.normal) || r.ofGuests(j, name) || !r.cues.in("met", s.normal) && !r.cues.in("visit", s.normal) {
				continue
			}
			j.bodies = append(j.bodies, written)
			break
		}
	}
}

// inRole tells what is named only in somebody's office: "président de la métropole de Lyon" is not the metropolis.
func (r *reader) inRole(document *retrieval.Document, s sentence, at int) bool {
	for _, name := range document.People {
		person := strings.Index(s.text, name)
		if person < 0 {
			continue
		}
		end := person + len(name)
		role := r.role(s.text, person, end)
		if role == "" {
			continue
		}
		if begin := strings.Index(s.text, role); begin <= at && at < begin+len(role) {
			return true
		}
	}
	return false
}

// isBody tells a public body, an association, an event by its name.
func (r *reader) isBody(name string) bool { return r.cues.in("body", normal(name)) }

// around gives what says the nature of a body beside its name: "au salon Innoprom", "Pollutec, salon international".
func (r *reader) around(sentence string, start, end int) string {
	before := sentence[:start]
	before = lastWords(normal(before[strings.LastIndexAny(before, ",;:.()")+1:]), 2)
	after, apposition := strings.CutPrefix(sentence[end:], ", ")
	if !apposition {
		return before
	}
	return before + firstWords(normal(after), 2)
}

// ofGuests tells a body of the place that the journey started from, which travels rather than is met.
func (r *reader) ofGuests(j *journey, name string) bool {
	for _, m := range r.gazetteer.Find(name, "") {
		s := r.site(m)
		if m.Exact && slices.ContainsFunc(j.from, func(from site) bool { return !isCountry(s) && s.is(from) }) {
			return true
		}
	}
	return false
}

// findName finds a name in a sentence, a capital more or less at its beginning.
func findName(sentence, name string) (start, end int, ok bool) {
	if at := strings.Index(sentence, name); at >= 0 && bounded(sentence, at, at+len(name)) {
		return at, at + len(name), true
	}
	lower, lowerName := strings.ToLower(sentence), strings.ToLower(name)
	if len(lower) != len(sentence) || len(lowerName) != len(name) || strings.IndexByte(name, ' ') < 0 {
		return 0, 0, false
	}
	if at := strings.Index(lower, lowerName); at >= 0 && bounded(sentence, at, at+len(name)) {
		return at, at + len(name), true
	}
	return 0, 0, false
}

// bounded tells that no letter goes on before or after.
func bounded(sentence string, start, end int) bool {
	before := strings.TrimRightFunc(sentence[:start], isLetter)
	after := strings.TrimLeftFunc(sentence[end:], isLetter)
	return len(before) == start && len(after) == len(sentence)-end
}
