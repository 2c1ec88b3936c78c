package gazetteer

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
)

// rows yields the rows of a data file, each with exactly that many cells, and its line number from 1; comments and empty
// lines are passed over.
func rows(file string, columns int) iter.Seq2[int, []string] {
	return func(yield func(int, []string) bool) {
		content, err := data.ReadFile("data/" + file + ".tsv")
		if err != nil {
			yield(0, nil)
			return
		}
		cells := make([]string, columns)
		line := 0
		for row := range strings.Lines(string(content)) {
			line++
			row = strings.TrimSuffix(row, "\n")
			if row == "" || row[0] == '#' {
				continue
			}
			rest, n := row, 0
			for found := true; found && n < columns; n++ {
				cells[n], rest, found = strings.Cut(rest, "\t")
			}
			if n < columns || strings.Count(row, "\t") != columns-1 {
				yield(line, nil)
				return
			}
			if !yield(line, cells) {
				return
			}
		}
	}
}

const placeColumns = 8

// readPlaces reads id, kind, country, population, names in three languages and related places. No name is indexed yet.
func (g *Gazetteer) readPlaces(file string) error {
	for line, cells := range rows(file, placeColumns) {
		if cells == nil {
			return dataError(file, line, fmt.Sprintf("not %d cells", placeColumns))
		}
		p := Place{ID: cells[0], Kind: Kind(cells[1]), Country: cells[2], cells: [languages]string(cells[4:7])}
		if cells[3] != "" {
			population, err := strconv.Atoi(cells[3])
			if err != nil {
				return dataError(file, line, "a population that is no number: "+cells[3])
			}
			p.Population = population
		}
		if cells[7] != "" {
			p.Related = strings.Fields(cells[7])
		}
		if _, double := g.byID[p.ID]; double {
			return dataError(file, line, "a second "+p.ID)
		}
		g.byID[p.ID] = int32(len(g.places))
		g.places = append(g.places, p)
	}
	return nil
}

// readNames adds further names to places already read. They are indexed before all others: Rostov means the great one.
func (g *Gazetteer) readNames() error {
	const file, columns = "other_names", 5
	for line, cells := range rows(file, columns) {
		if cells == nil {
			return dataError(file, line, fmt.Sprintf("not %d cells", columns))
		}
		place, ok := g.byID[cells[0]]
		if !ok {
			return dataError(file, line, "no place "+cells[0])
		}
		for language, cell := range cells[2:] {
			g.indexNames(place, language, cell)
			merged := &g.places[place].cells[language]
			*merged = mergeCells(*merged, cell)
		}
	}
	return nil
}

// mergeCells joins the names and the adjectives of two cells, the first one's before.
func mergeCells(a, b string) string {
	if b == "" {
		return a
	}
	namesA, adjectivesA, _ := strings.Cut(a, "~")
	namesB, adjectivesB, _ := strings.Cut(b, "~")
	names := strings.Trim(namesA+"|"+namesB, "|")
	if adjectives := strings.Trim(adjectivesA+","+adjectivesB, ","); adjectives != "" {
		names += "~" + adjectives
	}
	return names
}

// ambiguity is what else a place's name may be.
type ambiguity string

// Kinds of ambiguity, as the data file writes them.
const (
	commonWord ambiguity = "common"  // a word of one of the languages: nice, tours, бор
	firstName  ambiguity = "first"   // a first name where a surname follows: Vladimir
	surname    ambiguity = "surname" // a surname where a first name precedes: Gorki, Engels
)

func (g *Gazetteer) readAmbiguous() error {
	const file, columns = "ambiguous", 2
	g.ambiguous = make(map[string]ambiguity, 256)
	for line, cells := range rows(file, columns) {
		if cells == nil {
			return dataError(file, line, fmt.Sprintf("not %d cells", columns))
		}
		switch a := ambiguity(cells[1]); a {
		case commonWord, firstName, surname:
			g.ambiguous[cells[0]] = a
		default:
			return dataError(file, line, "not common, first or surname: "+cells[1])
		}
	}
	return nil
}
