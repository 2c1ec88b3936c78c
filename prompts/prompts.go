// Package prompts holds what is said to a language model: one text file a prompt, and the code that fills it in. Texts of
// documents and of people are escaped, so that nothing in them can close the element that they stand in.
package prompts

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"strings"
)

//go:embed *.txt *.json
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
	Dropped  []Fault    // claims of a reply to the same question, to be mended; nil for the first reply
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

// Fault is a claim that was dropped, and why.
type Fault struct{ Claim, Why string }

// Messages renders the prompt: the rules, worked examples as turns (small models follow those better than examples among
// the rules) of which one is rejected and repaired, and last the user's message with the passages.
func (a Answer) Messages() ([]Message, error) {
	rules, err := text("answer_system.txt")
	if err != nil {
		return nil, err
	}
	out := []Message{{"system", rules}}
	examples, err := answerExamples()
	if err != nil {
		return nil, err
	}
	for _, e := range examples {
		turns, err := e.messages()
		if err != nil {
			return nil, err
		}
		out = append(out, turns...)
	}
	last, err := a.user()
	if err != nil {
		return nil, err
	}
	return append(out, Message{"user", last}), nil
}

// AnswerSchema is the JSON schema of the reply that Answer asks for.
func AnswerSchema() (json.RawMessage, error) { return schema("answer_schema.json") }

// Judge fills in the prompt that asks whether quotes state a claim.
type Judge struct {
	Claim  string
	Quotes []Passage // their ids are not told
}

// Messages renders the prompt.
func (j Judge) Messages() ([]Message, error) {
	rules, err := text("judge_system.txt")
	if err != nil {
		return nil, err
	}
	asked, err := fill("judge_user.txt", j)
	if err != nil {
		return nil, err
	}
	return []Message{{"system", rules}, {"user", asked}}, nil
}

// JudgeSchema is the JSON schema of the reply that Judge asks for.
func JudgeSchema() (json.RawMessage, error) { return schema("judge_schema.json") }

func (a Answer) user() (string, error) {
	name, err := languageName(a.Language)
	if err != nil {
		return "", err
	}
	a.Language = name
	return fill("answer_user.txt", a)
}

// example is a worked conversation; of several replies, the claims of the first were dropped.
type example struct {
	Today, Language, Question string
	Passages                  []Passage
	Replies                   []json.RawMessage
	Dropped                   []Fault
}

func (e example) messages() ([]Message, error) {
	asked := Answer{Today: e.Today, Language: e.Language, Question: e.Question, Passages: e.Passages}
	var out []Message
	for _, r := range e.Replies {
		said, err := asked.user()
		if err != nil {
			return nil, err
		}
		var reply bytes.Buffer
		if err := json.Compact(&reply, r); err != nil {
			return nil, fmt.Errorf("prompt answer_examples.json: %w", err)
		}
		out = append(out, Message{"user", said}, Message{"assistant", reply.String()})
		asked.Dropped = e.Dropped
	}
	return out, nil
}

func answerExamples() ([]example, error) {
	file, err := files.ReadFile("answer_examples.json")
	if err != nil {
		return nil, fmt.Errorf("prompt: %w", err)
	}
	var out []example
	if err := json.Unmarshal(file, &out); err != nil {
		return nil, fmt.Errorf("prompt answer_examples.json: %w", err)
	}
	return out, nil
}

func languageName(code string) (string, error) {
	// Written so that models of any schooling understand them.
	switch code {
	case "fr":
		return "French (français)", nil
	case "ru":
		return "Russian (русский)", nil
	case "en":
		return "English", nil
	}
	return "", fmt.Errorf("prompt: language %q is none of fr, ru, en", code)
}

func text(name string) (string, error) {
	file, err := files.ReadFile(name)
	if err != nil {
		return "", fmt.Errorf("prompt: %w", err)
	}
	return strings.TrimSpace(string(file)), nil
}

func schema(name string) (json.RawMessage, error) {
	file, err := files.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("prompt: %w", err)
	}
	var out bytes.Buffer
	if err := json.Compact(&out, file); err != nil {
		return nil, fmt.Errorf("prompt %s: %w", name, err)
	}
	return out.Bytes(), nil
}
