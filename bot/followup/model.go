package followup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"passerelle/bot"
	"passerelle/prompts"
	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
)

// Model is a language model.
type Model interface {
	// Reply returns the model's message, which is to be JSON of the schema and is checked all the same. The text of an
	// error may be logged.
	Reply(ctx context.Context, messages []prompts.Message, schema json.RawMessage) (string, error)
}

// DefaultTimeout bounds the model's rewriting: what comes after it, the answer itself, needs the rest of half a minute.
const DefaultTimeout = 5 * time.Second

// Bounds on what goes into the request and what is taken out of the reply.
const (
	maxEarlierQuestions = 4
	maxEarlierRunes     = 600
	maxTitles           = 3
	maxTitleRunes       = 300
	maxRewrittenRunes   = 500
	maxReplyBytes       = 16 << 10
)

// ask has the model rewrite a message. An error says why its question is not taken.
func (r *Rewriter) ask(ctx context.Context, q bot.Question, cited []*retrieval.Document) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, r.parts.Timeout)
	defer cancel()
	prompt := prompts.Rewrite{Language: q.Language, Message: q.Text}
	for _, t := range q.Earlier[max(0, len(q.Earlier)-maxEarlierQuestions):] {
		prompt.Earlier = append(prompt.Earlier, cut(t.Question, maxEarlierRunes))
	}
	cited = cited[:min(len(cited), maxTitles)]
	for _, d := range cited {
		prompt.Titles = append(prompt.Titles, cut(d.Title, maxTitleRunes))
	}
	messages, err := prompt.Messages()
	if err != nil {
		return "", err
	}
	reply, err := r.parts.Model.Reply(ctx, messages, r.schema)
	if err != nil {
		return "", err
	}
	text, err := readReply(reply)
	if err != nil {
		return "", err
	}
	if analysis.DetectLanguageOr(text, q.Language) != q.Language {
		return "", errors.New("the model's question is in another language than the message")
	}
	return text, r.invents(text, q, cited)
}

func cut(s string, runes int) string {
	if r := []rune(s); len(r) > runes {
		return string(r[:runes])
	}
	return s
}

// readReply reads {"question": "…"} and nothing else. Errors do not hold what the model wrote.
func readReply(reply string) (string, error) {
	if len(reply) > maxReplyBytes {
		return "", fmt.Errorf("the model's reply is longer than %d bytes", maxReplyBytes)
	}
	decoder := json.NewDecoder(strings.NewReader(reply))
	decoder.DisallowUnknownFields()
	var out struct {
		Question string `json:"question"`
	}
	if err := decoder.Decode(&out); err != nil {
		return "", errors.New("the model's reply is not the JSON asked for")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return "", errors.New("something follows the JSON of the model's reply")
	}
	text := strings.TrimSpace(out.Question)
	switch {
	case !strings.ContainsFunc(text, unicode.IsLetter):
		return "", errors.New("the model's question is empty")
	case utf8.RuneCountInString(text) > maxRewrittenRunes:
		return "", fmt.Errorf("the model's question is longer than %d letters", maxRewrittenRunes)
	case strings.ContainsFunc(text, func(c rune) bool { return unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) }):
		return "", errors.New("the model's question holds control characters")
	}
	return text, nil
}

// invents returns an error where a question has a name or a number that stands neither in the conversation nor in the
// documents that were cited.
func (r *Rewriter) invents(text string, q bot.Question, cited []*retrieval.Document) error {
	said := []string{q.Text}
	for _, t := range q.Earlier {
		said = append(said, t.Question)
	}
	for _, d := range cited {
		said = append(said, wholeText(d))
	}
	known := strings.Join(said, "\n")
	m := r.read(text, q.Language)
	places, sounds := r.placesOf(known), allSounds(known)
	_, words := cutWords(known)
	for i, w := range m.words {
		switch {
		case strings.ContainsFunc(w.folded, unicode.IsDigit):
			if !slices.Contains(words, w.folded) {
				return errors.New("the model's question has a number of its own")
			}
		case w.first && w.capital && !m.says(w), w.first && m.rules.at(preposition, m.folded[:i+1], i) > 0:
		case w.capital && !m.within(i, placeName) && !slices.Contains(words, w.folded) && !soundsLike(text[w.start:w.end], sounds):
			return errors.New("the model's question has a name of its own")
		}
	}
	for _, n := range m.names {
		if n.kind == placeName && !places[n.place.ID] {
			return errors.New("the model's question has a place of its own")
		}
	}
	return nil
}

// within tells that a word is part of a name of a kind.
func (m *message) within(i int, k nameKind) bool {
	return slices.ContainsFunc(slices.Concat(m.names, m.weak), func(n name) bool { return n.kind == k && n.from <= i && i < n.end })
}
