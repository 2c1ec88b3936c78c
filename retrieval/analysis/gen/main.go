// Command gen makes retrieval/analysis/trigrams.tsv, by which French is told from English, and measures it.
//
//	go run ./retrieval/analysis/gen -parallel tico19.tsv
//	go run ./retrieval/analysis/gen -parallel tico19.tsv -rows even && go run ./retrieval/analysis/gen -parallel tico19.tsv -rows odd -measure
//
// TICO-19 (CC0) is a table with columns fr and en. The subject's words come from retrieval/lexicon/glossary.tsv.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"

	"passerelle/retrieval/analysis"
)

// Of the table.
const (
	smoothing    = 5   // added to each count
	minTrigram   = 20  // times seen, in both languages together
	minWord      = 40  // the same, of a whole word
	tellsLittle  = .25 // smaller logarithms are left out
	wordTells    = 1   // the same, of whole words
	mostOfAWord  = 4   // a whole word's logarithm is at most that
	questionWord = 40  // times that each word of questions below counts as seen
	subjectWord  = 5   // the same, of the glossary
)

// Words of questions are rare in TICO-19, which tells and does not ask.
var questionWords = map[string]string{
	"fr": `qui que quoi quel quelle quels quelles quand comment combien pourquoi où dont lequel laquelle est-ce a-t-il a-t-elle
y-a-t-il était étaient furent fut ont liste donne dis-moi explique raconte cite`,
	"en": `who what which whom whose when where why how many much does did do is are was were has have list give tell me explain
name cite`,
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run() error {
	var (
		parallel = flag.String("parallel", "", "TICO-19 as a table with columns fr and en")
		glossary = flag.String("glossary", "retrieval/lexicon/glossary.tsv", "the subject's words, columns fr and en")
		rows     = flag.String("rows", "all", "all, even or odd: rows of the parallel text to take")
		check    = flag.Bool("measure", false, "make nothing, print how often the beginnings of rows are told right")
		out      = flag.String("out", "retrieval/analysis/trigrams.tsv", "the file made")
	)
	flag.Parse()
	texts, err := readTable(*parallel)
	if err != nil {
		return err
	}
	take := map[string]func(int) bool{
		"all": func(int) bool { return true }, "even": func(i int) bool { return i%2 == 0 }, "odd": func(i int) bool { return i%2 == 1 },
	}[*rows]
	if take == nil {
		return fmt.Errorf("-rows %q: want all, even or odd", *rows)
	}
	for language := range texts {
		i := -1
		texts[language] = slices.DeleteFunc(texts[language], func(string) bool { i++; return !take(i) })
	}
	if *check {
		measure(texts)
		return nil
	}
	subject, err := readTable(*glossary)
	if err != nil {
		return err
	}
	return os.WriteFile(*out, []byte(table(count("fr", texts, subject), count("en", texts, subject))), 0o644)
}

// readTable reads the columns of a table by the names in its first line; lines that begin with # are left out.
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
		switch {
		case strings.HasPrefix(lines.Text(), "#"):
		case names == nil:
			names = cells
		case len(cells) != len(names):
			return nil, fmt.Errorf("%s:%d: %d columns, not %d", path, n, len(cells), len(names))
		default:
			for i, name := range names {
				columns[name] = append(columns[name], cells[i])
			}
		}
	}
	return columns, lines.Err()
}

// count gives how often each folded word is seen.
func count(language string, texts, subject map[string][]string) map[string]float64 {
	counts := make(map[string]float64)
	add := func(text string, times float64) {
		for _, t := range analysis.Tokens(text, language) {
			if !t.Number {
				counts[analysis.Fold(t.Text)] += times
			}
		}
	}
	for _, text := range texts[language] {
		add(text, 1)
	}
	for _, group := range subject[language] {
		add(strings.ReplaceAll(group, "_", " "), subjectWord)
	}
	add(questionWords[language], questionWord)
	return counts
}

// table writes the logarithms of frequency in English over frequency in French, of trigrams and of whole words.
func table(french, english map[string]float64) string {
	rows := ratios(trigrams(french), trigrams(english), minTrigram, tellsLittle)
	for word, ratio := range ratios(french, english, minWord, wordTells) {
		rows[" "+word+" "] = max(-mostOfAWord, min(mostOfAWord, ratio))
	}
	var b strings.Builder
	for _, gram := range slices.Sorted(maps.Keys(rows)) {
		fmt.Fprintf(&b, "%s\t%.4g\n", gram, math.Round(rows[gram]*100)/100)
	}
	return b.String()
}

// trigrams counts three letters in a row, blanks before and after a word included. A word counts little more for being
// frequent: frequent words are in the table as a whole.
func trigrams(words map[string]float64) map[string]float64 {
	counts := make(map[string]float64)
	for _, word := range slices.Sorted(maps.Keys(words)) {
		padded, n := " "+word+" ", words[word]
		for i := range len(padded) - 2 {
			counts[padded[i:i+3]] += min(n, 30+math.Sqrt(n))
		}
	}
	return counts
}

func ratios(french, english map[string]float64, least, tells float64) map[string]float64 {
	totalFrench, totalEnglish := sum(french), sum(english)
	out := make(map[string]float64)
	for _, counts := range []map[string]float64{french, english} {
		for key := range counts {
			ratio := math.Log((english[key]+smoothing)/totalEnglish) - math.Log((french[key]+smoothing)/totalFrench)
			if french[key]+english[key] >= least && math.Abs(ratio) > tells {
				out[key] = ratio
			}
		}
	}
	return out
}

func sum(counts map[string]float64) float64 {
	total := 0.0
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		total += counts[key]
	}
	return total
}

// measure prints the share of beginnings told right, by the table that this program was built with.
func measure(texts map[string][]string) {
	for _, words := range []int{2, 3, 5, 8} {
		for _, language := range []string{"fr", "en"} {
			right := 0
			for _, text := range texts[language] {
				tokens := analysis.Tokens(text, language)
				if len(tokens) == 0 {
					continue
				}
				// Folded, as typed by someone in a hurry: accents would tell.
				beginning := analysis.Fold(text[:tokens[min(words, len(tokens))-1].End])
				if analysis.DetectLanguage(beginning) == language {
					right++
				}
			}
			fmt.Printf("%d words, %s: %.4f of %d\n", words, language, float64(right)/float64(max(len(texts[language]), 1)), len(texts[language]))
		}
	}
}
