package answer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// draft is what a model answers.
type draft struct {
	Answerable *bool        `json:"answerable"`
	Claims     []draftClaim `json:"claims"`
}

type draftClaim struct {
	Text     string          `json:"text"`
	Evidence []draftEvidence `json:"evidence"`
}

type draftEvidence struct {
	ID    string `json:"id"`
	Quote string `json:"quote"`
}

// Bounds on a draft. A model that exceeds them did not understand what it was asked for.
const (
	maxDraftClaims   = 20
	maxClaimEvidence = 10
	maxDraftTextSize = 4 << 10 // bytes of one claim or quote
)

// ErrGarbled tells that a model's message is not the JSON that it was asked for.
var ErrGarbled = errors.New("not the JSON asked for")

// readDraft reads a model's message: one JSON object, bare or in a Markdown code fence, and nothing else. Half an object
// is an error, never half a draft.
func readDraft(message string) (draft, error) {
	text := unfence(strings.TrimSpace(strings.TrimPrefix(message, "\ufeff")))
	// A null, a list or a word would decode, or fail, without saying what is wrong.
	if !strings.HasPrefix(text, "{") {
		return draft{}, fmt.Errorf("%w: it does not begin with {", ErrGarbled)
	}
	reader := json.NewDecoder(strings.NewReader(text))
	var d draft
	if err := reader.Decode(&d); err != nil {
		return draft{}, fmt.Errorf("%w: %w", ErrGarbled, decodeFault(err))
	}
	if _, err := reader.Token(); !errors.Is(err, io.EOF) {
		return draft{}, fmt.Errorf("%w: something follows the object", ErrGarbled)
	}
	if d.Answerable == nil {
		return draft{}, fmt.Errorf("%w: answerable is missing", ErrGarbled)
	}
	if len(d.Claims) > maxDraftClaims {
		return draft{}, fmt.Errorf("%w: %d claims", ErrGarbled, len(d.Claims))
	}
	for i, c := range d.Claims {
		if len(c.Evidence) > maxClaimEvidence {
			return draft{}, fmt.Errorf("%w: claim %d has %d quotes", ErrGarbled, i+1, len(c.Evidence))
		}
		if len(c.Text) > maxDraftTextSize {
			return draft{}, fmt.Errorf("%w: claim %d has %d bytes", ErrGarbled, i+1, len(c.Text))
		}
		for _, e := range c.Evidence {
			if len(e.Quote) > maxDraftTextSize {
				return draft{}, fmt.Errorf("%w: claim %d has a quote of %d bytes", ErrGarbled, i+1, len(e.Quote))
			}
		}
	}
	return d, nil
}

// unfence takes off a Markdown code fence around the whole text, with or without a language on its first line.
func unfence(text string) string {
	const fence = "```"
	if !strings.HasPrefix(text, fence) || !strings.HasSuffix(text, fence) || len(text) < 2*len(fence) {
		return text
	}
	inside := text[len(fence) : len(text)-len(fence)]
	if language, rest, ok := strings.Cut(inside, "\n"); ok && !strings.Contains(language, "{") {
		inside = rest
	}
	return strings.TrimSpace(inside)
}

// decodeFault keeps what a decoder found out and leaves out what the model wrote.
func decodeFault(err error) error {
	var syntax *json.SyntaxError
	var form *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("it ends in the middle")
	case errors.As(err, &syntax):
		return fmt.Errorf("no JSON at byte %d", syntax.Offset)
	case errors.As(err, &form):
		return fmt.Errorf("%s has the wrong type", form.Field)
	}
	return errors.New("no JSON")
}
