package local

import (
	"cmp"
	"slices"

	"passerelle/retrieval/bleveindex"
)

// candidate is a segment that lies in the data directory.
type candidate struct {
	path     string
	manifest manifest
	searched func(document int) bool // tells the documents that may be taken from it; nil for all
}

// use is what a corpus takes from a segment.
type use struct {
	candidate
	documents []int32 // the number in the corpus of each document of the segment, or bleveindex.Removed
	size      int     // sentences of those that are taken
}

const (
	// A segment is merged into a new one when it has at most so many times as many sentences as the new one has without it:
	// so there are few, and a document is indexed a few times only. Of 2,000 that come one by one, 1 has each indexed 5.6
	// times, 2 7.5 times and 3 9.8 times; 2,000 lie in 6, 4 and 3 segments at the end.
	mergeFactor = 2
	// A segment is merged when less than one in so many of its sentences is still searched.
	deadShare = 2
)

// plan chooses the segments that a corpus is searched by, each document in one of them, and the documents for which a
// segment must be built. It follows from the corpus and the candidates alone, whatever their order. The segment that was just built
// for the rest of a plan is taken whole, so that nothing is left when the plan is made again.
func plan(c *corpus, candidates []candidate, built string) (uses []use, rest []*cut) {
	taken := make([]bool, len(c.cuts))
	for _, one := range inOrder(c, candidates, built) {
		if u := takeFrom(c, one, taken); u.size > 0 {
			uses = append(uses, u)
			mark(taken, u.documents, true)
		}
	}
	missing := 0
	for d, c := range c.cuts {
		if !taken[d] {
			missing += len(c.sentences) + 1
		}
	}
	if missing > 0 {
		slices.SortFunc(uses, func(a, b use) int { return cmp.Or(cmp.Compare(a.size, b.size), cmp.Compare(a.path, b.path)) })
		for len(uses) > 0 && uses[0].size <= mergeFactor*missing {
			missing += uses[0].size
			mark(taken, uses[0].documents, false)
			uses = uses[1:]
		}
	}
	for d, c := range c.cuts {
		if !taken[d] {
			rest = append(rest, c)
		}
	}
	return uses, rest
}

// inOrder puts the segments first that have most of the corpus, and of those the ones with least beside it: so a segment that
// was built of others comes before them, and a plan that is made again when it is built needs no more.
func inOrder(c *corpus, candidates []candidate, built string) []candidate {
	sizes := make(map[string]int, len(candidates))
	for _, one := range candidates {
		sizes[one.path] = takeFrom(c, one, make([]bool, len(c.cuts))).size
	}
	candidates = slices.Clone(candidates)
	slices.SortFunc(candidates, func(a, b candidate) int {
		switch built {
		case a.path:
			return -1
		case b.path:
			return 1
		}
		return cmp.Or(cmp.Compare(sizes[b.path], sizes[a.path]),
			cmp.Compare(len(a.manifest.Documents), len(b.manifest.Documents)), cmp.Compare(a.path, b.path))
	})
	return candidates
}

// takeFrom finds the documents of the corpus that a segment has and none before it. The use is empty where too little of
// the segment would be searched.
func takeFrom(c *corpus, one candidate, taken []bool) use {
	u := use{candidate: one, documents: make([]int32, len(one.manifest.Documents))}
	all := 0
	for i, m := range one.manifest.Documents {
		u.documents[i] = bleveindex.Removed
		all += m.Sentences + 1
		d, ok := c.number[m.ID]
		if ok && !taken[d] && c.cuts[d].is(m) && (one.searched == nil || one.searched(i)) {
			u.documents[i] = int32(d)
			u.size += m.Sentences + 1
		}
	}
	if u.size*deadShare < all {
		return use{}
	}
	return u
}

func mark(taken []bool, documents []int32, as bool) {
	for _, d := range documents {
		if d != bleveindex.Removed {
			taken[d] = as
		}
	}
}

// is tells whether a segment's document says the same, and is cut the same.
func (c *cut) is(m memberDocument) bool {
	return c.sum == m.Sum && len(c.passages) == m.Passages && len(c.sentences) == m.Sentences
}
