// Package llm asks a language model behind any OpenAI-compatible chat-completions API. It knows nothing of passages or
// proofs: text goes in, text comes out, and everything that can go wrong with a server on the way is one of five kinds.
//
// A server that can be told to fail in each of these ways is in llmtest.
package llm

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Model writes the next message of a conversation. It is safe for concurrent use.
type Model interface {
	// Complete returns the whole message or an error, never a part of a message. The error is an *Error, or wraps
	// ctx.Err() when the caller gave up. It leaves nothing behind; the caller may ask again.
	Complete(ctx context.Context, r Request) (Response, error)
}

// Roles of a Message.
const (
	System    = "system"
	User      = "user"
	Assistant = "assistant"
)

// Message is one message of a conversation.
type Message struct{ Role, Content string }

// Request is what a model is asked.
type Request struct {
	Messages []Message
	// Schema is the JSON schema of the message wanted; nil for free text. How much of it reaches the server depends on
	// Config.ResponseFormat, so the message must be checked all the same.
	Schema     json.RawMessage
	SchemaName string // letters, digits, _ and -; required with Schema
	// OnText is called with each piece of the message as it comes, before Complete returns and by whoever called it; once
	// with the whole where the server sends it in one piece. What it was given before an error is no message. nil for none.
	OnText func(piece string)
}

// Response is a model's message.
type Response struct {
	Text                           string
	Model                          string // as the server names it
	PromptTokens, CompletionTokens int    // as the server counts them; 0 when it does not say
}

// Kind says what went wrong, as far as a caller decides on it.
type Kind int

// Kinds of Error.
const (
	Timeout Kind = iota + 1 // no whole message in time
	Busy                    // 429
	Down                    // 5xx, no connection, or a connection that broke
	Refused                 // another status: key, model name or request not accepted
	Garbled                 // not a chat completion, or one that was cut short
)

// String names the kind for a log.
func (k Kind) String() string {
	switch k {
	case Timeout:
		return "timeout"
	case Busy:
		return "busy"
	case Down:
		return "down"
	case Refused:
		return "refused"
	case Garbled:
		return "garbled"
	default:
		return fmt.Sprintf("kind %d", int(k))
	}
}

// Error is a model's failure. Its text holds nothing that the server wrote, so it may be logged.
type Error struct {
	Kind       Kind
	Status     int           // HTTP status; 0 when there was none
	RetryAfter time.Duration // as the server asked; negative when it did not
	Why        string        // what was wrong, in our words
	// Detail is the server's own message: cut short, without control characters and without the key. It may repeat
	// what was asked, so it belongs in front of an operator (doctor) or in a debug log only.
	Detail string
	Err    error // the cause, if any
}

// Error implements error.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "model %s", e.Kind)
	if e.Status != 0 {
		fmt.Fprintf(&b, ": status %d", e.Status)
	}
	if e.Why != "" {
		b.WriteString(": " + e.Why)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
