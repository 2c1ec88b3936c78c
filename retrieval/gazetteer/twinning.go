package gazetteer

import "fmt"

// Twinning is a pair of twin towns, one French and one Russian.
type Twinning struct {
	French, Russian string // names in French
	RussianName     string // the Russian town's name in Russian
	FrenchID        string // Wikidata items, such as "Q6576"
	RussianID       string
	Department      string // of the French town: its official number
}

// Twinnings returns the twin towns known to Wikidata in September 2016; whether a pair still is one today is not implied.
func (g *Gazetteer) Twinnings() []Twinning { return append([]Twinning(nil), g.twinnings...) }

func (g *Gazetteer) readTwinnings() error {
	const file, columns = "twinnings", 6
	for line, c := range rows(file, columns) {
		if c == nil {
			return dataError(file, line, fmt.Sprintf("not %d cells", columns))
		}
		g.twinnings = append(g.twinnings,
			Twinning{French: c[0], FrenchID: c[1], Department: c[2], Russian: c[3], RussianID: c[4], RussianName: c[5]})
	}
	return nil
}
