package main

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
)

// Of the alignment of words in parallel sentences (IBM model 1).
const (
	rounds       = 8   // of expectation and maximisation; more change nothing
	minSentences = 2   // that both words share
	minAligned   = .15 // geometric mean of the two directions' probabilities
	parallelMost = .8  // weight of a sure pair: aligned words are often neighbours of the right one
)

// readParallel reads a table whose first line names its columns by language.
func readParallel(path string) ([]map[string]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var rows []map[string]string
	var columns []string
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		cells := strings.Split(lines.Text(), "\t")
		if columns == nil {
			columns = cells
			continue
		}
		if len(cells) != len(columns) {
			return nil, fmt.Errorf("%s:%d: %d columns, not %d", path, n, len(cells), len(columns))
		}
		row := make(map[string]string)
		for i, c := range columns {
			row[c] = cells[i]
		}
		rows = append(rows, row)
	}
	return rows, lines.Err()
}

// align finds the words that stand for each other in parallel sentences.
func align(rows []map[string]string) pairs {
	out := make(pairs)
	for i, a := range languages {
		for _, b := range languages[i+1:] {
			wordsA, wordsB := newVocabulary(), newVocabulary()
			left, right := make([][]int32, len(rows)), make([][]int32, len(rows))
			for n, row := range rows {
				left[n], right[n] = wordsA.ids(unique(terms(row[a], a))), wordsB.ids(unique(terms(row[b], b)))
			}
			forth, back := model1(left, right), model1(right, left)
			for pair, p := range forth {
				q, ok := back[[2]int32{pair[1], pair[0]}]
				if !ok || q.sentences < minSentences { // not ok: the empty word
					continue
				}
				if sure := math.Sqrt(p.probability * q.probability); sure >= minAligned {
					out.both(a, b, wordsA.words[pair[0]], wordsB.words[pair[1]], parallelMost*min(1, .3+sure))
				}
			}
		}
	}
	return out
}

// vocabulary numbers words from 1; 0 is the empty word.
type vocabulary struct {
	words []string
	known map[string]int32
}

func newVocabulary() *vocabulary { return &vocabulary{[]string{""}, map[string]int32{"": 0}} }

func (v *vocabulary) ids(words []string) []int32 {
	out := make([]int32, len(words))
	for i, w := range words {
		id, ok := v.known[w]
		if !ok {
			id = int32(len(v.words))
			v.words, v.known[w] = append(v.words, w), id
		}
		out[i] = id
	}
	return out
}

type link struct {
	probability, count float64
	sentences          int
}

// model1 gives the probability of the second word where the first stands, by IBM model 1 (Brown et al. 1993, The
// Mathematics of Statistical Machine Translation) with an empty word.
func model1(from, to [][]int32) map[[2]int32]*link {
	links := make(map[[2]int32]*link)
	cells := make([][]*link, len(from)) // of each sentence, a row a word of to
	for n := range from {
		words := append([]int32{0}, from[n]...)
		for _, t := range to[n] {
			for _, f := range words {
				l := links[[2]int32{f, t}]
				if l == nil {
					l = &link{probability: 1}
					links[[2]int32{f, t}] = l
				}
				l.sentences++
				cells[n] = append(cells[n], l)
			}
		}
	}
	for range rounds {
		totals := make(map[int32]float64)
		for n := range from {
			words := append([]int32{0}, from[n]...)
			for row := cells[n]; len(row) > 0; row = row[len(words):] {
				sum := 0.0
				for i := range words {
					sum += row[i].probability
				}
				for i, f := range words {
					share := row[i].probability / sum
					row[i].count += share
					totals[f] += share
				}
			}
		}
		for pair, l := range links {
			l.probability, l.count = l.count/totals[pair[0]], 0
		}
	}
	return links
}

func unique(words []string) []string {
	slices.Sort(words)
	return slices.Compact(words)
}
