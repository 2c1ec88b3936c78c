package dossier

import (
	"slices"
	"strconv"
	"strings"

	"passerelle/retrieval"
)

// maxPlanned is how many plans of a document are told: the last ones, as documents end with what is to come.
const maxPlanned = 6

// outcomes are the agreements signed, what came of the journey, and the plans: each told by its whole sentence, for a
// part of it could say something else.
func (r *reader) outcomes(j *journey, sentences []sentence) {
	document := j.documents[0]
	for i, s := range sentences {
		told := fact(document, s, s.text)
		switch {
		case r.cues.in("earlier", s.normal) || r.otherYears(s, document.Date) && r.signing(s):
		case !r.plan(s) && r.signing(s):
			j.signed = append(j.signed, told)
		case i > 0 && r.cues.in("outcome", s.normal):
			j.followed = append(j.followed, told)
		case r.cues.in("matter", s.normal) && (r.plan(s) || i > 0 && r.hope(s)):
			j.planned = append(j.planned, told)
		}
	}
	j.planned = j.planned[max(0, len(j.planned)-maxPlanned):]
}

// plan tells a sentence about what was still to happen.
func (r *reader) plan(s sentence) bool {
	return r.cues.in("plan", s.normal) && (!r.cues.in("owing", s.normal) || r.owing(s) || r.cues.without("plan", "owing", s.normal))
}

// hope tells a sentence about what somebody wishes or has in mind.
func (r *reader) hope(s sentence) bool {
	return r.cues.without("future", "owing", s.normal) && !r.cues.in("lead", s.normal)
}

// wordsToInfinitive is how many words after "doit" the verb may come: "devait à son tour venir".
const wordsToInfinitive = 4

// owing tells "doit venir" from "doit aux Russes".
func (r *reader) owing(s sentence) bool {
	words := strings.Fields(s.normal)
	for i, word := range words {
		if !r.cues.in("owing", " "+word+" ") {
			continue
		}
		for _, next := range words[i+1 : min(len(words), i+1+wordsToInfinitive)] {
			if slices.ContainsFunc(r.cues["infinitive"], func(ending string) bool {
				return strings.HasSuffix(next, strings.TrimSpace(ending))
			}) {
				return true
			}
		}
	}
	return false
}

// maxToSigning is how many words stand between an agreement and the word that says it is signed, at most.
const maxToSigning = 8

// signing tells a sentence whose point is that an agreement is signed: both words stand near each other, and not only as
// the frame or the time of something else ("au titre de l’accord signé", "avant la signature").
func (r *reader) signing(s sentence) bool {
	words := strings.Fields(s.normal)
	for i, word := range words {
		if !r.cues.in("signing", " "+word+" ") {
			continue
		}
		for k := max(0, i-maxToSigning); k < min(len(words), i+maxToSigning+1); k++ {
			if !r.cues.in("agreement", " "+words[k]+" ") {
				continue
			}
			first := min(i, k)
			if !r.cues.in("framework", " "+strings.Join(words[max(0, first-4):first], " ")+" ") {
				return true
			}
		}
	}
	return false
}

// otherYears tells a sentence that names a year which is not the document's.
func (r *reader) otherYears(s sentence, d retrieval.Date) bool {
	if d.IsZero() {
		return false
	}
	for word := range strings.FieldsSeq(s.normal) {
		year, err := strconv.Atoi(word)
		if err == nil && len(word) == len("2006") && year >= firstYear && year <= lastYear &&
			(year < d.From.Year() || year > d.To.Year()) {
			return true
		}
	}
	return false
}
