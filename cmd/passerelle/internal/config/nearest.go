package config

import (
	"iter"
	"maps"
	"strings"
)

func mapKeys(m map[string]string) iter.Seq[string] { return maps.Keys(m) }

// unknown says that there is no such key, and which comes nearest.
func unknown(path string) string {
	best, _ := nearestOf(path, append(Keys(), sections()...))
	return "unknown key " + path + "; the nearest is " + best
}

func sections() []string {
	var names []string
	seen := map[string]bool{}
	for _, k := range Keys() {
		if name, _, ok := strings.Cut(k, "."); ok && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

// nearestOf returns the candidate with the fewest edits, counting a right last part in the wrong section as one edit
// beyond those of that part.
func nearestOf(path string, candidates []string) (best string, distance int) {
	distance = -1
	for _, c := range candidates {
		d := edits(path, c)
		if strings.Contains(c, ".") {
			d = min(d, edits(lastPart(path), lastPart(c))+1)
		}
		if distance < 0 || d < distance {
			best, distance = c, d
		}
	}
	return best, distance
}

func lastPart(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

// edits is the Levenshtein distance in runes, letter case apart.
func edits(a, b string) int {
	left, right := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	row := make([]int, len(right)+1)
	for j := range row {
		row[j] = j
	}
	for i, l := range left {
		diagonal := row[0]
		row[0] = i + 1
		for j, r := range right {
			substitute := diagonal
			if l != r {
				substitute++
			}
			diagonal = row[j+1]
			row[j+1] = min(substitute, row[j]+1, diagonal+1)
		}
	}
	return row[len(right)]
}
