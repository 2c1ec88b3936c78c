package answer

import (
	"cmp"
	"crypto/rand"
	"slices"
	"strings"

	"passerelle/bot/cite"
	"passerelle/prompts"
	"passerelle/retrieval"
)

// passageFrameTokens is what a passage's element, id and date come to.
const passageFrameTokens = 40

// repairTokens is what of the context is kept for saying what was dropped.
const repairTokens = maxFaults * 2 * maxFaultRunes / 3

// choose takes the passages for the model, best first, until there is no room for more, and gives each an id that nobody
// can know beforehand. The prompt is the one that they will stand in, still without them.
func (g *Generative) choose(found retrieval.Result, prompt prompts.Answer) ([]cite.Source, error) {
	messages, err := prompt.Messages()
	if err != nil {
		return nil, err
	}
	left := g.parts.ContextTokens - g.parts.ReplyTokens - repairTokens
	for _, m := range messages {
		left -= tokens(m.Content)
	}
	left = min(left, g.parts.PassageTokens)
	var out []cite.Source
	for _, s := range ranked(found) {
		left -= passageFrameTokens + tokens(s.Passage.Text) + tokens(s.Document.Title)
		if left < 0 || len(out) == g.parts.MaxPassages {
			break
		}
		s.ID = newID()
		out = append(out, s)
	}
	return out, nil
}

// ranked brings the passages of the hits and those of the best sentences into one order, by the sum of their reciprocal
// ranks (RRF).
func ranked(found retrieval.Result) []cite.Source {
	const rankOffset = 60 // Cormack, Clarke, Büttcher 2009
	var all []cite.Source
	scores := map[string]float64{} // by passage
	add := func(p *retrieval.Passage, d *retrieval.Document, rank int) {
		if p == nil || d == nil {
			return
		}
		if scores[p.ID] == 0 {
			all = append(all, cite.Source{Document: d, Passage: p})
		}
		scores[p.ID] += 1 / float64(rankOffset+rank)
	}
	for i, h := range found.Hits {
		add(h.Passage, h.Document, i)
	}
	counted := map[string]bool{} // a passage's best sentence counts, not how many it has
	for i, s := range found.Sentences {
		if s.Passage != nil && !counted[s.Passage.ID] {
			counted[s.Passage.ID] = true
			add(s.Passage, s.Document, i)
		}
	}
	slices.SortStableFunc(all, func(a, b cite.Source) int { return cmp.Compare(scores[b.Passage.ID], scores[a.Passage.ID]) })
	return all
}

// newID returns nine random characters that begin with a letter: 40 bits, which no document can guess and a model can
// copy without a slip.
func newID() string { return "p" + strings.ToLower(rand.Text()[:8]) }
