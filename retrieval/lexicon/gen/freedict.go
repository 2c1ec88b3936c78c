package main

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// dictionaries are those of FreeDict that were made by WikDict from Wiktionary, under CC BY-SA 3.0, and lead from one of
// the three languages to another by no more than one language between. FreeDict's own French-English is left out: GPL.
var dictionaries = []string{"fra-rus",
	"eng-bul", "fra-bul", "eng-fin", "fin-eng", "fra-fin", "fin-fra", "eng-jpn", "fra-jpn", "jpn-fra", // English to French
	"ell-eng", "ell-fra", "fra-ell", "ell-rus", "pol-eng", "pol-fra", "fra-pol", "pol-rus", // all three
	"deu-fra", "fra-deu", "deu-rus", "swe-fra", "fra-swe", "swe-rus", "fra-ita", "ita-rus", // Russian to French
}

var codeOf = map[string]string{"fra": "fr", "rus": "ru", "eng": "en"}

// Weights of entries.
const (
	firstMeaning  = .9
	otherMeanings = .8
	confirmed     = .9 // by two languages between
	unconfirmed   = .6 // and kept only for French, whose documents are most of all
	// Of a pair found through one language only: the geometric mean of the two directions' probabilities.
	leastUnconfirmed = .3
	leastConfirmed   = .03
)

// entry is one counterpart that a dictionary gives of a word; rank counts its meanings from 0.
type entry struct {
	word, other string
	rank        int
}

// freedict reads FreeDict's dictionaries as dictd has them (freedict-fra-rus.dict.dz and so on in one folder): Russian
// and French as they stand, and the pairs of our languages that meet in a third one. Only frequent stems are kept.
func freedict(folder string, frequent map[string]map[string]bool) (pairs, error) {
	out := make(pairs)
	bridges := make(map[string]map[string]*bridge) // by language between, by ours
	for _, name := range dictionaries {
		entries, err := readDictionary(filepath.Join(folder, "freedict-"+name+".dict.dz"))
		if err != nil {
			return nil, fmt.Errorf("%w; Debian has it in dict-freedict-%s", err, name)
		}
		from, to, _ := strings.Cut(name, "-")
		switch a, b := codeOf[from], codeOf[to]; {
		case a != "" && b != "":
			for _, e := range entries {
				weight := firstMeaning
				if e.rank > 0 {
					weight = otherMeanings
				}
				addEntry(out, a, b, e.word, e.other, weight)
			}
		case a != "":
			at(bridges, to, a).add(entries, false)
		default:
			at(bridges, from, b).add(entries, true)
		}
	}
	for i, a := range languages {
		for _, b := range languages[i+1:] {
			meet(out, a, b, bridges)
		}
	}
	out.keep(frequent)
	return out, nil
}

func addEntry(out pairs, a, b, word, other string, weight float64) {
	forth, back := keys(word, a), keys(other, b)
	if len(forth) == 0 || len(back) == 0 {
		return
	}
	for _, k := range forth {
		addParts(out, a, b, k, back[0], weight)
	}
	for _, k := range back {
		addParts(out, b, a, k, forth[0], weight)
	}
}

// bridge joins words of one of our languages (near) with those of another language (far).
type bridge struct {
	far, near map[string][]string // of a near word its far ones, of a far word its near ones
}

func at(bridges map[string]map[string]*bridge, between, language string) *bridge {
	if bridges[between] == nil {
		bridges[between] = make(map[string]*bridge)
	}
	if bridges[between][language] == nil {
		bridges[between][language] = &bridge{make(map[string][]string), make(map[string][]string)}
	}
	return bridges[between][language]
}

func (br *bridge) add(entries []entry, farFirst bool) {
	for _, e := range entries {
		near, far := e.word, e.other
		if farFirst {
			near, far = far, near
		}
		if !slices.Contains(br.far[near], far) {
			br.far[near] = append(br.far[near], far)
			br.near[far] = append(br.near[far], near)
		}
	}
}

// meet adds the words of two languages that share a word of a third.
func meet(out pairs, a, b string, bridges map[string]map[string]*bridge) {
	type pair struct{ a, b string }
	type proof struct {
		languages int
		best      float64
	}
	proofs := make(map[pair]proof)
	for _, between := range bridges {
		left, right := between[a], between[b]
		if left == nil || right == nil {
			continue
		}
		for word, forth := range walks(left, right) {
			for other, p := range forth {
				q := walk(right, left, other)[word]
				if p*q > 0 {
					old := proofs[pair{word, other}]
					proofs[pair{word, other}] = proof{old.languages + 1, max(old.best, p*q)}
				}
			}
		}
	}
	for pr, p := range proofs {
		switch {
		case p.languages > 1 && p.best >= leastConfirmed*leastConfirmed:
			addEntry(out, a, b, pr.a, pr.b, confirmed)
		case a == "fr" && p.best >= leastUnconfirmed*leastUnconfirmed && !strings.Contains(pr.a+pr.b, " "):
			addEntry(out, a, b, pr.a, pr.b, unconfirmed)
		}
	}
}

func walks(left, right *bridge) map[string]map[string]float64 {
	out := make(map[string]map[string]float64)
	for word := range left.far {
		out[word] = walk(left, right, word)
	}
	return out
}

// walk gives the probability of each word at the other end, all ways being alike.
func walk(left, right *bridge, word string) map[string]float64 {
	out := make(map[string]float64)
	for _, far := range left.far[word] {
		for _, other := range right.near[far] {
			out[other] += 1 / float64(len(left.far[word])*len(right.near[far]))
		}
	}
	return out
}

var (
	// A headword's line: the word, then how it is said between slashes or its kind between angle brackets.
	headword = regexp.MustCompile(`^([^/<]+?) (?:/.*/|<[a-z, ]+>)`)
	meaning  = regexp.MustCompile(`^\d+\. `)
	nextOne  = regexp.MustCompile(` \d+\.$`)
	aside    = regexp.MustCompile(`\([^)]*\)|<[^>]*>|\[\[[^\]|]*\||[\[\]]`)
)

// readDictionary gives a dictionary's pairs of words, in lower case; names only where it joins French and Russian.
func readDictionary(path string) ([]entry, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := gzip.NewReader(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var out []entry
	names := strings.Contains(path, "fra-rus")
	head, rank, first := "", 0, false
	for lines := bufio.NewScanner(text); ; {
		if !lines.Scan() {
			return out, cmp.Or(lines.Err(), text.Close())
		}
		line := lines.Text()
		if m := headword.FindStringSubmatch(line); m != nil {
			head, rank, first = plain(m[1]), 0, true
			if !names && strings.Contains(line, "<pn") {
				head = ""
			}
			continue
		}
		if head == "" || !first && !meaning.MatchString(line) { // a definition
			continue
		}
		first = false
		line = nextOne.ReplaceAllString(meaning.ReplaceAllString(line, ""), "")
		for other := range strings.FieldsFuncSeq(aside.ReplaceAllString(line, ""), func(r rune) bool { return r == ',' || r == ';' || r == '、' }) {
			if other = plain(other); other != "" {
				out = append(out, entry{head, other, rank})
			}
		}
		rank++
	}
}

// plain writes a word without the mark of its stress, its article or its "to".
func plain(word string) string {
	word = strings.ToLower(strings.TrimSpace(strings.ReplaceAll(word, "\u0301", "")))
	for _, particle := range []string{"to ", "the ", "a "} {
		word = strings.TrimPrefix(word, particle)
	}
	return word
}
