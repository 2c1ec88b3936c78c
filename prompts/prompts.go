// Package prompts holds what is said to a language model: one text file a prompt, and the code that fills it in. Texts of
// documents and of people are escaped, so that nothing in them can close the element that they stand in.
package prompts

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"text/template"
	"unicode/utf8"
)

//go:embed answer_system.txt answer_user.txt answer_examples.json answer_schema.json
var files embed.FS

// Message is one message of a prompt.
type Message struct {
	Role    string // "system", "user" or "assistant"
	Content string
}

// Answer fills in the prompt that asks for an answer.
type Answer struct {
	Today    string // ISO 8601 date
	Language string // of the claims: "fr", "ru" or "en"
	Question string
	Earlier  []Exchange // earlier turns of the conversation, oldest first
	Passages []Passage  // best first
}

// Exchange is an earlier question with its answer.
type Exchange struct{ Question, Answer string }

// Passage is a passage as the model reads it.
type Passage struct {
	ID    string // unguessable and new for each request
	Date  string // ISO 8601, or a period of two such dates; "" when not known
	Title string
	Text  string
}

// languageNames are written so that models of any schooling understand them.
var languageNames = map[string]string{
	"fr": "French (français)",
	"ru": "Russian (русский)",
	"en": "English",
}

// Messages renders the prompt: the rules, two worked examples as turns (small models follow those better than examples
// among the rules), and last the user's message with the passages.
func (a Answer) Messages() ([]Message, error) {
	system, err := files.ReadFile("answer_system.txt")
	if err != nil {
		return nil, fmt.Errorf("prompt: %w", err)
	}
	out := []Message{{"system", strings.TrimSpace(string(system))}}
	examples, err := answerExamples()
	if err != nil {
		return nil, err
	}
	for _, e := range examples {
		asked, err := e.Answer.user()
		if err != nil {
			return nil, err
		}
		out = append(out, Message{"user", asked}, Message{"assistant", e.reply})
	}
	last, err := a.user()
	if err != nil {
		return nil, err
	}
	return append(out, Message{"user", last}), nil
}

// AnswerSchema is the JSON schema of the reply that Answer asks for.
func AnswerSchema() (json.RawMessage, error) {
	schema, err := files.ReadFile("answer_schema.json")
	if err != nil {
		return nil, fmt.Errorf("prompt: %w", err)
	}
	var out bytes.Buffer
	if err := json.Compact(&out, schema); err != nil {
		return nil, fmt.Errorf("prompt answer_schema.json: %w", err)
	}
	return out.Bytes(), nil
}

func (a Answer) user() (string, error) {
	name, known := languageNames[a.Language]
	if !known {
		return "", fmt.Errorf("prompt: language %q is none of fr, ru, en", a.Language)
	}
	t, err := template.New("answer_user.txt").Funcs(template.FuncMap{"text": escapeText, "attr": escapeAttribute}).
		Option("missingkey=error").ParseFS(files, "answer_user.txt")
	if err != nil {
		return "", fmt.Errorf("prompt: %w", err)
	}
	a.Language = name
	var out strings.Builder
	if err := t.Execute(&out, a); err != nil {
		return "", fmt.Errorf("prompt: %w", err)
	}
	return strings.TrimSpace(out.String()), nil
}

type example struct {
	Answer
	reply string
}

func answerExamples() ([]example, error) {
	file, err := files.ReadFile("answer_examples.json")
	if err != nil {
		return nil, fmt.Errorf("prompt: %w", err)
	}
	var rows []struct {
		Today, Language, Question string
		Passages                  []Passage
		Answer                    json.RawMessage
	}
	if err := json.Unmarshal(file, &rows); err != nil {
		return nil, fmt.Errorf("prompt answer_examples.json: %w", err)
	}
	var out []example
	for _, r := range rows {
		var reply bytes.Buffer
		if err := json.Compact(&reply, r.Answer); err != nil {
			return nil, fmt.Errorf("prompt answer_examples.json: %w", err)
		}
		out = append(out, example{
			Answer: Answer{Today: r.Today, Language: r.Language, Question: r.Question, Passages: r.Passages},
			reply:  reply.String(),
		})
	}
	return out, nil
}

// Only what could end an element or an attribute is escaped: a model copies quotes from the text as it reads it, and
// l&#39;accord would come back so.
var (
	textEscapes      = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	attributeEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\n", " ", "\r", " ", "\t", " ")
)

func escapeText(s string) string { return textEscapes.Replace(legalXML(s)) }

func escapeAttribute(s string) string { return attributeEscapes.Replace(legalXML(s)) }

// legalXML puts a space for what XML 1.0 allows nowhere (its production 2, Char).
func legalXML(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r',
			r >= 0x20 && r <= 0xD7FF,
			r >= 0xE000 && r <= 0xFFFD && r != utf8.RuneError,
			r >= 0x10000:
			return r
		}
		return ' '
	}, s)
}
