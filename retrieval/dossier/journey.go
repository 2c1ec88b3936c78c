package dossier

import (
	"slices"
	"strings"
	"unicode/utf8"

	"passerelle/retrieval"
	"passerelle/retrieval/gazetteer"
)

// journey is what one or several documents tell of one delegation.
type journey struct {
	documents []*retrieval.Document // the one that tells most first
	from, to  []site
	head      []person
	members   []person
	met       []person
	visited   []retrieval.Fact
	bodies    []retrieval.Fact
	companies []retrieval.Fact
	signed    []retrieval.Fact
	followed  []retrieval.Fact
	aside     bool // too little is told for a journey of its own, but another document may tell it too
}

func (j *journey) sites() []site {
	return append(slices.Clone(j.from), j.to...)
}

func (j *journey) concerns(asked site) bool {
	return slices.ContainsFunc(j.sites(), asked.is)
}

// facts is how many lines the journey has.
func (j *journey) facts() int {
	return len(j.head) + len(j.members) + len(j.met) + len(j.visited) + len(j.bodies) + len(j.companies) + len(j.signed) + len(j.followed)
}

func (j *journey) delegation(g *gazetteer.Gazetteer) retrieval.Delegation {
	first := j.documents[0]
	d := retrieval.Delegation{
		Title: first.Title, Date: first.Date,
		Head: people(j.head), Members: people(j.members), Met: append(people(j.met), j.bodies...),
		Visited: j.visited, Companies: j.companies, Signed: j.signed, Followed: j.followed,
	}
	for _, document := range j.documents {
		d.Documents = append(d.Documents, document.ID)
	}
	for _, s := range j.from {
		d.From = append(d.From, s.name(g, retrieval.French))
	}
	for _, s := range j.to {
		d.To = append(d.To, s.name(g, retrieval.French))
	}
	return d
}

// reader reads journeys from documents.
type reader struct {
	gazetteer *gazetteer.Gazetteer
	sentences func(text string) []retrieval.Span
	cues      cues
}

// sentence is one sentence of a document.
type sentence struct {
	retrieval.Span
	text     string // as written
	normal   string // folded words between blanks
	mentions []gazetteer.Mention
}

// read draws the journey that a document tells; false if it tells none.
func (r *reader) read(document *retrieval.Document) (journey, bool) {
	sentences := r.split(document)
	title := normal(document.Title)
	if !r.tellsJourney(title, sentences) {
		return journey{}, false
	}
	j := journey{documents: []*retrieval.Document{document}}
	if !r.directions(&j, sentences) {
		return journey{}, false
	}
	r.people(&j, sentences)
	r.sentByCountry(&j)
	if len(j.from) == 0 {
		return journey{}, false
	}
	r.cities(&j, sentences)
	r.bodies(&j, sentences)
	r.outcomes(&j, sentences)
	told := r.cues.in("group", title) || slices.ContainsFunc(sentences, r.group)
	j.aside = !told && (len(j.head)+len(j.members) == 0 || len(j.visited)+len(j.met) == 0)
	return j, true
}

func (r *reader) split(document *retrieval.Document) []sentence {
	var sentences []sentence
	mentions := r.gazetteer.Find(document.Text, "")
	for _, span := range r.sentences(document.Text) {
		s := sentence{Span: span, text: document.Text[span.Start:span.End]}
		s.normal = normal(s.text)
		for len(mentions) > 0 && mentions[0].Start < span.End {
			if mentions[0].Start >= span.Start && mentions[0].End <= span.End {
				s.mentions = append(s.mentions, mentions[0])
			}
			mentions = mentions[1:]
		}
		sentences = append(sentences, s)
	}
	return sentences
}

// leadSentences are those at the beginning of a document that say what it is about.
const leadSentences = 3

// tellsJourney tells a document about a journey from one that mentions some: its title or its first sentences say so.
func (r *reader) tellsJourney(title string, sentences []sentence) bool {
	if r.cues.in("no journey", title) {
		return false
	}
	if r.cues.in("journey", title) && !r.cues.in("not group", title) {
		return true
	}
	for _, s := range sentences[:min(leadSentences, len(sentences))] {
		if r.group(s) || r.cues.in("lead", s.normal) && r.cues.in("role", s.normal) {
			return true
		}
		if r.cues.in("journey", s.normal) && len(s.mentions) > 0 && r.cues.in("role", s.normal) {
			return true
		}
	}
	return false
}

// group tells a sentence that speaks of a delegation.
func (r *reader) group(s sentence) bool {
	return r.cues.in("group", s.normal) && !r.cues.in("not group", s.normal)
}

// cities are the towns that the journey led to, each with the sentence that says so.
func (r *reader) cities(j *journey, sentences []sentence) {
	document := j.documents[0]
	seen := map[string]bool{}
	for _, s := range sentences {
		if r.otherTime(s, document.Date) ||
			!r.cues.in("journey", s.normal) && !r.cues.in("met", s.normal) && !r.cues.in("visit", s.normal) {
			continue
		}
		for _, m := range s.mentions {
			if m.Place.Kind != gazetteer.City || !m.Exact || seen[m.Place.ID] || m.Place.Country == guestSide(j) {
				continue
			}
			if !slices.ContainsFunc(j.to, func(t site) bool { return t.id == m.Place.ID }) || !r.introduced(document.Text[s.Start:m.Start]) {
				continue
			}
			seen[m.Place.ID] = true
			j.visited = append(j.visited, fact(document, s, document.Text[m.Start:m.End]))
		}
	}
}

// maxFollowed is how many plans are told: the last ones, as documents end with what is to come.
const maxFollowed = 4

// outcomes are the agreements and the plans.
func (r *reader) outcomes(j *journey, sentences []sentence) {
	document := j.documents[0]
	for i, s := range sentences {
		switch {
		case r.cues.in("agreement", s.normal) && r.cues.in("signing", s.normal):
			j.signed = append(j.signed, fact(document, s, shorten(s.text)))
		case i > 0 && r.cues.in("future", s.normal) && !r.cues.in("lead", s.normal):
			j.followed = append(j.followed, fact(document, s, shorten(s.text)))
		}
	}
	j.followed = j.followed[max(0, len(j.followed)-maxFollowed):]
}

// maxLineRunes is how long a line made of a sentence is.
const maxLineRunes = 120

// shorten cuts a sentence at a blank, marking what is left out.
func shorten(sentence string) string {
	if utf8.RuneCountInString(sentence) <= maxLineRunes {
		return sentence
	}
	runes := []rune(sentence)[:maxLineRunes]
	line := string(runes)
	if blank := strings.LastIndexByte(line, ' '); blank > 0 {
		line = line[:blank]
	}
	return strings.TrimRight(line, " ,;:–—«") + "…"
}

func fact(document *retrieval.Document, s sentence, text string) retrieval.Fact {
	return retrieval.Fact{Text: text, Document: document.ID, Span: s.Span}
}
