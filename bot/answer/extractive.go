package answer

import (
	"context"
	"fmt"
	"slices"

	"passerelle/bot"
	"passerelle/retrieval"
)

// What an extractive answer shows. On development questions the third and fourth sentence raise the share of answers that
// hold the fact by about .1 together; sentences from several documents beat neighbours and paragraphs of the same length.
const (
	minQuotes = 2
	maxQuotes = 4
	// maxGap is how much worse than the best a sentence beyond the second may score; scores are the ranking's, where the
	// best of a corpus stands 2 to 8 above a sentence on another subject. On 196 development questions a language, 4 shows
	// as many facts as no bound at all, with .3 quotes less; 3 loses .01 to .05.
	maxGap     = 4.0
	maxNearest = 3 // documents named beside an answer that is none
)

// allUnknown is the share of unknown words from which nothing that was found can be about the question.
const allUnknown = .99

// Extractive answers by quoting: no model, no network. It is safe for concurrent use.
type Extractive struct {
	searcher retrieval.Searcher
}

// NewExtractive makes an Extractive over a searcher.
func NewExtractive(s retrieval.Searcher) *Extractive {
	return &Extractive{searcher: s}
}

// Answer implements bot.Answerer.
func (e *Extractive) Answer(ctx context.Context, q bot.Question) (bot.Answer, error) {
	tell(q, bot.Progress{Step: bot.Searching, Language: q.Language})
	r, err := e.searcher.Search(ctx, retrieval.Query{Text: q.Text, Language: q.Language, Filter: q.Filter, Near: q.Near})
	if err != nil {
		return bot.Answer{}, fmt.Errorf("search: %w", err)
	}
	r.Sentences = beyond(r.Sentences, q.Beyond)
	return e.FromResult(r), nil
}

// beyond leaves the sentences of which a reader has seen nothing.
func beyond(sentences []retrieval.SentenceHit, seen []bot.Citation) []retrieval.SentenceHit {
	if len(seen) == 0 {
		return sentences
	}
	return slices.DeleteFunc(slices.Clone(sentences), func(s retrieval.SentenceHit) bool {
		return slices.ContainsFunc(seen, func(c bot.Citation) bool {
			return c.Document.ID == s.Document.ID && c.Start < s.End && s.Start < c.End
		})
	})
}

// FromResult makes the answer of what was found.
func (e *Extractive) FromResult(r retrieval.Result) bot.Answer {
	a := bot.Answer{Mode: bot.Extractive, Language: r.Language, Unknown: r.Signals.UnknownNames, Notice: searchNotice(r.Warning)}
	a.Status = status(r)
	if a.Status != bot.Answered {
		for _, d := range r.Documents[:min(maxNearest, len(r.Documents))] {
			a.Nearest = append(a.Nearest, d.Document)
		}
	}
	if a.Status == bot.Refused {
		return a
	}
	for i, s := range r.Sentences {
		if i >= maxQuotes || i >= minQuotes && r.Sentences[0].Score-s.Score > maxGap {
			break
		}
		a.Claims = append(a.Claims, bot.Claim{Text: s.Text(), Citations: []int{i + 1}})
		a.Citations = append(a.Citations, bot.Citation{N: i + 1, Document: s.Document, Passage: s.Passage.ID, Span: s.Span, Instructs: instructs(s.Passage.Text)})
	}
	return a
}

// searchNotice tells a reader what the search had to do without.
func searchNotice(w retrieval.SearcherNotice) bot.Notice {
	switch w {
	case retrieval.WithoutMeaning:
		return bot.NoticeWithoutMeaning
	case retrieval.PartialMeaning:
		return bot.NoticePartialMeaning
	}
	return ""
}

func status(r retrieval.Result) bot.Status {
	switch {
	case r.Signals.Told:
		return bot.Answered
	case len(r.Sentences) == 0, r.Signals.Unknown > allUnknown, r.Signals.Answerable < refuseBelow:
		return bot.Refused
	case r.Signals.Answerable < answerFrom:
		return bot.Related
	}
	return bot.Answered
}

// hopeless tells a search of which nothing is worth reading.
func hopeless(r retrieval.Result) bool {
	return len(r.Sentences) == 0 || r.Signals.Unknown > allUnknown || r.Signals.Answerable < unreadBelow
}

// Thresholds on retrieval.Signals.Answerable (a logit), the same for all languages: the signals are weighed per language.
// Chosen on the development questions that the signals' weights were learned on (360 answerable, 180 not): below
// refuseBelow fall 2 to 4 % of the answerable of each language, below answerFrom 15 %.
const (
	refuseBelow = -0.9
	answerFrom  = 0.0

	// unreadBelow is where a model is not asked either: of those 360 questions none falls below it. Between the two a search
	// that refuses may be wrong, and a model that reads the passages can tell.
	unreadBelow = -2.0
)
