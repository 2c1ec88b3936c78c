package measure

import (
	_ "embed"
	"fmt"
	"strings"

	"passerelle/retrieval"
)

//go:embed people.tsv
var peopleFile string

//go:embed bodies.tsv
var bodiesFile string

//go:embed tails.tsv
var tailsFile string

//go:embed synonyms.tsv
var synonymsFile string

//go:embed verbs.tsv
var verbsFile string

// data is what the rules write with.
type data struct {
	people, bodies, tails []inLanguages
	synonyms              [][]string
	past                  map[string]map[string]string // language → infinitive → its past
}

// inLanguages is one thing, named in each language.
type inLanguages map[string]string

func readData() data {
	d := data{
		people: rowsInLanguages("people.tsv", peopleFile), bodies: rowsInLanguages("bodies.tsv", bodiesFile),
		tails: rowsInLanguages("tails.tsv", tailsFile), synonyms: mustReadRows("synonyms.tsv", synonymsFile, 2),
		past: map[string]map[string]string{retrieval.French: {}, retrieval.English: {}},
	}
	for _, row := range mustReadRows("verbs.tsv", verbsFile, 3) {
		d.past[row[0]][row[1]] = row[2]
	}
	return d
}

func rowsInLanguages(name, file string) (out []inLanguages) {
	for _, row := range mustReadRows(name, file, 3) {
		out = append(out, inLanguages{retrieval.French: row[0], retrieval.Russian: row[1], retrieval.English: row[2]})
	}
	return out
}

// mustReadRows panics on a broken table: it is a part of the program, and a test reads it.
func mustReadRows(name, file string, columns int) (rows [][]string) {
	for i, line := range strings.Split(strings.TrimRight(file, "\n"), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		row := strings.Split(line, "\t")
		if len(row) != columns {
			panic(fmt.Sprintf("%s:%d: %d columns, want %d", name, i+1, len(row), columns))
		}
		rows = append(rows, row)
	}
	return rows
}
