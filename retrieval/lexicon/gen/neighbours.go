package main

import (
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"passerelle/retrieval/analysis"
	"passerelle/retrieval/encoder"
)

// Of the search for neighbours. Against FreeDict, on 3,177 Russian stems, the first French neighbour is a right one in
// .80 of the cases above .4 (most of the rest are right too, and missing there), .6 above .3, .4 above .2, .2 above .1.
const (
	listed         = 20_000 // words tried of each list
	ranksKept      = 200    // a form's share in its stem's vector is 1/√(rank + ranksKept)
	alignmentLayer = 7      // its piece vectors match across languages best
	lastLayer      = 12
	dim            = 2 * encoder.Dim
	hubs           = 10  // neighbours whose mean similarity is taken off
	worthless      = .05 // similarity of weight 0
	sure           = .45 // similarity of weight neighbourMost
	neighbourMost  = .9
	neighbourLeast = .25
	perWord        = 3
)

// neighbours finds the words that the embedded encoder puts nearest to each other in two languages, from a frequency list
// a language (fr.txt, ru.txt, en.txt; one word a line, most frequent first) and, for French, the words of a folder of
// documents.
func neighbours(lists, documents string) (pairs, error) {
	model, err := encoder.Embedded()
	if err != nil {
		return nil, err
	}
	ranks := make(map[string]map[string]int)
	forms := make(map[string][]string)
	for _, language := range languages {
		if forms[language], err = readList(lists, language, listed); err != nil {
			return nil, err
		}
		ranks[language] = make(map[string]int)
		for i, w := range forms[language] {
			ranks[language][w] = i
		}
	}
	spoken, err := documentWords(documents)
	if err != nil {
		return nil, err
	}
	spaces := make(map[string]space)
	for _, language := range languages {
		own := slices.DeleteFunc(slices.Clone(forms[language]), func(w string) bool { return borrowed(w, language, ranks) && !spoken[w] })
		if language == "fr" {
			for _, w := range slices.Sorted(maps.Keys(spoken)) {
				if _, ok := ranks["fr"][w]; !ok {
					own = append(own, w)
				}
			}
		}
		fmt.Fprintf(os.Stderr, "%s: %d forms\n", language, len(own))
		spaces[language] = newSpace(model, own, language)
	}
	out := make(pairs)
	for i, a := range languages {
		for _, b := range languages[i+1:] {
			similar := similarity(spaces[a].vectors, spaces[b].vectors)
			addNearest(out, a, b, spaces[a].stems, spaces[b].stems, func(i, j int) float32 { return similar[i][j] })
			addNearest(out, b, a, spaces[b].stems, spaces[a].stems, func(i, j int) float32 { return similar[j][i] })
		}
	}
	return out, nil
}

// borrowed tells a word of another language that stands in a list because texts quote it: it is much more frequent there.
func borrowed(word, language string, ranks map[string]map[string]int) bool {
	const much = 3
	for _, other := range languages {
		rank, ok := ranks[other][word]
		if other != language && ok && rank*much < ranks[language][word] {
			return true
		}
	}
	return false
}

// documentWords gives the words without a capital of a folder's texts.
func documentWords(folder string) (map[string]bool, error) {
	out := make(map[string]bool)
	if folder == "" {
		return out, nil
	}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".md" {
			return err
		}
		text, err := os.ReadFile(path)
		for _, t := range analysis.Tokens(string(text), "fr") {
			if !t.Number && strings.ToLower(t.Text) == t.Text && len(t.Text) >= minLetters {
				out[t.Text] = true
			}
		}
		return err
	})
	return out, err
}

const minLetters = 3

// space holds the stems of a language, unit vectors side by side.
type space struct {
	stems   []string
	vectors [][]float32
}

// newSpace encodes forms, most frequent first, and gathers them by stem. Vectors are centred by language: what they have
// in common is the language.
func newSpace(model *encoder.Model, forms []string, language string) space {
	forms = slices.DeleteFunc(forms, func(w string) bool {
		hasOther := strings.ContainsFunc(w, func(r rune) bool { return r != 'ё' && (r < 'а' || r > 'я') })
		hasDigit := strings.ContainsFunc(w, unicode.IsDigit)
		return hasDigit || len([]rune(w)) < minLetters || analysis.IsStop(analysis.Fold(w), language) || (language == "ru") == hasOther
	})
	vectors := make([][]float32, len(forms))
	parallelDo(len(forms), func(i int) { vectors[i] = encode(model, forms[i]) })
	centre(vectors)
	var out space
	at := make(map[string]int)
	for rank, form := range forms {
		stem := analysis.Stem(form, language)
		i, ok := at[stem]
		if !ok {
			i = len(out.stems)
			at[stem] = i
			out.stems, out.vectors = append(out.stems, stem), append(out.vectors, make([]float32, dim))
		}
		share := float32(1 / math.Sqrt(float64(rank+ranksKept)))
		for j, v := range vectors[rank] {
			out.vectors[i][j] += share * v
		}
	}
	for _, v := range out.vectors {
		unit(v)
	}
	return out
}

// encode puts a word's sentence vector and the mean of its pieces' vectors at the alignment layer side by side.
func encode(model *encoder.Model, word string) []float32 {
	const prefix = "query: "
	skip := len(model.Tokenize(strings.TrimSpace(prefix)))
	last, pieces := model.EncodeBoth(model.Tokenize(prefix+word), alignmentLayer, lastLayer)
	out := append(last, make([]float32, encoder.Dim)...)
	for i, v := range pieces[min(skip*encoder.Dim, len(pieces)-encoder.Dim):] {
		out[encoder.Dim+i%encoder.Dim] += v
	}
	unit(out[encoder.Dim:])
	return out
}

// centre takes the mean off each half, and makes each half of length 1.
func centre(vectors [][]float32) {
	mean := make([]float64, dim)
	for _, v := range vectors {
		for j, x := range v {
			mean[j] += float64(x) / float64(len(vectors))
		}
	}
	for _, v := range vectors {
		for j := range v {
			v[j] -= float32(mean[j])
		}
		unit(v[:encoder.Dim])
		unit(v[encoder.Dim:])
	}
}

func unit(v []float32) {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	r := float32(1 / math.Sqrt(max(sum, 1e-12)))
	for i := range v {
		v[i] *= r
	}
}

// similarity is cross-domain similarity local scaling (CSLS; Conneau et al. 2018, Word Translation Without Parallel
// Data): twice the cosine less the mean cosine of each word's nearest neighbours, so that no word is near to all.
func similarity(a, b [][]float32) [][]float32 {
	out := make([][]float32, len(a))
	meanA, meanB := make([]float32, len(a)), make([]float32, len(b))
	parallelDo(len(a), func(i int) {
		row := make([]float32, len(b))
		for j := range b {
			row[j] = dot(a[i], b[j])
		}
		out[i], meanA[i] = row, nearestMean(row)
	})
	parallelDo(len(b), func(j int) {
		column := make([]float32, len(a))
		for i := range a {
			column[i] = out[i][j]
		}
		meanB[j] = nearestMean(column)
	})
	for i, row := range out {
		for j := range row {
			row[j] = 2*row[j] - meanA[i] - meanB[j]
		}
	}
	return out
}

func nearestMean(cosines []float32) float32 {
	var top [hubs]float32
	for _, c := range cosines {
		if c > top[0] {
			top[0] = c
			slices.Sort(top[:])
		}
	}
	sum := float32(0)
	for _, c := range top {
		sum += c
	}
	return sum / hubs
}

func dot(a, b []float32) float32 {
	var s0, s1, s2, s3 float32
	b = b[:len(a)]
	for i := 0; i+3 < len(a); i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	return s0 + s1 + s2 + s3
}

// addNearest adds the best counterparts of each stem.
func addNearest(out pairs, from, to string, keys, terms []string, similar func(i, j int) float32) {
	for i, key := range keys {
		var top [perWord]int
		n := 0
		for j := range terms {
			s := similar(i, j)
			if weightOf(s) < neighbourLeast {
				continue
			}
			at := n
			for at > 0 && s > similar(i, top[at-1]) {
				at--
			}
			if at < perWord {
				n = min(n+1, perWord)
				copy(top[at+1:n], top[at:n-1])
				top[at] = j
			}
		}
		for _, j := range top[:n] {
			out.add(from, to, key, terms[j], weightOf(similar(i, j)))
		}
	}
}

func weightOf(similar float32) float64 {
	return neighbourMost * min(1, max(0, (float64(similar)-worthless)/(sure-worthless)))
}
