package ingest

import (
	"strconv"

	"passerelle/retrieval"
)

// Bounds of a passage in words. A document of fewer than minPassageWords is one passage.
const (
	minPassageWords = 40
	maxPassageWords = 120
)

// Passages divides a document into stretches of whole sentences, of about 40 to 120 words. A passage ends with a
// paragraph where that leaves it long enough, goes on into the next where it is too short, and begins with the last
// sentence of the one before, except where the two sentences alone would be more than a passage holds.
func Passages(doc *retrieval.Document) []retrieval.Passage {
	var sentences []retrieval.Span
	var paragraph []int // of each sentence
	for i, block := range blocks(doc.Text) {
		sentences = appendSentences(sentences, doc.Text, block)
		for len(paragraph) < len(sentences) {
			paragraph = append(paragraph, i)
		}
	}
	// before[i] is the number of words before sentence i.
	before := make([]int, len(sentences)+1)
	for i, s := range sentences {
		before[i+1] = before[i] + len(words(doc.Text, s))
	}
	count := func(from, to int) int { return before[to] - before[from] }

	var passages []retrieval.Passage
	for first, fresh := 0, 0; fresh < len(sentences); {
		end := fresh + 1
		for end < len(sentences) && count(first, end+1) <= maxPassageWords {
			if count(fresh, end) >= minPassageWords && paragraph[end] != paragraph[end-1] {
				break
			}
			end++
		}
		if count(end, len(sentences)) < minPassageWords && count(first, len(sentences)) <= maxPassageWords {
			end = len(sentences)
		}
		if end == len(sentences) {
			// The last one may be short; it takes more from before.
			for first > 0 && count(first, end) < minPassageWords && count(first-1, end) <= maxPassageWords {
				first--
			}
		}
		passages = append(passages, passage(doc, len(passages)+1, sentences[first:end:end]))
		fresh, first = end, end
		if end < len(sentences) && count(end-1, end+1) <= maxPassageWords {
			first = end - 1
		}
	}
	return passages
}

func passage(doc *retrieval.Document, number int, sentences []retrieval.Span) retrieval.Passage {
	start, end := sentences[0].Start, sentences[len(sentences)-1].End
	return retrieval.Passage{
		ID:        doc.ID + "#" + strconv.Itoa(number),
		Document:  doc.ID,
		Start:     start,
		End:       end,
		Text:      doc.Text[start:end],
		Sentences: sentences,
	}
}
