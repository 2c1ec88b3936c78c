package cite

import (
	"slices"
	"strings"
	"unicode"
)

// planned looks for a plan of the quote that the claim tells as done.
func (s *stated) planned(claim *reading) (cueHit, bool) {
	for _, kind := range []cueKind{cuePlan, cueRumour} {
		answers := []cueKind{cueOpen}
		if kind == cueRumour {
			answers = append(answers, cueVoice)
		}
		for _, h := range s.hits[kind] {
			if s.touched(h.From, sameClause) && s.toldAsDone(claim, h, answers) {
				return h, true
			}
		}
	}
	return cueHit{}, false
}

// Reaches of a word that leaves something open, in words: it stands before what it is said of, or soon after.
const (
	openBefore = 7
	openAfter  = 8
)

// toldAsDone tells that the claim leaves open nothing of what a plan is said of: the first word of the plan that the
// claim has too decides; where it has none of them, the claim as a whole, if it is about that clause or what follows.
func (s *stated) toldAsDone(claim *reading, h cueHit, answers []cueKind) bool {
	cue := &s.words[h.From]
	if s.wasDone(claim, h) {
		return true
	}
	governed := -1 // the verb that the plan is about
	for i, n := h.From, 0; i < len(s.words) && s.words[i].stretch == cue.stretch && n <= focusWords; i++ {
		if !s.says(i) {
			continue
		}
		n++
		if governed < 0 && i >= h.To-1 && (i >= h.To || !s.inside(cueOpen, i)) {
			governed = i
			if !slices.Contains(answers, cueVoice) && len(s.toClaim[i]) == 0 && s.otherVerbDone(claim, h, i) {
				return true
			}
		}
		for _, j := range s.toClaim[i] {
			if s.words[i].capital || unicode.IsDigit(rune(s.words[i].form[0])) || claim.words[j].capital && !claim.words[j].first {
				continue
			}
			// "A permis" tells "doit permettre" as done, though permission leaves open what is permitted.
			if i >= h.To-1 && !slices.Contains(answers, cueVoice) && claim.toldPast(j, governed == i) {
				return true
			}
			for _, kind := range answers {
				if claim.near(kind, j, openBefore, openAfter) {
					return false
				}
			}
			return true
		}
	}
	return !claim.hasAny(answers...) && s.mostly(s.toClaim, func(w *cueWord) bool {
		return w.clause == cue.clause || w.part == cue.part && w.Start > cue.Start
	})
}

// past tells a verb that is told as done: a participle after its auxiliary, an English form in -ed, a Russian one in -л,
// and those that the files list.
func (r *reading) past(i int) bool {
	w := &r.words[i]
	if r.inside(cuePast, i) {
		return true
	}
	back := func(n int) string {
		if i < n || r.words[i-n].stretch != w.stretch {
			return ""
		}
		return r.words[i-n].form
	}
	before := back(1)
	switch r.language {
	case "fr":
		if before == "été" {
			before = back(2)
		}
		return pastAuxiliaries[before] && hasAnySuffix(w.form, "é", "ée", "és", "ées", "i", "ie", "is", "it", "ite", "u", "ue", "us", "ues", "ert", "erte")
	case "en": // "is interested" tells how it is
		return strings.HasSuffix(w.form, "ed") && (!toBe[before] || before == "was" || before == "were") && !slices.ContainsFunc(r.hits[cueOpen], func(h cueHit) bool { return h.To == i })
	}
	return hasAnySuffix(w.form, "л", "ла", "ло", "ли", "лся", "лась", "лось", "лись") && before != "бы" && (i+1 == len(r.words) || r.words[i+1].form != "бы")
}

var pastAuxiliaries = map[string]bool{"a": true, "ont": true, "avait": true, "avaient": true}

// toldPast tells that a word, or the participle before it ("ont pris part"), is told as done. A word that leaves open what
// follows does so of itself only where the plan is about another.
func (r *reading) toldPast(i int, itself bool) bool {
	return r.past(i) && (itself || !r.inside(cueOpen, i)) ||
		r.language == "fr" && i > 0 && r.words[i-1].stretch == r.words[i].stretch && r.past(i-1) && !r.inside(cueOpen, i-1)
}

// inside tells that a word is part of a cue.
func (r *reading) inside(kind cueKind, i int) bool {
	return slices.ContainsFunc(r.hits[kind], func(h cueHit) bool { return h.From <= i && i < h.To })
}

// wasDone tells that the claim says "was", "had" or "did" without a cue before it, where the quote plans to be, to have or
// to do. These verbs say too little to be brought together by what they mean.
func (s *stated) wasDone(claim *reading, h cueHit) bool {
	for i := h.To - 1; i < min(h.To+2, len(s.words)) && s.words[i].stretch == s.words[h.From].stretch; i++ {
		verb, ok := plainVerbs[s.words[i].form]
		if !ok || verb == "be" && i+1 < len(s.words) && endsAsParticiple(s.words[i+1].form) {
			continue
		}
		for k := range claim.words {
			if plainPast[claim.words[k].form] == verb && claim.auxiliaryFits(k) && !claim.near(cueOpen, k, plainReach, 0) &&
				!slices.ContainsFunc(s.words, func(w cueWord) bool { return plainPast[w.form] == verb }) && s.about(claim, h, k, samePart) {
				return true
			}
		}
	}
	return false
}

// otherVerbDone tells that the claim has no counterpart of the verb that a plan is about, but tells something as done that
// the quote has no counterpart of, beside words of the plan: then those two verbs are each other's.
func (s *stated) otherVerbDone(claim *reading, h cueHit, governed int) bool {
	if form := s.words[governed].form; governed >= h.To && !endsAsParticiple(form) && !hasAnySuffix(form, infinitives[s.language]...) {
		return false
	}
	for i := range s.words {
		if i != governed && len(s.toClaim[i]) == 0 && s.past(i) {
			return false
		}
	}
	for k := range claim.words {
		if len(s.fromClaim[k]) > 0 || !claim.says(k) && !claim.inside(cuePast, k) || !claim.past(k) ||
			claim.inside(cueOpen, k) && !s.inside(cueOpen, governed) || claim.inside(cueVoice, k) || claim.near(cueOpen, k-1, plainReach, -1) {
			continue
		}
		if s.about(claim, h, k, sameClause) {
			return true
		}
	}
	return false
}

// infinitives are how they end; English ones end as anything.
var infinitives = map[string][]string{"fr": {"er", "ir", "oir", "re"}, "ru": {"ть", "ться", "ти", "чь"}, "en": {""}}

// plainReach is how many words before a "was" may leave it open.
const plainReach = 4

// about tells that the claim's words around one are about what the quote plans.
func (s *stated) about(claim *reading, h cueHit, k int, around func(a, b *cueWord) bool) bool {
	of, all := 0, 0
	for i := range claim.words {
		if !around(&claim.words[i], &claim.words[k]) {
			continue
		}
		for _, j := range s.fromClaim[i] {
			all++
			if around(&s.words[j], &s.words[h.From]) {
				of++
			}
		}
	}
	return of > 0 && 2*of >= all
}

// auxiliaryFits tells a French participle that follows its auxiliary and leads no other, or any other word.
func (r *reading) auxiliaryFits(k int) bool {
	if r.language != "fr" || !frenchParticiples[r.words[k].form] {
		return true
	}
	return k > 0 && pastAuxiliaries[r.words[k-1].form]
}

func endsAsParticiple(form string) bool {
	return hasAnySuffix(form, "é", "ée", "és", "ées", "is", "ises", "its", "ites", "us", "ues", "ed", "ен", "на", "ны", "но", "ты")
}

// Verbs that say nothing but that something is, and their past.
var (
	plainVerbs        = map[string]string{"être": "be", "be": "be", "быть": "be", "avoir": "have", "have": "have", "faire": "do", "do": "do"}
	frenchParticiples = map[string]bool{"été": true, "eu": true, "fait": true}
	plainPast         = map[string]string{
		"été": "be", "était": "be", "étaient": "be", "fut": "be", "furent": "be", "was": "be", "were": "be",
		"был": "be", "была": "be", "было": "be", "были": "be",
		"eu": "have", "eut": "have", "had": "have", "fait": "do", "fit": "do", "did": "do",
	}
)

// near tells that a cue stands at most so many words before a word, in its part, or after it, in its clause.
func (r *reading) near(kind cueKind, i, before, after int) bool {
	for _, h := range r.hits[kind] {
		if h.To-1 < i-before || h.From > i+after {
			continue
		}
		if r.words[h.From].clause == r.words[i].clause || h.From <= i && r.words[h.From].part == r.words[i].part {
			return true
		}
	}
	return false
}

func (r *reading) hasAny(kinds ...cueKind) bool {
	for _, k := range kinds {
		if len(r.hits[k]) > 0 {
			return true
		}
	}
	return false
}
