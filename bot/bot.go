// Package bot is what a conversation is: questions, answers, claims, citations, commands, and the Service that serves
// them. It knows no Discord, no terminal and no HTTP; those bring an Invocation in and carry a Reply out.
package bot

import (
	"context"

	"passerelle/retrieval"
)

// Question is what a person asks.
type Question struct {
	Text     string
	Language string // retrieval.French, Russian, English, or "" to find out from Text
	Who      string // opaque id of the person, for limits; "" in a terminal
	Where    string // opaque id of the guild or conversation, for limits
	Earlier  []Turn // earlier turns of the conversation, oldest first
	Filter   retrieval.Filter
	Quotes   bool // quotes alone: no model is asked
	// Beyond are the quotes that the person has seen: only others are wanted, and no model is asked.
	Beyond []Citation
	Near   []string // ids of the documents that the conversation is about, as retrieval.Query.Near; set by the Service
	// Progress is told each step of the answer, one after another and before Answer returns; it must not wait. nil for
	// nobody who would look.
	Progress func(Progress)
}

// Turn is one earlier question of a conversation with the answer it got.
type Turn struct {
	Question string
	Answer   *Answer
	// Leans tells that the question was searched as another that Answer does not tell: it held words of somebody else, and
	// is made again of the turns before.
	Leans bool
}

// Status says what an Answer is worth.
type Status string

// The three outcomes of a question.
const (
	Answered Status = "answered" // the claims answer
	Related  Status = "related"  // the claims are what the articles say about the subject; nothing says that they answer
	Refused  Status = "refused"  // nothing found; Nearest names what comes closest
)

// Mode says how the claims were made.
type Mode string

// Modes of an Answer.
const (
	Extractive Mode = "extractive" // each claim is a quote
	Generative Mode = "generative" // a model wrote the claims, each proven by quotes
)

// Notice names something a reader must be told about how the answer came about; bot/locale has its words. "" is nothing.
type Notice string

// Notices of an Answer.
const (
	NoticeModelTimeout   Notice = "model_timeout"   // the model did not answer in time
	NoticeModelBusy      Notice = "model_busy"      // 429
	NoticeModelDown      Notice = "model_down"      // 5xx or no connection
	NoticeModelRefused   Notice = "model_refused"   // another 4xx: key, model name or request not accepted
	NoticeModelGarbled   Notice = "model_garbled"   // truncated, not JSON, not the form asked for
	NoticeModelUnproven  Notice = "model_unproven"  // it answered, and nothing of it could be proven
	NoticeModelPartly    Notice = "model_partly"    // some of its claims could not be proven and are left out
	NoticeWithoutMeaning Notice = "without_meaning" // words alone were searched
	NoticePartialMeaning Notice = "partial_meaning" // some documents were searched by words alone
)

// Answer is what the Service says to a Question. Every Claim has at least one Citation.
type Answer struct {
	Status    Status
	Mode      Mode
	Language  string // of the question, and of all texts around the quotes
	Notice    Notice
	Claims    []Claim
	Citations []Citation
	// Nearest are the documents that one could ask about: instead, the nearest ones, best first; next, those that an
	// Answered question was answered from, where somebody may ask on.
	Nearest   []*retrieval.Document
	Places    []string // of Nearest: those that /delegation tells of, in the language
	Unknown   []string // names of the question that no document has
	Dropped   int      // claims of a model that are left out, for they could not be proven
	Rewritten string   // the question as it was searched, where the conversation made another of it; else ""
}

// Claim is one sentence of an answer.
type Claim struct {
	Text      string
	Citations []int   // numbers of the citations that prove it
	Checks    []Check // of its proof, in the order in which they were made; nil where none was made
}

// Check is one part of a claim's proof. Its texts are for operators, in English.
type Check struct {
	Name   string // as package bot/cite names its checks: "evidence", "numbers", …
	OK     bool
	Looked string // what was looked at; "" where the check does not say
	Why    string // what failed; "" when OK
}

// Citation leads from a claim to the exact bytes of a document.
type Citation struct {
	N        int // from 1
	Document *retrieval.Document
	Passage  string // its id
	retrieval.Span
	// Instructs tells that the passage gives orders to a program that reads it, as texts do that were meant to mislead one.
	// It is text like any other, and readers are told.
	Instructs bool
}

// Quote returns the cited bytes.
func (c Citation) Quote() string { return c.Document.Text[c.Start:c.End] }

// Answerer makes an Answer. An error means that not even a refusal could be made (the index is gone, ctx is done);
// a model that fails is not an error but a Notice.
type Answerer interface {
	Answer(ctx context.Context, q Question) (Answer, error)
}
