package config

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

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

// edits is the Levenshtein distance in code points, letter case apart.
func edits(a, b string) int {
	return levenshtein.ComputeDistance(strings.ToLower(a), strings.ToLower(b))
}
