package cite

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"passerelle/retrieval"
)

// Request is claims with the passages that they are to be proven by, as ReadRequest reads it.
type Request struct {
	Sources []Source
	Claims  []Claim
}

// Bounds of a Request from outside: what a person or a script checks at once, with room to spare.
const (
	maxRequestBytes  = 16 << 20
	maxPassages      = 10_000
	maxClaims        = 10_000
	maxClaimEvidence = 32
	maxClaimRunes    = 2_000
)

type requestJSON struct {
	Passages []struct {
		ID    string `json:"id"`
		Text  string `json:"text"`
		Title string `json:"title"`
		Date  string `json:"date"`
	} `json:"passages"`
	Claims []struct {
		Text     string `json:"text"`
		Evidence []struct {
			ID    string `json:"id"`
			Quote string `json:"quote"`
		} `json:"evidence"`
	} `json:"claims"`
}

// ReadRequest reads {"passages":[{"id","text","title","date"}],"claims":[{"text","evidence":[{"id","quote"}]}]}: UTF-8,
// at most 16 MiB. Passages need an id of their own and a text; a date is written as in documents ("2018-11-26", "2017-05",
// "2009-12/2016-05"). A claim needs a text. An error says which field of which passage or claim is wrong, and what it
// should be; those are counted from 1.
func ReadRequest(r io.Reader) (Request, error) {
	file, err := io.ReadAll(io.LimitReader(r, maxRequestBytes+1))
	switch {
	case err != nil:
		return Request{}, err
	case len(file) > maxRequestBytes:
		return Request{}, fmt.Errorf("more than %d MiB: give the claims in several files", maxRequestBytes>>20)
	case !utf8.Valid(file):
		return Request{}, errors.New("not UTF-8 text: save it as UTF-8")
	}
	var in requestJSON
	decoder := json.NewDecoder(bytes.NewReader(file))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil {
		return Request{}, decodeError(file, decoder.InputOffset(), err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Request{}, fmt.Errorf("line %d: something follows the object: one file holds one object", lineOf(file, decoder.InputOffset()))
	}
	return in.request()
}

const requestForm = `{"passages":[{"id","text","title","date"}],"claims":[{"text","evidence":[{"id","quote"}]}]}`

func decodeError(file []byte, offset int64, err error) error {
	var (
		syntax *json.SyntaxError
		kind   *json.UnmarshalTypeError
	)
	switch field, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); {
	case len(bytes.TrimSpace(file)) == 0:
		return errors.New("empty: want " + requestForm)
	case unknown:
		return fmt.Errorf("line %d: no field is called %s; want %s", lineOf(file, offset), bounded(field), requestForm)
	case errors.As(err, &syntax):
		return fmt.Errorf("line %d: not JSON: %w", lineOf(file, syntax.Offset), err)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("line %d: the JSON is cut off", lineOf(file, int64(len(file))))
	case errors.As(err, &kind):
		return fmt.Errorf("line %d: %s is a %s; want %s", lineOf(file, kind.Offset), orWhole(kind.Field), kind.Value, requestForm)
	}
	return err
}

func orWhole(field string) string {
	if field == "" {
		return "the file"
	}
	return field
}

func lineOf(file []byte, offset int64) int {
	return 1 + bytes.Count(file[:min(offset, int64(len(file)))], []byte("\n"))
}

func (in requestJSON) request() (out Request, err error) {
	switch {
	case len(in.Passages) > maxPassages:
		return out, fmt.Errorf("%d passages: at most %d at once", len(in.Passages), maxPassages)
	case len(in.Claims) > maxClaims:
		return out, fmt.Errorf("%d claims: at most %d at once", len(in.Claims), maxClaims)
	}
	place := map[string]int{}
	for i, p := range in.Passages {
		n := i + 1
		if strings.TrimSpace(p.ID) == "" {
			return out, fmt.Errorf("passage %d: its id is missing", n)
		}
		if first := place[p.ID]; first != 0 {
			return out, fmt.Errorf("passage %d: its id %q is that of passage %d; each needs its own", n, bounded(p.ID), first)
		}
		place[p.ID] = n
		if strings.TrimSpace(p.Text) == "" {
			return out, fmt.Errorf("passage %d (%s): its text is missing", n, bounded(p.ID))
		}
		date, err := retrieval.ParseDate(p.Date)
		if err != nil {
			return out, fmt.Errorf("passage %d (%s): date: %w", n, bounded(p.ID), err)
		}
		d := &retrieval.Document{ID: p.ID, Title: p.Title, Date: date, Text: p.Text}
		out.Sources = append(out.Sources, Source{
			ID: p.ID, Document: d, Passage: &retrieval.Passage{ID: p.ID, Document: p.ID, End: len(p.Text), Text: p.Text},
		})
	}
	for i, c := range in.Claims {
		claim := Claim{Text: c.Text}
		switch {
		case strings.TrimSpace(c.Text) == "":
			return out, fmt.Errorf("claim %d: its text is missing", i+1)
		case utf8.RuneCountInString(c.Text) > maxClaimRunes:
			return out, fmt.Errorf("claim %d: longer than %d characters; a claim is one sentence", i+1, maxClaimRunes)
		case len(c.Evidence) > maxClaimEvidence:
			return out, fmt.Errorf("claim %d: %d quotes; at most %d", i+1, len(c.Evidence), maxClaimEvidence)
		}
		for _, e := range c.Evidence {
			claim.Evidence = append(claim.Evidence, Evidence(e))
		}
		out.Claims = append(out.Claims, claim)
	}
	return out, nil
}
