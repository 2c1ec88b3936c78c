package followup

import (
	"slices"
	"strings"

	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
)

// near returns, of the documents that were cited before, those that hold all names of the message, in their order; none
// where it speaks of something that they don't know.
func (r *Rewriter) near(m *message, cited []*retrieval.Document) (out []*retrieval.Document) {
	for _, d := range cited {
		if r.holds(d, m) {
			out = append(out, d)
		}
	}
	return out
}

func (r *Rewriter) holds(d *retrieval.Document, m *message) bool {
	if len(m.names) == 0 {
		return true
	}
	whole := strings.Join(slices.Concat([]string{d.Title, d.Date.Text, d.Text}, d.Places, d.People, d.Organisations), "\n")
	var places map[string]bool
	var keys map[string]bool
	for _, n := range m.names {
		switch n.kind {
		case placeName:
			if places == nil {
				places = r.placesOf(whole)
			}
			if !places[n.place.ID] {
				return false
			}
		case yearName:
			if !strings.Contains(whole, m.spoken(n.from, n.end)) {
				return false
			}
		default:
			if keys == nil {
				keys = nameKeys(whole)
			}
			if !m.keyed(n, keys) {
				return false
			}
		}
	}
	return true
}

func (r *Rewriter) placesOf(text string) map[string]bool {
	out := map[string]bool{}
	for _, found := range r.places.Find(text, "") {
		out[found.Place.ID] = true
		for _, id := range found.Place.Related {
			out[id] = true
		}
	}
	return out
}

// nameKeys are the sounds of all capitalised words.
func nameKeys(text string) map[string]bool {
	out := map[string]bool{}
	words, _ := cutWords(text)
	for _, w := range words {
		if w.capital {
			for _, k := range analysis.NameForms(text[w.start:w.end], retrieval.French) {
				out[analysis.Skeleton(k)] = true
			}
		}
	}
	return out
}

// keyed tells that every word of a name sounds like one of these.
func (m *message) keyed(n name, keys map[string]bool) bool {
	for _, w := range m.words[n.from:n.end] {
		sounds := slices.ContainsFunc(analysis.NameForms(m.text[w.start:w.end], retrieval.French), func(k string) bool {
			return keys[analysis.Skeleton(k)]
		})
		if !sounds && m.says(w) {
			return false
		}
	}
	return true
}
