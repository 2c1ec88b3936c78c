package dossier

import (
	"slices"
	"sync"

	"passerelle/retrieval"
)

// drawn keeps the journeys of a library that may change.
type drawn struct {
	library retrieval.Library
	reader  reader

	mu       sync.Mutex
	of       []*retrieval.Document // that the journeys are drawn from
	read     map[*retrieval.Document]telling
	journeys []journey
}

// telling is what one document tells; a document is read once.
type telling struct {
	journey
	ok bool
}

// all are the journeys of the documents that there are now, of which those are read that are new.
func (d *drawn) all() []journey {
	documents := d.library.Documents()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.read != nil && slices.Equal(documents, d.of) {
		return d.journeys
	}
	read := make(map[*retrieval.Document]telling, len(documents))
	var all []journey
	for _, document := range documents {
		t, known := d.read[document]
		if !known {
			t.journey, t.ok = d.reader.read(document)
		}
		read[document] = t
		if t.ok {
			all = append(all, t.clone())
		}
	}
	d.of, d.read, d.journeys = documents, read, merge(all)
	return d.journeys
}

// clone shares no list with j, as merging adds to lists.
func (j journey) clone() journey {
	j.documents, j.from, j.to = slices.Clone(j.documents), slices.Clone(j.from), slices.Clone(j.to)
	j.head, j.members, j.met = slices.Clone(j.head), slices.Clone(j.members), slices.Clone(j.met)
	j.visited, j.bodies, j.companies = slices.Clone(j.visited), slices.Clone(j.bodies), slices.Clone(j.companies)
	j.signed, j.planned, j.followed = slices.Clone(j.signed), slices.Clone(j.planned), slices.Clone(j.followed)
	return j
}
