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
	for i, n := h.From, 0; i < len(s.words) && s.words[i].stretch == cue.stretch && n <= focusWords; i++ {
		if !s.says(i) {
			continue
		}
		n++
		for _, j := range s.toClaim[i] {
			if s.words[i].capital || unicode.IsDigit(rune(s.words[i].form[0])) || claim.words[j].capital && !claim.words[j].first {
				continue
			}
			if !slices.Contains(answers, cueVoice) && claim.past(j) {
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

// past tells a verb that is told as done, and itself no cue that leaves something open: a participle after its auxiliary,
// an English form in -ed, a Russian one in -л.
func (r *reading) past(i int) bool {
	w := &r.words[i]
	if slices.ContainsFunc(r.hits[cueOpen], func(h cueHit) bool { return h.From <= i && i < h.To }) {
		return false
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
		return strings.HasSuffix(w.form, "ed") && !toBe[before] && !slices.ContainsFunc(r.hits[cueOpen], func(h cueHit) bool { return h.To == i })
	}
	return hasAnySuffix(w.form, "л", "ла", "ло", "ли", "лся", "лась", "лось", "лись") && before != "бы" && (i+1 == len(r.words) || r.words[i+1].form != "бы")
}

var pastAuxiliaries = map[string]bool{"a": true, "ont": true, "avait": true, "avaient": true}

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

// spoken looks for a statement of the quote that the claim tells without one who says it.
func (s *stated) spoken(claim *reading) (cueHit, bool) {
	if len(claim.hits[cueVoice]) > 0 {
		return cueHit{}, false
	}
	for _, kind := range []cueKind{cueSays, cueAside} {
		for _, h := range s.hits[kind] {
			if s.touched(h.From, samePart) && s.mostly(s.toClaim, s.said(h, kind)) {
				return h, true
			}
		}
	}
	return cueHit{}, false
}

// maxInverted is how many words may follow a verb of saying that ends what is said: ", estime le maire de Kalouga".
const maxInverted = 14

// said tells the words that are said by somebody: all of the part but the clause of an aside ("selon lui", ", dit-il,");
// what precedes an inverted verb at the end; else what follows the verb.
func (s *stated) said(h cueHit, kind cueKind) func(*cueWord) bool {
	cue := &s.words[h.From]
	end := h.To
	for end < len(s.words) && s.words[end].part == cue.part {
		end++
	}
	begins := h.From == 0 || s.words[h.From-1].clause != cue.clause
	alone := begins && (end > h.To && s.words[end-1].clause != cue.clause || h.From > 0 && s.words[h.From-1].part == cue.part)
	inverted := h.To == end || pronouns[s.words[h.To].form] || pronouns[s.words[h.To-1].form] ||
		begins && (s.words[h.To].capital || inverts[s.words[h.To].form])
	atEnd := inverted && end-h.To <= maxInverted && s.words[end-1].clause == cue.clause
	return func(w *cueWord) bool {
		switch {
		case w.part != cue.part:
			return false
		case kind == cueAside || inverted && alone:
			return !alone || w.clause != cue.clause
		case atEnd:
			return w.Start < cue.Start
		}
		return w.Start > cue.Start
	}
}

// pronouns follow a verb whose subject comes after it; inverts are other words that do.
var (
	pronouns = map[string]bool{"t": true, "il": true, "elle": true, "ils": true, "elles": true, "on": true, "он": true, "она": true, "они": true, "he": true, "she": true, "they": true}
	inverts  = map[string]bool{"le": true, "la": true, "l'": true, "les": true, "un": true, "une": true, "the": true, "a": true, "son": true, "sa": true, "leur": true}
)
