// Package dossier draws delegations from documents: who travelled, from where to where, whom they met, what was signed.
// It works by rules over words listed in data/cues.txt, for French digests first, and claims nothing that the sentence it
// points to does not say.
package dossier

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/gazetteer"
)

// Dossiers answers what delegations went from or to a place. It is safe for concurrent use.
type Dossiers struct {
	gazetteer *gazetteer.Gazetteer
	drawn     *drawn
}

// New draws from the documents that the library has when it is asked, and again when they have changed. sentences cuts a text
// into sentences, in order.
func New(library retrieval.Library, places *gazetteer.Gazetteer, sentences func(text string) []retrieval.Span) *Dossiers {
	return &Dossiers{
		gazetteer: places,
		drawn:     &drawn{library: library, reader: reader{gazetteer: places, sentences: sentences, cues: readCues()}},
	}
}

// journeys are never changed.
func (d *Dossiers) journeys() []journey { return d.drawn.all() }

// maxNearest is how many names an unknown place is answered with.
const maxNearest = 5

// Of finds the delegations from or to a place, named in any of the three languages, with small typos. The region of a town
// and a region's capital count as the place. It fails only when ctx is done.
func (d *Dossiers) Of(ctx context.Context, place, language string) (retrieval.PlaceDelegations, error) {
	if err := ctx.Err(); err != nil {
		return retrieval.PlaceDelegations{}, err
	}
	journeys := d.journeys()
	asked, ok := d.understand(place, journeys)
	if !ok {
		return retrieval.PlaceDelegations{Nearest: d.nearest(place, language)}, ctx.Err()
	}
	answer := retrieval.PlaceDelegations{Place: asked.name(d.gazetteer, language)}
	for i := range journeys {
		if journeys[i].concerns(asked) {
			answer.Delegations = append(answer.Delegations, journeys[i].delegation(d.gazetteer, language))
		}
	}
	slices.SortStableFunc(answer.Delegations, func(a, b retrieval.Delegation) int {
		return b.Date.From.Compare(a.Date.From)
	})
	return answer, ctx.Err()
}

// Complete lists names of places with delegations, in the language, that begin with what was typed in any language; then,
// where room is left, the places it may be a misspelling of. Without a word typed, the towns and
// regions with most delegations. At most limit.
func (d *Dossiers) Complete(typed, language string, limit int) []string {
	type count struct {
		site
		journeys int
	}
	counts := make(map[string]*count)
	var order []*count
	for _, j := range d.journeys() {
		for _, s := range j.sites() {
			if counts[s.id] == nil {
				counts[s.id] = &count{site: s}
				order = append(order, counts[s.id])
			}
			counts[s.id].journeys++
		}
	}
	slices.SortStableFunc(order, func(a, b *count) int { return cmp.Compare(b.journeys, a.journeys) })
	var names []string
	add := func(s site) {
		if name := s.name(d.gazetteer, language); len(names) < limit && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	beginning := analysis.Fold(strings.TrimSpace(typed))
	for _, c := range order {
		if c.begins(beginning) && (beginning != "" || !isCountry(c.site)) {
			add(c.site)
		}
	}
	if beginning == "" {
		return names
	}
	for _, place := range d.gazetteer.Nearest(typed, maxNearest) {
		if c := counts[place.ID]; c != nil {
			add(c.site)
		}
	}
	return names
}

// Of these names of places, With gives those that have delegations, in the language, each once. A name must be a place's
// own: typos are not guessed. It fails only when ctx is done.
func (d *Dossiers) With(ctx context.Context, places []string, language string) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	journeys := d.journeys()
	var names []string
	for _, written := range places {
		s, ok := d.exactly(written, journeys)
		if !ok || !slices.ContainsFunc(journeys, func(j journey) bool { return j.concerns(s) }) {
			continue
		}
		if name := s.name(d.gazetteer, language); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, ctx.Err()
}

// exactly finds the place of that name: one of the gazetteer, or one that only a document names.
func (d *Dossiers) exactly(name string, journeys []journey) (site, bool) {
	if place, ok := d.gazetteer.Lookup(name); ok {
		return site{id: place.ID, place: place}, true
	}
	folded := analysis.Fold(strings.TrimSpace(name))
	for _, j := range journeys {
		for _, s := range j.sites() {
			if s.place == nil && analysis.Fold(s.written) == folded {
				return s, true
			}
		}
	}
	return site{}, false
}

// understand finds the place that was asked for, misspelt or amid other words.
func (d *Dossiers) understand(name string, journeys []journey) (site, bool) {
	if s, ok := d.exactly(name, journeys); ok {
		return s, true
	}
	if place, ok := d.gazetteer.Guess(name); ok {
		return site{id: place.ID, place: place}, true
	}
	if found := d.gazetteer.Find(name, ""); len(found) > 0 {
		return site{id: found[0].Place.ID, place: found[0].Place}, true
	}
	return site{}, false
}

func (d *Dossiers) nearest(name, language string) []string {
	var names []string
	for _, place := range d.gazetteer.Nearest(name, maxNearest) {
		names = append(names, d.gazetteer.Name(place, language))
	}
	return names
}

// site is a place of a journey.
type site struct {
	id      string
	place   *gazetteer.Place // nil for one that only a document names
	written string           // as the document writes it
}

func (s site) name(g *gazetteer.Gazetteer, language string) string {
	if s.place == nil {
		return s.written
	}
	return g.Name(s.place, language)
}

func (s site) country() string {
	if s.place == nil {
		return ""
	}
	return s.place.Country
}

// begins tells whether one of its names in any language begins so, accents and capitals apart.
func (s site) begins(folded string) bool {
	if s.place == nil {
		return strings.HasPrefix(analysis.Fold(s.written), folded)
	}
	for _, language := range [...]string{retrieval.French, retrieval.Russian, retrieval.English} {
		for _, name := range s.place.Names(language) {
			if strings.HasPrefix(analysis.Fold(name), folded) {
				return true
			}
		}
	}
	return false
}

// is tells whether two sites are one place or a town and its region. A country is every place in it, but no place is its
// whole country: who asks for Irkutsk does not ask for every Russian delegation.
func (s site) is(other site) bool {
	if s.id == other.id {
		return true
	}
	if s.place == nil || other.place == nil {
		return false
	}
	if s.place.Kind == gazetteer.Country {
		return s.place.Country != "" && s.place.Country == other.place.Country
	}
	return slices.Contains(s.place.Related, other.id) && slices.Contains(other.place.Related, s.id)
}
