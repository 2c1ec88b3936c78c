package main

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"passerelle/retrieval/analysis"
)

var languages = []string{"fr", "ru", "en"}

type direction struct{ from, to string }

// pairs holds weights by direction, key and term.
type pairs map[direction]map[string]map[string]float64

// add puts a counterpart, or raises its weight.
func (p pairs) add(from, to, key, term string, weight float64) {
	if key == "" || term == "" || strings.ContainsAny(term, " \t\n") || strings.ContainsAny(key, "\t\n") {
		return
	}
	way := direction{from, to}
	if p[way] == nil {
		p[way] = make(map[string]map[string]float64)
	}
	if p[way][key] == nil {
		p[way][key] = make(map[string]float64)
	}
	p[way][key][term] = max(p[way][key][term], weight)
}

// both adds a pair in both directions.
func (p pairs) both(a, b, termA, termB string, weight float64) {
	p.add(a, b, termA, termB, weight)
	p.add(b, a, termB, termA, weight)
}

// text is one data file: a header, then a section a direction, keys sorted by bytes, at most limit terms a key.
func (p pairs) text(header string, limit int) string {
	var b strings.Builder
	for line := range strings.Lines(header) {
		b.WriteString("# " + line)
	}
	for _, from := range languages {
		for _, to := range languages {
			keys := p[direction{from, to}]
			if len(keys) == 0 {
				continue
			}
			fmt.Fprintf(&b, "\n[%s %s]\n", from, to)
			for _, key := range slices.Sorted(maps.Keys(keys)) {
				if fields := best(keys[key], limit); fields != "" {
					b.WriteString(key + "\t" + fields + "\n")
				}
			}
		}
	}
	return b.String()
}

// best writes a key's terms with their weights in tenths, heaviest first.
func best(terms map[string]float64, limit int) string {
	list := slices.SortedFunc(maps.Keys(terms), func(a, b string) int {
		return cmp.Or(cmp.Compare(terms[b], terms[a]), cmp.Compare(a, b))
	})
	var fields []string
	for _, term := range list[:min(limit, len(list))] {
		if tenths := int(math.Round(terms[term] * 10)); tenths > 0 {
			fields = append(fields, fmt.Sprintf("%s %d", term, min(tenths, 10)))
		}
	}
	return strings.Join(fields, " ")
}

// terms gives the stems of a text's words that say something, numbers left out.
func terms(text, language string) []string {
	var out []string
	for _, t := range analysis.Tokens(text, language) {
		if folded := analysis.Fold(t.Text); t.Number || len([]rune(folded)) < 2 || analysis.IsStop(folded, language) {
			continue
		}
		out = append(out, analysis.Stem(t.Text, language))
	}
	return out
}
