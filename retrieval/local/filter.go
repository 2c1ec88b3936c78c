package local

import (
	"context"
	"fmt"
	"slices"

	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/bleveindex"
	"passerelle/retrieval/expansion"
	"passerelle/retrieval/gazetteer"
)

// nearestPlaces is how many places an error names beside one that is not known.
const nearestPlaces = 3

// bar tells which documents a filter bars, by number; nil for none.
func (s *view) bar(ctx context.Context, f retrieval.Filter, language string) ([]bool, error) {
	if f.IsZero() {
		return nil, nil
	}
	if err := f.Check(); err != nil {
		return nil, fmt.Errorf("filter: %w", err)
	}
	names, err := s.naming(ctx, f.Place, language)
	if err != nil {
		return nil, err
	}
	barred := make([]bool, len(s.corpus.documents))
	for n, d := range s.corpus.documents {
		barred[n] = !f.Passes(d) || names != nil && names[n] == 0
	}
	return barred, nil
}

// naming tells which documents name a place, or where that is a region its capital, above 0; nil for no place.
func (s *view) naming(ctx context.Context, name, language string) ([]float32, error) {
	if name == "" {
		return nil, nil
	}
	place, ok := s.places.Lookup(name)
	if !ok {
		unknown := &retrieval.UnknownPlaceError{Name: name}
		for _, p := range s.places.Nearest(name, nearestPlaces) {
			unknown.Nearest = append(unknown.Nearest, s.places.Name(p, language))
		}
		return nil, unknown
	}
	places := map[string]bool{place.ID: true}
	for _, id := range place.Related {
		if p, ok := s.places.Place(id); ok && p.Kind == gazetteer.City && place.Kind != gazetteer.City {
			places[id] = true
		}
	}
	word := analysis.Word{Text: name, Name: true}
	for id := range places {
		word.Add(expansion.ConceptTerm(id), 1)
	}
	all := make([]int, len(s.corpus.documents))
	for i := range all {
		all[i] = i
	}
	_, has, err := s.words.Coverage(ctx, bleveindex.Document, []analysis.Word{word}, all)
	if err != nil {
		return nil, err
	}
	for n, d := range s.corpus.documents {
		// What the text may leave open, such as Nice at the beginning of a sentence, the metadata says.
		if slices.ContainsFunc(d.Places, func(name string) bool { p, ok := s.places.Lookup(name); return ok && places[p.ID] }) {
			has[0][n] = 1
		}
	}
	return has[0], nil
}

// ofPeriods is 1 for each document, by number, whose date meets one of the periods; nil for no periods. A question's own
// words bar nothing, unlike a Filter: what happened in a year is told in later articles too.
func (s *view) ofPeriods(periods []retrieval.Period) []float32 {
	if len(periods) == 0 {
		return nil
	}
	of := make([]float32, len(s.corpus.documents))
	for n, d := range s.corpus.documents {
		if slices.ContainsFunc(periods, func(p retrieval.Period) bool { return p.Meets(d.Date) }) {
			of[n] = 1
		}
	}
	return of
}
