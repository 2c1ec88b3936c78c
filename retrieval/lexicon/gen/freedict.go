package main

import (
	"bufio"
	"compress/gzip"
	"os"
	"regexp"
	"strings"

	"passerelle/retrieval/analysis"
)

const (
	freedictWeight = .9 // of an entry's first meaning
	otherMeanings  = .8
)

var (
	// A headword's line: the word, then how it is said between slashes or its kind between angle brackets.
	headword = regexp.MustCompile(`^(\S[^/<]*?) (?:/.*/|<[a-z, ]+>)`)
	meaning  = regexp.MustCompile(`^\d+\. `)
	aside    = regexp.MustCompile(`\([^)]*\)|<[^>]*>|\[[^\]]*\]`)
)

// freedict reads FreeDict's French-Russian dictionary as dictd has it (.dict.dz).
func freedict(path string) (pairs, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	out := make(pairs)
	lines := bufio.NewScanner(text)
	head, weight := "", 0.0
	for lines.Scan() {
		line := lines.Text()
		if m := headword.FindStringSubmatch(line); m != nil && !analysis.IsCyrillic(line) {
			head, weight = m[1], freedictWeight
			continue
		}
		if head == "" || !analysis.IsCyrillic(line) {
			continue
		}
		line = aside.ReplaceAllString(meaning.ReplaceAllString(line, ""), "")
		for word := range strings.FieldsFuncSeq(line, func(r rune) bool { return r == ',' || r == ';' }) {
			word = strings.ReplaceAll(strings.TrimSpace(word), "\u0301", "") // the accent that marks stress
			addEntry(out, head, word, weight)
		}
		weight = otherMeanings
	}
	return out, lines.Err()
}

func addEntry(out pairs, french, russian string, weight float64) {
	fr, ru := keys(french, "fr"), keys(russian, "ru")
	for _, f := range fr {
		for _, r := range ru {
			addParts(out, "fr", "ru", f, r, weight)
			addParts(out, "ru", "fr", r, f, weight)
		}
	}
}
