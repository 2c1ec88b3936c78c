package retrieval

import "slices"

// Delegation is one journey of officials, business people or others between the two countries, drawn from documents.
type Delegation struct {
	Title     string   // the title of the document that tells most about it
	Documents []string // ids, the one that tells most first
	Date      Date
	Announced bool     // the documents only tell that it was to come
	From, To  []string // places, named in the asked-for language
	Told      []Fact   // where nothing else is known: the sentence that tells of it
	Head      []Fact   // who led it; usually one
	Members   []Fact   // people with their roles
	Visited   []Fact   // cities
	Met       []Fact   // people and bodies met
	Companies []Fact
	Signed    []Fact // agreements signed on the journey
	Followed  []Fact // what came of it
	Planned   []Fact // what was still to happen when it was told
}

// Fact is one line of a dossier with the place in a document that says so.
type Fact struct {
	Text     string // short, or the whole quote; names as the document writes them
	Called   string // of a place: its name in the asked-for language where that is not Text
	Document string // id
	Span            // the quote: bytes of the document's Text
}

// PlaceDelegations is what the documents tell of the delegations from or to one place.
type PlaceDelegations struct {
	Place       string       // the place that was understood, in the asked-for language; "" when unknown
	Nearest     []string     // for an unknown place: names like it, nearest first, in the asked-for language
	Delegations []Delegation // latest first
}

// Facts returns all facts of the delegation in the order in which a dossier shows them.
func (d Delegation) Facts() []Fact {
	return slices.Concat(d.Told, d.Head, d.Members, d.Visited, d.Met, d.Companies, d.Signed, d.Followed, d.Planned)
}
