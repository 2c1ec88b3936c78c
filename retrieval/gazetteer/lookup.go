package gazetteer

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"passerelle/retrieval/analysis"
)

// Lookup returns the place of that name, the whole of it, in any of the languages, with or without capitals, accents,
// hyphens and blanks, inflected or not; also a spelling that sounds exactly like a name.
func (g *Gazetteer) Lookup(name string) (*Place, bool) {
	words := splitWords(nil, name)
	for len(words) > 1 && introduces(words[0].folded) {
		if place, ok := g.whole(words); ok {
			return place, true
		}
		words = words[1:]
	}
	if len(words) == 0 {
		return nil, false
	}
	if place, ok := g.whole(words); ok {
		return place, true
	}
	compact := ""
	for _, w := range words {
		compact += w.folded
	}
	s := g.sounds()
	if i, ok := s.byLetters[compact]; ok {
		return &g.places[i], true
	}
	if key := analysis.NameKey(compact, ""); len(key) >= minSound {
		if i, ok := s.byKey[key]; ok {
			return &g.places[i], true
		}
	}
	return nil, false
}

func (g *Gazetteer) whole(words []word) (*Place, bool) {
	for i := range words {
		words[i].joined = true
	}
	if m := g.trie.longest(words); m.place != 0 && m.words == len(words) {
		return &g.places[m.place-1], true
	}
	return nil, false
}

// minSound is how many letters a key has that alone tells a place.
const minSound = 4

// introduces tells a word that may stand before a place without being part of its name.
func introduces(folded string) bool {
	switch folded {
	case "a", "de", "du", "des", "la", "le", "les", "en", "au", "aux", "ville", "в", "во", "из", "город", "городе", "г", "the", "in",
		"of", "to", "from", "city", "vers", "pour", "к", "на":
		return true
	}
	return false
}

// Guess returns the place that a name most likely means: that which Lookup finds, else the nearest if the name is only an
// error or two away from it, fewer in short names.
func (g *Gazetteer) Guess(name string) (*Place, bool) {
	if place, ok := g.Lookup(name); ok {
		return place, true
	}
	near := g.near(name, 1)
	if len(near) == 0 || near[0].likeness < minGuess {
		return nil, false
	}
	return &g.places[near[0].place], true
}

// Nearest returns at most n places whose names are like the name, the likest first; of equally like ones, the more
// populous first.
func (g *Gazetteer) Nearest(name string, n int) []*Place {
	near := g.near(name, n)
	places := make([]*Place, len(near))
	for i, c := range near {
		places[i] = &g.places[c.place]
	}
	return places
}

// Likeness of names.
const (
	minGuess    = .75 // of a name that is taken for another
	minLikeness = .4  // of a name worth proposing
	// populationWeight prefers the likes of Moscow among equally like names: a tenth at ten million people.
	populationWeight = .1 / 7
)

type candidate struct {
	place    int32
	likeness float64
	rank     float64 // likeness with the preference for populous places
}

func (g *Gazetteer) near(name string, n int) []candidate {
	letters := compactName(name)
	if letters == "" || n <= 0 || len(letters) > maxNameBytes {
		return nil
	}
	runes := []rune(letters)
	key := analysis.NameKey(letters, "")
	s := g.sounds()
	best := make(map[int32]float64)
	for i := range s.names {
		c := &s.names[i]
		likeness := .9 * analysis.NameSimilarity(key, c.key)
		if l := letterLikeness(runes, c.letters); l > likeness {
			likeness = l
		}
		if likeness >= minLikeness && likeness > best[c.place] {
			best[c.place] = likeness
		}
	}
	candidates := make([]candidate, 0, len(best))
	for place, likeness := range best {
		candidates = append(candidates, candidate{place, likeness, likeness + populationWeight*g.weight(place)})
	}
	slices.SortFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(a.place, b.place))
	})
	return candidates[:min(n, len(candidates))]
}

// weight is how much a place is spoken of, on a scale of ten people to ten million as 1 to 7.
func (g *Gazetteer) weight(place int32) float64 {
	const population = 1e5 // of a region or a land, whose own is not known
	p := &g.places[place]
	if p.Kind != City {
		return math.Log10(population)
	}
	return math.Log10(float64(max(p.Population, 1)))
}

// maxNameBytes bounds the names that are compared letter by letter; no place has a longer one.
const maxNameBytes = 120

// sounds holds every name in the forms that misspelt ones are compared with.
type sounds struct {
	names     []sound
	byLetters map[string]int32
	byKey     map[string]int32
}

type sound struct {
	place   int32
	letters []rune // folded, without blanks, hyphens and apostrophes
	key     string
}

func newSounds(g *Gazetteer) *sounds {
	s := &sounds{byLetters: make(map[string]int32), byKey: make(map[string]int32)}
	for i := range g.places {
		for _, language := range [...]string{"fr", "ru", "en"} {
			for _, name := range g.places[i].Names(language) {
				s.add(int32(i), name)
			}
		}
	}
	return s
}

func (s *sounds) add(place int32, name string) {
	letters := compactName(name)
	if _, known := s.byLetters[letters]; known || letters == "" {
		return
	}
	s.byLetters[letters] = place
	key := analysis.NameKey(letters, "")
	if _, known := s.byKey[key]; !known {
		s.byKey[key] = place
	}
	s.names = append(s.names, sound{place, []rune(letters), key})
}

func compactName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= utf8.RuneSelf, 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			return r
		}
		return -1
	}, analysis.Fold(name))
}

// letterLikeness is 1 for equal names and less by the share of letters to change, two swapped ones counting once; 0 when
// more than two of them, or more than one in four, differ.
func letterLikeness(a, b []rune) float64 {
	longer := max(len(a), len(b))
	limit := min(2, longer/4)
	if limit == 0 || max(len(a)-len(b), len(b)-len(a)) > limit || longer > maxNameBytes {
		return 0
	}
	d := letterDistance(a, b, limit)
	if d > limit {
		return 0
	}
	return 1 - 1.2*float64(d)/float64(longer)
}

// letterDistance is the edit distance with swapped neighbours as one edit, or more than limit.
func letterDistance(a, b []rune, limit int) int {
	var rows [3][maxNameBytes + 1]int
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		least := row[0]
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			d := min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				d = min(d, before[j-1]+1)
			}
			row[j+1] = d
			least = min(least, d)
		}
		if least > limit {
			return least
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
