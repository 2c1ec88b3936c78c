package main

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"

	"passerelle/retrieval/analysis"
)

// partOfPhrase is the weight of each word of a counterpart that only means it together: jumelée of ville jumelée.
const partOfPhrase = .5

// glossary reads our own list: one group of counterparts a line, a column a language as its first line says, words
// between blanks, the words of a phrase joined by _.
func glossary(path string) (pairs, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	out := make(pairs)
	var columns []string
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if columns == nil {
			columns = cells
			continue
		}
		if len(cells) != len(columns) {
			return nil, fmt.Errorf("%s:%d: %d columns, not %d", path, n, len(cells), len(columns))
		}
		groups := make([][][]string, len(columns)) // of a language, of a word, its keys
		for i, language := range columns {
			for word := range strings.FieldsSeq(cells[i]) {
				k := keys(word, language)
				if len(k) == 0 {
					return nil, fmt.Errorf("%s:%d: %q must have one or two words that are no stop words", path, n, word)
				}
				groups[i] = append(groups[i], k)
			}
		}
		for i, from := range columns {
			for j, to := range columns {
				if i != j {
					addGroup(out, from, to, groups[i], groups[j])
				}
			}
		}
	}
	return out, lines.Err()
}

func addGroup(out pairs, from, to string, keys, others [][]string) {
	for _, key := range slices.Concat(keys...) {
		for _, term := range slices.Concat(others...) {
			addParts(out, from, to, key, term, 1)
		}
	}
}

// addParts adds each word of a term that may be a phrase.
func addParts(out pairs, from, to, key, term string, weight float64) {
	parts := strings.Fields(term)
	if len(parts) > 1 {
		weight *= partOfPhrase
	}
	for _, part := range parts {
		out.add(from, to, key, part, weight)
	}
}

// keys gives the stems of a word or, between blanks, of the two words of a phrase; more than one where forms have
// different stems. Phrases longer than that have none.
func keys(word, language string) []string {
	var words []string
	for w := range strings.SplitSeq(word, "_") {
		for _, t := range analysis.Tokens(w, language) {
			if !analysis.IsStop(analysis.Fold(t.Text), language) {
				words = append(words, t.Text)
			}
		}
	}
	switch len(words) {
	case 1:
		return stems(words[0], language)
	case 2:
		var out []string
		for _, a := range stems(words[0], language) {
			for _, b := range stems(words[1], language) {
				out = append(out, a+" "+b)
			}
		}
		return out
	}
	return nil
}
