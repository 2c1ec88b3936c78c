package alignment

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/retrieval/analysis"
	"passerelle/retrieval/encoder"
)

// Word is one word or number of a text.
type Word struct {
	analysis.Token
	Stem    string  // as analysis.Stem gives it
	Content bool    // it says something of the subject: neither a number nor one of a language's most frequent words
	Rarity  float64 // how much it says: .3 for the most frequent words to 1.8 for the rarest
}

// Text is a text's words with their vectors. It is never changed.
type Text struct {
	Language string
	Words    []Word
	vectors  []vector
	reduced  func() []vector // vectors as those of unpacked texts are; nil for an unpacked text
}

func (t *Text) unpacked() bool { return t.reduced == nil }

func (t *Text) reducedVectors() []vector {
	if t.unpacked() {
		return t.vectors
	}
	return t.reduced()
}

// Vector gives the vector of a word, of about length 1; nil for a word without one. It has 384 numbers, 192 in an unpacked
// text.
func (t *Text) Vector(word int) []float32 {
	v := t.vectors[word]
	var out []float32
	for _, b := range v.q {
		out = append(out, float32(int8(b))*v.step)
	}
	return out
}

// At gives the index of the word that holds a byte of the text, or of the next after it; len(Words) where none is.
func (t *Text) At(offset int) int {
	i, _ := slices.BinarySearchFunc(t.Words, offset, func(w Word, offset int) int {
		if w.End <= offset {
			return -1
		}
		return 1
	})
	return i
}

// bytes is what the text takes in a cache.
func (t *Text) bytes() int {
	n := 0
	for _, w := range t.Words {
		n += wordBytes + len(w.Stem) + encoder.Dim
	}
	return n
}

// wordBytes is what a Word and its vector take beside the letters and the 384 bytes.
const wordBytes = 136

func (a *Aligner) word(t analysis.Token, language string) Word {
	w := Word{Token: t, Stem: analysis.Stem(t.Text, language)}
	zipf := a.frequencies.of(w.Stem, language)
	w.Rarity = (6-min(max(zipf, rarest), 6))/2 + .3
	letters := utf8.RuneCountInString(t.Text)
	long := letters >= 3 || letters == 2 && isUpper(t.Text)
	w.Content = long && !t.Number && zipf < mostFrequent && !analysis.IsStop(analysis.Fold(t.Text), language)
	return w
}

func isUpper(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsUpper(r) }) < 0
}

// On the Zipf scale, the logarithm of how often a word stands among 10⁹: words of at least mostFrequent say nothing of a
// subject, and those that are not among the 6,000 most frequent stems, which end at 4, count as rarest.
const (
	mostFrequent = 5.9
	rarest       = 3
)

//go:embed data/frequencies.tsv
var frequenciesFile string

// frequencies are how often words stand in texts, by stem.
type frequencies struct {
	zipf map[string]float64 // by language, a blank and stem
}

// readFrequencies reads lines of a language, a number on the Zipf scale, and the stems of about that frequency.
func readFrequencies(file string) (*frequencies, error) {
	f := &frequencies{make(map[string]float64)}
	for _, line := range lines(file) {
		columns := strings.Split(line.text, "\t")
		if len(columns) != 3 {
			return nil, fmt.Errorf("line %d: %d columns, not language, number, stems", line.number, len(columns))
		}
		zipf, err := strconv.ParseFloat(columns[1], 64)
		if err != nil || zipf <= 0 || zipf > 9 {
			return nil, fmt.Errorf("line %d: %q is no number on the Zipf scale", line.number, columns[1])
		}
		for _, stem := range strings.Fields(columns[2]) {
			f.zipf[columns[0]+" "+stem] = zipf
		}
	}
	return f, nil
}

// of gives rarest for a word that is not known.
func (f *frequencies) of(stem, language string) float64 {
	if zipf, ok := f.zipf[language+" "+stem]; ok {
		return zipf
	}
	return rarest
}

//go:embed data/means.tsv
var meansFile string

// readMeans reads lines of a language and 384 numbers.
func readMeans(file string) (map[string][]float32, error) {
	means := make(map[string][]float32)
	for _, line := range lines(file) {
		columns := strings.Split(line.text, "\t")
		if len(columns) != 1+encoder.Dim {
			return nil, fmt.Errorf("line %d: %d columns, not a language and %d numbers", line.number, len(columns), encoder.Dim)
		}
		mean := make([]float32, encoder.Dim)
		for i, column := range columns[1:] {
			x, err := strconv.ParseFloat(column, 32)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", line.number, err)
			}
			mean[i] = float32(x)
		}
		means[columns[0]] = mean
	}
	if len(means) != 3 {
		return nil, errors.New("want the means of three languages")
	}
	return means, nil
}

type line struct {
	text   string
	number int
}

// lines gives the lines of a table that are neither empty nor comments.
func lines(file string) []line {
	var out []line
	for i, text := range strings.Split(file, "\n") {
		if text != "" && text[0] != '#' {
			out = append(out, line{text, i + 1})
		}
	}
	return out
}
