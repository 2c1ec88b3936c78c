package answer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
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
	maxDraftDepth    = 32      // of nested lists and objects
	maxFenceBytes    = 64      // of what may stand before the object: a byte order mark, a code fence
)

// ErrGarbled tells that a model's message is not the JSON that it was asked for.
var ErrGarbled = errors.New("not the JSON asked for")

func garbled(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrGarbled, fmt.Sprintf(format, args...))
}

// draftReader reads a draft while it is being written: one JSON object, bare or in a Markdown code fence, and nothing
// else. Each claim is given to claim as soon as its last brace has come. What comes in how many pieces makes no
// difference; only finish tells whether it all was a draft.
type draftReader struct {
	claim func(draftClaim)

	text  []byte
	at    int // bytes of text that were looked at
	begin int // of the object; meaningful unless before
	end   int // behind the object; 0 while it lasts
	err   error

	before  bool // the object has not begun
	fenced  bool
	depth   int
	quoted  bool // within a string
	escaped bool // behind a backslash in one
	first   int  // where the string, or at depth 1 the value, begins
	element int  // where the claim that is being read begins; 0 for none
	key     string
	hasKey  bool // the field's name is known, what comes is its value

	draft draft
	seen  map[string]bool // fields that have come
}

func newDraftReader(claim func(draftClaim)) *draftReader {
	return &draftReader{claim: claim, before: true, seen: map[string]bool{}}
}

// answerable tells that the draft has said so already.
func (d *draftReader) answerable() bool { return d.draft.Answerable != nil && *d.draft.Answerable }

// write reads on.
func (d *draftReader) write(piece string) {
	if d.err != nil {
		return
	}
	d.text = append(d.text, piece...)
	if d.before {
		d.err = d.start()
	}
	for ; d.err == nil && !d.before && d.end == 0 && d.at < len(d.text); d.at++ {
		d.err = d.step(d.text[d.at])
	}
}

// start finds the object's first brace.
func (d *draftReader) start() error {
	brace := bytes.IndexByte(d.text, '{')
	if brace < 0 && len(bytes.TrimSpace(d.text)) <= maxFenceBytes {
		return nil
	}
	head := strings.TrimSpace(strings.TrimPrefix(string(d.text[:max(brace, 0)]), "\ufeff"))
	language, fenced := strings.CutPrefix(head, "```")
	if brace < 0 || head != "" && (!fenced || strings.ContainsAny(language, " \t\n`")) {
		return garbled("it does not begin with {")
	}
	d.before, d.fenced, d.begin, d.at = false, fenced, brace, brace
	return nil
}

// step takes one byte of the object. It knows just enough of JSON to tell where fields and claims end; whether what stands
// between is JSON is for the decoder to say.
func (d *draftReader) step(c byte) error {
	switch {
	case d.escaped:
		d.escaped = false
		return nil
	case d.quoted && c == '\\':
		d.escaped = true
		return nil
	case d.quoted && c == '"':
		d.quoted = false
		if d.depth == 1 && !d.hasKey {
			return d.name(d.text[d.first : d.at+1])
		}
		return nil
	case d.quoted:
		return nil
	}
	switch c {
	case '"':
		d.quoted = true
		if d.depth == 1 && !d.hasKey {
			d.first = d.at
		}
	case ':':
		if d.depth == 1 && d.hasKey && d.first < 0 {
			d.first = d.at + 1
		}
	case '{', '[':
		if c == '{' && d.depth == 2 && d.key == "claims" && d.element == 0 {
			d.element = d.at
		}
		if d.depth++; d.depth > maxDraftDepth {
			return garbled("it is nested more than %d deep", maxDraftDepth)
		}
	case ',':
		if d.depth == 1 {
			return d.field()
		}
	case '}', ']':
		return d.close()
	}
	return nil
}

// name takes the name of a field, the colon of which is still to come.
func (d *draftReader) name(quoted []byte) error {
	if err := json.Unmarshal(quoted, &d.key); err != nil {
		return garbled("no JSON in the name of a field")
	}
	d.hasKey, d.first = true, -1
	return nil
}

// close ends a list or an object: a claim, the draft itself, or what is of no concern.
func (d *draftReader) close() error {
	if d.depth == 1 {
		if err := d.field(); err != nil {
			return err
		}
		d.end = d.at + 1
	}
	d.depth--
	if d.depth != 2 || d.element == 0 {
		return nil
	}
	raw := d.text[d.element : d.at+1]
	d.element = 0
	return d.take(raw)
}

// take reads one claim.
func (d *draftReader) take(raw []byte) error {
	var c draftClaim
	if err := json.Unmarshal(raw, &c); err != nil {
		return fmt.Errorf("%w: %w", ErrGarbled, decodeFault(err))
	}
	n := len(d.draft.Claims) + 1
	switch {
	case n > maxDraftClaims:
		return garbled("more than %d claims", maxDraftClaims)
	case len(c.Evidence) > maxClaimEvidence:
		return garbled("claim %d has %d quotes", n, len(c.Evidence))
	case len(c.Text) > maxDraftTextSize:
		return garbled("claim %d has %d bytes", n, len(c.Text))
	}
	for _, e := range c.Evidence {
		if len(e.Quote) > maxDraftTextSize {
			return garbled("claim %d has a quote of %d bytes", n, len(e.Quote))
		}
	}
	d.draft.Claims = append(d.draft.Claims, c)
	d.claim(c)
	return nil
}

// field ends a field of the draft.
func (d *draftReader) field() error {
	key, known := d.key, d.hasKey
	d.key, d.hasKey = "", false
	if !known || d.first < 0 {
		return nil // no JSON, as the decoder will find
	}
	if d.seen[key] {
		return garbled("a field stands there twice")
	}
	d.seen[key] = true
	value := d.text[d.first:d.at]
	switch key {
	case "answerable":
		if err := json.Unmarshal(value, &d.draft.Answerable); err != nil {
			return garbled("answerable has the wrong type")
		}
	case "claims":
		var list []json.RawMessage
		if err := json.Unmarshal(value, &list); err != nil || len(list) != len(d.draft.Claims) {
			return garbled("claims has the wrong type")
		}
	}
	return nil
}

// finish returns the draft when all of it has come. Half an object is an error, never half a draft.
func (d *draftReader) finish() (draft, error) {
	switch {
	case d.err != nil:
		return draft{}, d.err
	case d.before:
		return draft{}, garbled("it does not begin with {")
	case d.end == 0:
		return draft{}, garbled("it ends in the middle")
	}
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(d.text[d.begin:d.end], &whole); err != nil {
		return draft{}, fmt.Errorf("%w: %w", ErrGarbled, decodeFault(err))
	}
	rest := strings.TrimSpace(string(d.text[d.end:]))
	closed := strings.TrimPrefix(rest, "```")
	switch {
	case d.fenced && closed == rest:
		return draft{}, garbled("its code fence is not closed")
	case d.fenced && closed != "" || !d.fenced && rest != "":
		return draft{}, garbled("something follows the object")
	case d.draft.Answerable == nil:
		return draft{}, garbled("answerable is missing")
	}
	return d.draft, nil
}

// decodeFault keeps what a decoder found out and leaves out what the model wrote.
func decodeFault(err error) error {
	var syntax *json.SyntaxError
	var form *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("no JSON at byte %d", syntax.Offset)
	case errors.As(err, &form):
		return fmt.Errorf("%s has the wrong type", form.Field)
	}
	return errors.New("no JSON")
}
