package dossier

import (
	"slices"
	"strings"

	"passerelle/retrieval"
	"passerelle/retrieval/gazetteer"
)

// The two sides of every journey, as ISO 3166-1 codes.
const (
	frenchSide  = "FR"
	russianSide = "RU"
)

func opposite(side string) string {
	if side == frenchSide {
		return russianSide
	}
	return frenchSide
}

// Votes for the side that travels; those of the title and of the first sentence count several times.
const (
	voteGroup   = 3 // "délégation de X"
	voteNation  = 1 // "délégation française": documents speak of several
	voteTravel  = 2 // "s’est rendu à X"
	voteTo      = 1 // "à X" in another sentence about the journey
	voteHost    = 2 // "X reçoit"
	timesTitle  = 3
	timesBegins = 2
)

// directions finds from where to where; false if both cannot be told apart.
func (r *reader) directions(j *journey, sentences []sentence) bool {
	document := j.documents[0]
	v := votes{guests: map[string]int{}}
	title := sentence{Span: retrieval.Span{End: len(document.Title)}, text: document.Title, normal: normal(document.Title)}
	title.mentions = r.gazetteer.Find(document.Title, "")
	r.vote(&v, document.Title, title, timesTitle)
	for i, s := range sentences {
		times := 1
		if i == 0 {
			times = timesBegins
		}
		r.vote(&v, document.Text, s, times)
	}
	if v.guests[russianSide] == v.guests[frenchSide] {
		return false
	}
	side := frenchSide
	if v.guests[russianSide] > v.guests[frenchSide] {
		side = russianSide
	}
	j.from = slices.DeleteFunc(v.from, func(s site) bool { return s.country() != side })
	j.to = slices.DeleteFunc(v.to, func(s site) bool { return s.country() == side })
	nation := slices.ContainsFunc(j.from, isCountry)
	for _, s := range r.named(document, sentences) {
		switch {
		case s.country() == opposite(side) || s.place == nil:
			j.to = addSite(j.to, s)
		case s.country() == side && (len(j.from) == 0 || nation):
			j.from = addSite(j.from, s)
		}
	}
	j.from, j.to = specific(j.from), specific(j.to)
	return len(j.to) > 0
}

// votes tell which side travels, and from where to where.
type votes struct {
	guests   map[string]int // by side
	from, to []site
}

// vote adds what one sentence or the title, with its offsets into text, tells of the directions.
func (r *reader) vote(v *votes, text string, s sentence, times int) {
	if r.cues.in("not group", s.normal) {
		return
	}
	groups := r.groupEnds(s)
	toVotes := 0
	switch {
	case r.cues.in("travel", s.normal):
		toVotes = voteTravel
	case len(groups) > 0 || r.cues.in("journey", s.normal) || times == timesTitle:
		toVotes = voteTo
	}
	for _, m := range s.mentions {
		country := m.Place.Country
		if country != frenchSide && country != russianSide {
			continue
		}
		switch {
		case r.ofGroup(text, m, groups):
			weight := voteGroup
			if m.Place.Kind == gazetteer.Country {
				weight = voteNation
			}
			v.guests[country] += weight * times
			v.from = addSite(v.from, r.site(m))
		case m.Exact && times > 1 && r.cues.in("host", firstWords(normal(text[m.End:s.End]), 2)):
			v.guests[opposite(country)] += voteHost * times
			v.to = addSite(v.to, r.site(m))
		case toVotes > 0 && m.Exact && r.introduced(text[s.Start:m.Start]):
			v.guests[opposite(country)] += toVotes * times
			if times != timesTitle {
				v.to = addSite(v.to, r.site(m))
			}
		}
	}
}

// specific leaves out countries where a place in them is known.
func specific(sites []site) []site {
	if !slices.ContainsFunc(sites, func(s site) bool { return !isCountry(s) }) {
		return sites
	}
	return slices.DeleteFunc(sites, isCountry)
}

func isCountry(s site) bool { return s.place != nil && s.place.Kind == gazetteer.Country }

// named are the places that the document's metadata name; of those that the gazetteer lacks, only what a sentence about
// the journey says that it led to.
func (r *reader) named(document *retrieval.Document, sentences []sentence) []site {
	var sites []site
	for _, name := range document.Places {
		if place, ok := r.gazetteer.Lookup(name); ok {
			sites = append(sites, site{id: place.ID, place: place, written: name})
			continue
		}
		ledTo := slices.ContainsFunc(sentences, func(s sentence) bool {
			at := strings.Index(s.text, name)
			return at >= 0 && r.cues.in("journey", s.normal) && r.introduced(s.text[:at])
		})
		if ledTo {
			sites = append(sites, site{id: "document:" + name, written: name})
		}
	}
	return sites
}

func (r *reader) site(m gazetteer.Mention) site { return site{id: m.Place.ID, place: m.Place} }

func addSite(sites []site, s site) []site {
	if slices.ContainsFunc(sites, func(known site) bool { return known.id == s.id }) {
		return sites
	}
	return append(sites, s)
}

// sentByCountry takes the country of an ambassador or a consul who leads for where the journey started.
func (r *reader) sentByCountry(j *journey) {
	for _, p := range j.head {
		if r.cues.in("envoy", normal(p.role)) {
			if country, ok := r.gazetteer.Place("iso:" + opposite(hostSide(j))); ok {
				j.from = []site{{id: country.ID, place: country}}
			}
		}
	}
}

// hostSide is the side that the journey led to.
func hostSide(j *journey) string {
	for _, s := range j.to {
		if s.place != nil {
			return s.place.Country
		}
	}
	return ""
}

// guestSide is the side that travelled.
func guestSide(j *journey) string { return opposite(hostSide(j)) }

// groupEnds gives where in the document each naming of a delegation ends.
func (r *reader) groupEnds(s sentence) []int {
	var ends []int
	at := 0
	for word := range strings.FieldsFuncSeq(s.text, notLetter) {
		begin := at + strings.Index(s.text[at:], word)
		at = begin + len(word)
		if r.cues.in("group", normal(word)) || r.cues.in("group word", normal(word)) {
			ends = append(ends, s.Start+at)
		}
	}
	return ends
}

// maxBetween is how many words stand between a delegation and where it comes from, at most.
const maxBetween = 8

// ofGroup tells a place that a delegation comes from: "délégation de X", "délégation officielle moscovite", "et de Y".
func (r *reader) ofGroup(text string, m gazetteer.Mention, groups []int) bool {
	for _, end := range groups {
		if end > m.Start {
			continue
		}
		between := text[end:m.Start]
		if strings.ContainsAny(between, ".;:()«»") {
			continue
		}
		words := strings.Fields(normal(between))
		if len(words) <= maxBetween && !slices.ContainsFunc(words, r.breaks) && (len(words) > 0 || !m.Exact) {
			return true
		}
	}
	return false
}

// breaks tells a word after which a place is no more where the delegation comes from.
func (r *reader) breaks(word string) bool {
	return r.cues.in("to", " "+word+" ") || r.cues.in("break", " "+word+" ")
}

// introduced tells a place that a journey leads to, by the words before it: "à", "dans la région de".
func (r *reader) introduced(before string) bool {
	words := strings.Fields(normal(before))
	for _, back := range [...]int{1, 2, 3} {
		if len(words) < back {
			return false
		}
		word := words[len(words)-back]
		if r.cues.in("to", " "+word+" ") {
			return true
		}
		if !r.cues.in("article", " "+word+" ") {
			return false
		}
	}
	return false
}

func notLetter(r rune) bool { return !strings.ContainsRune("-", r) && !isLetter(r) }
