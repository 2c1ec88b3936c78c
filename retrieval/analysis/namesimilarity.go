package analysis

import (
	"math/bits"
	"strings"
)

// Likeness of two keys, as a first trial on digests found them useful for weighting words.
const (
	likenessSkeleton = .95
	likenessPrefix   = .7
	minLikePrefix    = 5 // letters of the shorter skeleton
	maxLikeRest      = 4 // letters that the longer skeleton has more
	minLikeSkeleton  = 4 // letters, for likeness by distance
	twoErrorsFrom    = 8 // letters of the longer skeleton, from which two errors are forgiven
	longSkeleton     = 6 // letters
)

// Costs of one edit, in quarters of an edit.
const (
	edit           = 4
	editVowel      = 2 // one vowel for another, or one more
	editConsonants = 2 // one consonant for one that sounds alike
)

// maxKey bounds the keys that are compared letter by letter; longer ones are alike only if equal.
const maxKey = 48

// NameSimilarity tells how alike two keys are: 1 for equal keys, .95 for equal skeletons, .7 where one begins the other,
// .4 to .8 for one or two edits, else 0. It allocates nothing; most pairs are told apart by their lengths and letters
// alone, in some nanoseconds.
func NameSimilarity(a, b string) float64 {
	if a == b {
		if a == "" {
			return 0
		}
		return 1
	}
	a, b = Skeleton(a), Skeleton(b)
	if len(a) > len(b) {
		a, b = b, a
	}
	switch {
	case len(a) < minStem-1 || len(b)-len(a) > maxLikeRest || len(b) > maxKey:
		return 0
	case a == b:
		return likenessSkeleton
	case len(a) >= minLikePrefix && strings.HasPrefix(b, a):
		return likenessPrefix
	case len(a) < minLikeSkeleton:
		return 0
	}
	limit := edit
	if len(b) >= twoErrorsFrom {
		limit = 2 * edit
	}
	if bound(a, b) > limit {
		return 0
	}
	d := distance(a, b, limit)
	if d > limit {
		return 0
	}
	if len(b) >= longSkeleton {
		return .85 - .2*float64(d)/edit
	}
	return .8 - .25*float64(d)/edit
}

// bound is a distance that two skeletons have at least: each letter that only one of them has costs the cheapest edit.
func bound(a, b string) int {
	var inA, inB uint64
	for i := range len(a) {
		inA |= 1 << (a[i] & 63)
	}
	for i := range len(b) {
		inB |= 1 << (b[i] & 63)
	}
	return editVowel * max(bits.OnesCount64(inA&^inB), bits.OnesCount64(inB&^inA), (len(b)-len(a)))
}

// distance is the edit distance of two short keys, in quarters of an edit; more than limit when it is more.
func distance(a, b string, limit int) int {
	var row [maxKey + 1]int
	for j := range len(b) {
		row[j+1] = row[j] + insertion(b[j])
	}
	for i := range len(a) {
		diagonal, least := row[0], limit+1
		row[0] += insertion(a[i])
		for j := range len(b) {
			d := min(diagonal+substitution(a[i], b[j]), row[j]+insertion(b[j]), row[j+1]+insertion(a[i]))
			diagonal, row[j+1] = row[j+1], d
			least = min(least, d)
		}
		if least > limit {
			return least
		}
	}
	return row[len(b)]
}

func insertion(c byte) int {
	if isVowel(c) {
		return editVowel
	}
	return edit
}

func substitution(a, b byte) int {
	switch {
	case a == b:
		return 0
	case isVowel(a) && isVowel(b):
		return editVowel
	case isVowel(a) || isVowel(b):
		return edit
	}
	for _, pair := range [...]string{"sz", "zS", "sS", "vf", "vb", "gh", "hk", "td", "bp", "kg", "mn", "zg"} {
		if pair[0] == a && pair[1] == b || pair[0] == b && pair[1] == a {
			return editConsonants
		}
	}
	return edit
}
