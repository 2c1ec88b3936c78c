package followup

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"passerelle/retrieval/analysis"
)

//go:embed rules/*.txt
var ruleFiles embed.FS

// kind says what words of a rule file are.
type kind string

// Kinds of words.
const (
	opening     kind = "opening"     // joins a message to the one before it, and is left out of the question
	back        kind = "back"        // stands for something said before
	apart       kind = "apart"       // looks like one that does, and does not
	more        kind = "more"        // asks for what goes beyond what was said
	interrogate kind = "question"    // asks
	preposition kind = "preposition" // goes with the name behind it
	particle    kind = "particle"    // stands between a preposition and a name
	owner       kind = "owner"       // stands for whose something is: as often for somebody within the message
	pair        kind = "pair"        // stands for what was said before where the message names nothing
	calendar    kind = "calendar"    // is no name, whatever its capital
)

// rules are the words of one language: phrases as folded words, the longest first.
type rules map[kind][][]string

// readRules reads a language's file.
func readRules(language string) (rules, error) {
	name := "rules/" + language + ".txt"
	content, err := ruleFiles.ReadFile(name)
	if err != nil {
		return nil, err
	}
	known := []kind{opening, back, apart, more, interrogate, preposition, particle, owner, pair, calendar}
	out := rules{}
	n := 0
	for line := range strings.Lines(string(content)) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		first, rest, _ := strings.Cut(line, " ")
		if !slices.Contains(known, kind(first)) || out[kind(first)] != nil {
			return nil, fmt.Errorf("%s:%d: %q is no kind of word, or there twice", name, n, first)
		}
		out[kind(first)] = [][]string{}
		for phrase := range strings.SplitSeq(rest, "|") {
			if words := ruleWords(phrase); len(words) > 0 {
				out[kind(first)] = append(out[kind(first)], words)
			}
		}
		slices.SortStableFunc(out[kind(first)], func(a, b []string) int { return len(b) - len(a) })
	}
	for _, k := range known {
		if out[k] == nil {
			return nil, fmt.Errorf("%s: no line of kind %s", name, k)
		}
	}
	return out, nil
}

// ruleWords cuts a phrase as messages are cut.
func ruleWords(phrase string) []string {
	return strings.FieldsFunc(analysis.Fold(phrase), func(r rune) bool { return r == ' ' || r == '-' || r == '\'' })
}

// at returns how many words from the i-th on are the longest phrase of a kind; 0 for none.
func (r rules) at(k kind, words []string, i int) int {
	for _, phrase := range r[k] {
		if len(words)-i >= len(phrase) && slices.Equal(words[i:i+len(phrase)], phrase) {
			return len(phrase)
		}
	}
	return 0
}
