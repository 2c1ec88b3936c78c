package dossier

import (
	"slices"

	"passerelle/retrieval"
	"passerelle/retrieval/gazetteer"
)

// journey is what one or several documents tell of one delegation.
type journey struct {
	documents []*retrieval.Document // the one that tells most first
	from, to  []site
	told      retrieval.Fact // the sentence that tells of the journey
	head      []person
	members   []person
	met       []person
	visited   []visit
	bodies    []retrieval.Fact
	companies []retrieval.Fact
	signed    []retrieval.Fact
	planned   []retrieval.Fact
	followed  []retrieval.Fact
	announced bool // told only as a journey to come
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
	return len(j.head) + len(j.members) + len(j.met) + len(j.visited) + len(j.bodies) + len(j.companies) + len(j.signed) + len(j.planned) + len(j.followed)
}

func (j *journey) delegation(g *gazetteer.Gazetteer, language string) retrieval.Delegation {
	first := j.documents[0]
	d := retrieval.Delegation{
		Title: first.Title, Date: first.Date, Announced: j.announced,
		Head: people(j.head), Members: people(j.members), Met: append(people(j.met), j.bodies...),
		Companies: j.companies, Signed: j.signed, Planned: j.planned, Followed: j.followed,
	}
	for _, document := range j.documents {
		d.Documents = append(d.Documents, document.ID)
	}
	for _, s := range j.from {
		d.From = append(d.From, s.name(g, language))
	}
	for _, s := range j.to {
		d.To = append(d.To, s.name(g, language))
	}
	for _, v := range j.visited {
		f := v.fact
		if name := g.Name(v.place, language); name != f.Text {
			f.Called = name
		}
		d.Visited = append(d.Visited, f)
	}
	if j.facts() == 0 {
		d.Told = []retrieval.Fact{j.told}
	}
	return d
}

// visit is a town that the journey led to, with the sentence that says so.
type visit struct {
	place *gazetteer.Place
	fact  retrieval.Fact
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
	spans := r.sentences(document.Text)
	title := normal(document.Title)
	// Most documents tell of no journey, and places are dear to find: only the beginning is looked through for them.
	if len(spans) == 0 || !r.tellsJourney(title, r.split(document, spans[:min(leadSentences, len(spans))])) {
		return journey{}, false
	}
	sentences := r.split(document, spans)
	j := journey{documents: []*retrieval.Document{document}}
	if !r.directions(&j, sentences) {
		return journey{}, false
	}
	r.people(&j, sentences)
	r.promote(&j, sentences)
	r.sentByCountry(&j)
	if len(j.from) == 0 {
		return journey{}, false
	}
	r.cities(&j, sentences)
	r.bodies(&j, sentences)
	r.outcomes(&j, sentences)
	happened := len(j.head)+len(j.members)+len(j.visited)+len(j.met)+len(j.bodies)+len(j.signed)+len(j.followed) > 0
	j.announced = !happened && r.cues.in("announced", title)
	j.told = r.telling(document, sentences)
	told := r.cues.in("group", title) || slices.ContainsFunc(sentences, r.group)
	j.aside = !told && !j.announced && (len(j.head)+len(j.members) == 0 || len(j.visited)+len(j.met) == 0)
	return j, true
}

// split gives those sentences, the first of the document, with the places that they name.
func (r *reader) split(document *retrieval.Document, spans []retrieval.Span) []sentence {
	var sentences []sentence
	mentions := r.gazetteer.Find(document.Text[:spans[len(spans)-1].End], "")
	for _, span := range spans {
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
func (r *reader) tellsJourney(title string, beginning []sentence) bool {
	if r.cues.in("no journey", title) {
		return false
	}
	if r.cues.in("journey", title) && !r.cues.in("not group", title) {
		return true
	}
	for _, s := range beginning {
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

// telling is the sentence that tells of the journey best.
func (r *reader) telling(document *retrieval.Document, sentences []sentence) retrieval.Fact {
	for _, tells := range [...]func(sentence) bool{
		r.group,
		func(s sentence) bool { return r.cues.in("travel", s.normal) },
		func(s sentence) bool { return r.cues.in("journey", s.normal) },
	} {
		if i := slices.IndexFunc(sentences, tells); i >= 0 {
			return fact(document, sentences[i], sentences[i].text)
		}
	}
	return fact(document, sentences[0], sentences[0].text)
}

// cities are the towns that the journey led to, each with the sentence that says so.
func (r *reader) cities(j *journey, sentences []sentence) {
	document := j.documents[0]
	seen := map[string]bool{}
	for _, s := range sentences {
		if r.otherTime(s, document.Date) || r.plan(s) || r.cues.in("crowds", s.normal) ||
			!r.cues.in("journey", s.normal) && !r.cues.in("met", s.normal) && !r.cues.in("visit", s.normal) && !r.signing(s) {
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
			j.visited = append(j.visited, visit{m.Place, fact(document, s, document.Text[m.Start:m.End])})
		}
	}
}

func fact(document *retrieval.Document, s sentence, text string) retrieval.Fact {
	return retrieval.Fact{Text: text, Document: document.ID, Span: s.Span}
}
