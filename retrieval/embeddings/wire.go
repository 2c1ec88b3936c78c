package embeddings

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"passerelle/internal/compatible"
)

// Error is a server's failure. Its text holds nothing that the server wrote, so it may be logged.
type Error struct {
	Status int    // HTTP status; 0 when there was none
	Why    string // what was wrong, in our words
	// Detail is the server's own message: cut short, without control characters and without the key. It may repeat
	// a text, so it belongs in front of an operator (doctor) only.
	Detail string
	Err    error // the cause, if any

	temporary bool
	pause     time.Duration
}

// Error says what happened and never what the server wrote.
func (e *Error) Error() string {
	parts := []string{"embeddings"}
	if e.Status != 0 {
		parts = append(parts, fmt.Sprintf("status %d %s", e.Status, http.StatusText(e.Status)))
	}
	if e.Why != "" {
		parts = append(parts, e.Why)
	}
	if e.Err != nil && e.Why == "" {
		parts = append(parts, e.Err.Error())
	}
	return strings.Join(parts, ": ")
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Temporary tells that trying again is of use.
func (e *Error) Temporary() bool { return e.temporary }

// Pause is how long the server asked to be left alone; 0 when it did not.
func (e *Error) Pause() time.Duration { return e.pause }

func garbled(why string) *Error { return &Error{Why: why} }

// maxDimension bounds a vector; the longest in use have 4,096 numbers.
const maxDimension = 8192

// maxBody bounds a server's answer, in bytes: each vector with the longest numbers that JSON writers make of a float64.
func maxBody(batch int) int64 { return 64<<10 + int64(batch)*maxDimension*25 }

// wire stands between go-openai and the network, and lets through only what can be embeddings: go-openai itself reads
// without bound, takes any content type, and decodes what precedes garbage.
type wire struct {
	http    *http.Client
	key     string
	maxBody int64
}

// Do implements openai.HTTPDoer.
func (w *wire) Do(req *http.Request) (*http.Response, error) {
	if w.key == "" {
		req.Header.Del("Authorization") // go-openai would send "Bearer " with nothing after it
	}
	resp, err := w.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", compatible.ErrTransport, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		// The status decides, whatever becomes of the body.
		body, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
		return nil, w.statusError(resp, body)
	}
	if !compatible.IsJSON(resp.Header.Get("Content-Type")) {
		return nil, garbled("the content type is not JSON; does the base URL end in /v1?")
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, w.maxBody+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", compatible.ErrTransport, err)
	case int64(len(body)) > w.maxBody:
		return nil, garbled(fmt.Sprintf("more than %d bytes", w.maxBody))
	case !json.Valid(body):
		return nil, garbled("the body is not JSON")
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

func (w *wire) statusError(resp *http.Response, body []byte) *Error {
	e := &Error{Status: resp.StatusCode, Detail: compatible.Detail(body, w.key)}
	switch code := resp.StatusCode; {
	case code == http.StatusTooManyRequests, code == http.StatusRequestTimeout, code >= 500:
		e.temporary = true
		e.pause, _ = compatible.RetryAfter(resp.Header.Get("Retry-After"), time.Now())
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		e.Why = "the key is not accepted; set PASSERELLE_EMBEDDINGS_KEY or embeddings.key_file"
	case code == http.StatusNotFound:
		e.Why = "no such address or model; does the base URL end in /v1?"
	case code >= 300 && code < 400:
		e.Why = "a redirect, which is not followed; set the base URL to where it leads"
	}
	return e
}
