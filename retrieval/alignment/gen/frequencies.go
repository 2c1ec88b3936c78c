package main

import (
	"bufio"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"passerelle/retrieval/analysis"
)

const (
	// stemsMost is how many stems a language has in the table; the rest are below 4 on the Zipf scale.
	stemsMost = 6000
	// band is the step of the frequencies.
	band = .25
)

const frequenciesHeader = `# Made by retrieval/alignment/gen: a language, how frequent words of these stems are on the Zipf scale (the logarithm of how
# often among 10⁹ words), and the stems. Frequencies of words by wordfreq 3.1.1 of Robyn Speer (data CC BY-SA 4.0), added up
# by stem and rounded to .25; the 6,000 most frequent stems a language.
# Licence of this file: Creative Commons Attribution-ShareAlike 4.0 International, as of that list
# (https://creativecommons.org/licenses/by-sa/4.0/).
`

// frequencies makes the table of how frequent stems are.
func frequencies(folder string) (string, error) {
	var b strings.Builder
	b.WriteString(frequenciesHeader)
	for _, language := range languages {
		shares, err := readShares(filepath.Join(folder, language+".tsv"), language)
		if err != nil {
			return "", err
		}
		stems := slices.SortedFunc(maps.Keys(shares), func(a, b string) int {
			if shares[a] != shares[b] {
				if shares[a] > shares[b] {
					return -1
				}
				return 1
			}
			return strings.Compare(a, b)
		})
		bands := make(map[float64][]string)
		for _, stem := range stems[:min(len(stems), stemsMost)] {
			zipf := math.Round(math.Log10(shares[stem])/band) * band
			bands[zipf] = append(bands[zipf], stem)
		}
		for _, zipf := range slices.Backward(slices.Sorted(maps.Keys(bands))) {
			slices.Sort(bands[zipf])
			fmt.Fprintf(&b, "%s\t%.2f\t%s\n", language, zipf, strings.Join(bands[zipf], " "))
		}
	}
	return b.String(), nil
}

// readShares adds up how often among 10⁹ words those of each stem stand.
func readShares(path, language string) (map[string]float64, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	shares := make(map[string]float64)
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		word, number, ok := strings.Cut(lines.Text(), "\t")
		zipf, err := strconv.ParseFloat(number, 64)
		if !ok || err != nil {
			return nil, fmt.Errorf("%s:%d: want a word and a number", path, n)
		}
		if stem := analysis.Stem(word, language); stem != "" && !strings.ContainsAny(stem, " \t") {
			shares[stem] += math.Pow(10, zipf)
		}
	}
	return shares, lines.Err()
}
