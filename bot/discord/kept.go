package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"

	"passerelle/bot"
	"passerelle/retrieval"
)

// keptAnswer is an answer as it is kept for its buttons and for the questions that follow it. Who asked is in the note
// alone: moderators get the body when they export votes.
type keptAnswer struct {
	Question    string         `json:"question"`
	Rewritten   string         `json:"rewritten,omitempty"` // "" where it holds words of others, who may ask to be forgotten
	Leans       bool           `json:"leans,omitempty"`     // it was rewritten, and Rewritten does not tell how
	Status      bot.Status     `json:"status"`
	Mode        bot.Mode       `json:"mode"`
	Language    string         `json:"language"`
	Claims      []keptClaim    `json:"claims"`
	Citations   []keptCitation `json:"citations"`
	Suggestions []string       `json:"suggestions,omitempty"`
	Messages    []string       `json:"messages,omitempty"` // ids of the messages before the last, where there are several
}

type keptClaim struct {
	Text      string `json:"text"`
	Citations []int  `json:"citations"`
}

// keptCitation is a place in a document. Sum is of the bytes that stood there, for the document may be another by now.
type keptCitation struct {
	N        int    `json:"n"`
	Document string `json:"document"`
	Passage  string `json:"passage"`
	Start    int    `json:"start"`
	End      int    `json:"end"`
	Sum      uint64 `json:"sum"`
}

// keep is an answer as it is kept; shared tells that others took part in the conversation before it.
func keep(question string, a *bot.Answer, suggestions []string, shared bool) keptAnswer {
	k := keptAnswer{
		Question: question, Rewritten: a.Rewritten, Status: a.Status, Mode: a.Mode, Language: a.Language, Suggestions: suggestions,
		Claims: []keptClaim{}, Citations: []keptCitation{},
	}
	if shared && a.Rewritten != "" {
		k.Rewritten, k.Leans = "", true
	}
	for _, c := range a.Claims {
		k.Claims = append(k.Claims, keptClaim{c.Text, c.Citations})
	}
	for _, c := range a.Citations {
		k.Citations = append(k.Citations, keptCitation{c.N, c.Document.ID, c.Passage, c.Start, c.End, sum(c.Quote())})
	}
	return k
}

func sum(quote string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(quote)) // a hash takes everything
	return h.Sum64()
}

// searched is the question as it was searched.
func (k keptAnswer) searched() string {
	if k.Rewritten != "" {
		return k.Rewritten
	}
	return k.Question
}

// restore makes the answer again; what its documents do not say any more is left out.
func (k keptAnswer) restore(l Library) *bot.Answer {
	a := &bot.Answer{Status: k.Status, Mode: k.Mode, Language: k.Language, Rewritten: k.Rewritten}
	for _, c := range k.Claims {
		a.Claims = append(a.Claims, bot.Claim{Text: c.Text, Citations: c.Citations})
	}
	for _, c := range k.Citations {
		if citation, ok := c.restore(l); ok {
			a.Citations = append(a.Citations, citation)
		}
	}
	return a
}

func (k keptCitation) restore(l Library) (bot.Citation, bool) {
	if l == nil {
		return bot.Citation{}, false
	}
	d, ok := l.Document(k.Document)
	if !ok || k.Start < 0 || k.End > len(d.Text) || k.Start >= k.End || sum(d.Text[k.Start:k.End]) != k.Sum {
		return bot.Citation{}, false
	}
	return bot.Citation{N: k.N, Document: d, Passage: k.Passage, Span: retrieval.Span{Start: k.Start, End: k.End}}, true
}

// keepAnswer keeps an answer under the id of its question.
func (r *run) keepAnswer(ctx context.Context, a asked, k keptAnswer) error {
	body, err := json.Marshal(k)
	if err != nil {
		return fmt.Errorf("keep an answer: %w", err)
	}
	return r.notes.KeepAnswer(ctx, bot.Note{Key: a.in.ID, Guild: a.in.Guild, Who: a.in.Who, At: a.in.At, Body: body})
}

// keptAnswer finds the answer to a question; false where it is kept no more.
func (r *run) keptAnswer(ctx context.Context, question string) (bot.Note, keptAnswer, bool) {
	n, ok, err := r.notes.Answer(ctx, question)
	if err != nil {
		r.log.Error("discord answer not read", "error", err)
		return n, keptAnswer{}, false
	}
	var k keptAnswer
	if !ok || json.Unmarshal(n.Body, &k) != nil {
		return n, k, false
	}
	return n, k, true
}
