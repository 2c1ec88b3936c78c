package followup

import (
	"slices"
	"strings"

	"passerelle/bot"
	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
)

// documents are those that an answer cites, in the order of their citations.
func documents(a *bot.Answer) (out []*retrieval.Document) {
	if a == nil {
		return nil
	}
	for _, c := range a.Citations {
		if c.Document != nil && !slices.Contains(out, c.Document) {
			out = append(out, c.Document)
		}
	}
	return out
}

// near returns, of the documents that were cited before, those that hold all names of the message, in their order; none
// where it speaks of something that they don't know.
func (r *Rewriter) near(m *message, cited []*retrieval.Document) (out []*retrieval.Document) {
	for _, d := range cited {
		if r.holds(d, m) {
			out = append(out, d)
		}
	}
	return out
}

func (r *Rewriter) holds(d *retrieval.Document, m *message) bool {
	if len(m.names) == 0 {
		return true
	}
	whole := wholeText(d)
	places, sounds := r.placesOf(whole), capitalSounds(whole)
	return !slices.ContainsFunc(m.names, func(n name) bool {
		switch n.kind {
		case placeName:
			return !places[n.place.ID]
		case yearName:
			return !strings.Contains(whole, m.spoken(n.from, n.end))
		}
		return slices.ContainsFunc(m.words[n.from:n.end], func(w word) bool {
			return m.says(w) && !soundsLike(m.text[w.start:w.end], sounds)
		})
	})
}

// maxDocumentBytes bounds what is read of a document for its names; articles are far shorter.
const maxDocumentBytes = 256 << 10

// wholeText is all that a document tells, its head included.
func wholeText(d *retrieval.Document) string {
	text := strings.ToValidUTF8(d.Text[:min(len(d.Text), maxDocumentBytes)], "")
	return strings.Join(slices.Concat([]string{d.Title, d.Date.Text}, d.Places, d.People, d.Organisations, []string{text}), "\n")
}

// placesOf are the places that a text names, with those that stand for one another: a region and its capital.
func (r *Rewriter) placesOf(text string) map[string]bool {
	out := map[string]bool{}
	for _, found := range r.parts.Places.Find(text, "") {
		out[found.Place.ID] = true
		for _, id := range found.Place.Related {
			out[id] = true
		}
	}
	return out
}

// capitalSounds are the sounds of a text's capitalised words, in which the spellings of a name meet across scripts.
func capitalSounds(text string) map[string]bool {
	return sounds(text, func(w word) bool { return w.capital })
}

// allSounds are those of all words: people type names without capitals.
func allSounds(text string) map[string]bool {
	return sounds(text, func(word) bool { return true })
}

func sounds(text string, wanted func(word) bool) map[string]bool {
	out := map[string]bool{}
	words, _ := cutWords(text)
	for _, w := range words {
		if wanted(w) {
			for _, k := range analysis.NameForms(text[w.start:w.end], retrieval.French) {
				out[analysis.Skeleton(k)] = true
			}
		}
	}
	return out
}

func soundsLike(word string, sounds map[string]bool) bool {
	return slices.ContainsFunc(analysis.NameForms(word, retrieval.French), func(k string) bool { return sounds[analysis.Skeleton(k)] })
}
