package cite

import "slices"

// spoken looks for a statement of the quote that the claim tells without one who says it.
func (s *stated) spoken(claim *reading) (cueHit, bool) {
	for _, kind := range []cueKind{cueSays, cueAside} {
		for _, h := range s.hits[kind] {
			if !s.touched(h.From, samePart) {
				continue
			}
			said := s.said(h, kind)
			if !s.voiced(claim, said) && s.mostly(s.toClaim, said) {
				return h, true
			}
		}
	}
	return cueHit{}, false
}

// voiced tells that the claim has a word for a statement that is not a part of what is said: "regarde" answers nobody's
// saying where the quote says that somebody "regarde".
func (s *stated) voiced(claim *reading, said func(*cueWord) bool) bool {
	return slices.ContainsFunc(claim.hits[cueVoice], func(v cueHit) bool {
		for i := v.From; i < v.To; i++ {
			for _, j := range s.fromClaim[i] {
				if said(&s.words[j]) && !s.inside(cueSays, j) && !s.inside(cueAside, j) {
					return false
				}
			}
		}
		return true
	})
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
