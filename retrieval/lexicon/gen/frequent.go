package main

import (
	"bufio"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"passerelle/retrieval/analysis"
)

// readList reads the first words of a frequency list: one a line, most frequent first.
func readList(folder, language string, most int) ([]string, error) {
	file, err := os.Open(filepath.Join(folder, language+".txt"))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var out []string
	for lines := bufio.NewScanner(file); len(out) < most; {
		if !lines.Scan() {
			return out, lines.Err()
		}
		out = append(out, lines.Text())
	}
	return out, nil
}

// frequentWords is how many words of a list count as frequent. Without a limit FreeDict's file is 2.6 times as large;
// TICO-19's Russian questions then find .02 more by words alone, and nothing more beside the cosine.
const frequentWords = 50_000

// frequentStems gives the stems of each language's frequent words.
func frequentStems(folder string) (map[string]map[string]bool, error) {
	out := make(map[string]map[string]bool)
	for _, language := range languages {
		words, err := readList(folder, language, frequentWords)
		if err != nil {
			return nil, err
		}
		out[language] = make(map[string]bool)
		for _, w := range words {
			out[language][analysis.Stem(w, language)] = true
		}
	}
	return out, nil
}

// keep takes out what holds a stem that is not frequent.
func (p pairs) keep(frequent map[string]map[string]bool) {
	rare := func(words, language string) bool {
		return slices.ContainsFunc(strings.Fields(words), func(w string) bool { return !frequent[language][w] })
	}
	for way, keys := range p {
		for key, terms := range keys {
			for term := range terms {
				if rare(term, way.to) {
					delete(terms, term)
				}
			}
			if rare(key, way.from) {
				delete(keys, key)
			}
		}
	}
}

// parallelDo calls f for 0 to n-1 on all processors.
func parallelDo(n int, f func(i int)) {
	var group sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		group.Go(func() {
			for i := w; i < n; i += workers {
				f(i)
			}
		})
	}
	group.Wait()
}
