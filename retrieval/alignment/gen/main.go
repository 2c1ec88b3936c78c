// Command gen makes the tables of retrieval/alignment/data, each if its input is given: means.tsv, the mean vector of each
// language's words, from TICO-19 (CC0), a table with columns fr, ru, en, in half a minute; with -pack packing.bin, by which
// word vectors are packed, from TICO-19 and the seeds, in a minute and a half; frequencies.tsv from lists
// fr.tsv, ru.tsv, en.tsv of words and their frequencies on the Zipf scale, which wordfreq 3.1.1 gives:
//
//	python3 -c 'import re, wordfreq as f
//	for g in ("fr", "ru", "en"): open("words/" + g + ".tsv", "w").writelines("%s\t%s\n" % (w, f.zipf_frequency(w, g))
//	    for w in f.top_n_list(g, 100000) if re.fullmatch(r"[^\W\d_]+", w))'
//	go run ./retrieval/alignment/gen -parallel tico19.tsv -words words
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"passerelle/retrieval/encoder"
)

// layer is the encoder's that retrieval/alignment uses.
const layer = 7

func main() {
	parallel := flag.String("parallel", "", "TICO-19 as a table with columns fr, ru, en")
	words := flag.String("words", "", "folder of fr.tsv, ru.tsv, en.tsv: words and their frequencies")
	pack := flag.Bool("pack", false, "make packing.bin from -parallel and the seeds, and nothing else")
	out := flag.String("out", "retrieval/alignment/data", "folder of the files made")
	flag.Parse()
	if err := run(*parallel, *words, *out, *pack); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(parallel, words, out string, pack bool) error {
	if pack {
		file, err := packing(parallel)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(out, "packing.bin"), file, 0o644)
	}
	if parallel != "" {
		text, err := means(parallel)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(out, "means.tsv"), []byte(text), 0o644); err != nil {
			return err
		}
	}
	if words == "" {
		return nil
	}
	text, err := frequencies(words)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, "frequencies.tsv"), []byte(text), 0o644)
}

var languages = []string{"fr", "ru", "en"}

func means(parallel string) (string, error) {
	texts, err := readTable(parallel)
	if err != nil {
		return "", err
	}
	model, err := encoder.Embedded()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("# Made by retrieval/alignment/gen: a language and the mean of its pieces' vectors after layer 7, over TICO-19.\n")
	b.WriteString("# Licence of the source: CC0.\n")
	for _, language := range languages {
		b.WriteString(language)
		for _, x := range mean(model, texts[language]) {
			fmt.Fprintf(&b, "\t%.4f", x)
		}
		b.WriteByte('\n')
	}
	return b.String(), nil
}

func mean(model *encoder.Model, texts []string) []float64 {
	sums, n := make([]float64, encoder.Dim), 0
	for _, text := range texts {
		_, vectors := model.EncodeBoth(model.Tokenize(text), layer, layer)
		for i, v := range vectors {
			sums[i%encoder.Dim] += float64(v)
		}
		n += len(vectors) / encoder.Dim
	}
	for i := range sums {
		sums[i] /= float64(max(n, 1))
	}
	return sums
}

// readTable reads a table's columns by the names in its first line.
func readTable(path string) (map[string][]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	columns := make(map[string][]string)
	var names []string
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		cells := strings.Split(lines.Text(), "\t")
		if names == nil {
			names = cells
			continue
		}
		if len(cells) != len(names) {
			return nil, fmt.Errorf("%s:%d: %d columns, not %d", path, n, len(cells), len(names))
		}
		for i, name := range names {
			columns[name] = append(columns[name], cells[i])
		}
	}
	for _, language := range languages {
		if !slices.Contains(names, language) {
			return nil, errors.New(path + " has no column " + language)
		}
	}
	return columns, lines.Err()
}
