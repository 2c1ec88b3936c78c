package llm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"passerelle/internal/compatible"
)

// maxBody bounds a server's answer, in bytes. A long answer of a model is some tens of kilobytes.
const maxBody = 1 << 20

// wire stands between go-openai and the network, and lets through only what can be a chat completion: go-openai itself
// reads without bound, takes any content type, decodes what precedes garbage, and cannot send temperature 0.
type wire struct {
	http            *http.Client
	key             string
	zeroTemperature bool
}

// Do implements openai.HTTPDoer.
func (w *wire) Do(req *http.Request) (*http.Response, error) {
	if w.zeroTemperature {
		if err := setZeroTemperature(req); err != nil {
			return nil, err
		}
	}
	resp, err := w.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", compatible.ErrTransport, err)
	}
	if resp.StatusCode == http.StatusOK && req.Header.Get("Accept") == eventStream && mediaType(resp) == eventStream {
		resp.Body = newEvents(w, resp.Body)
		return resp, nil
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if resp.StatusCode != http.StatusOK {
		// The status decides, whatever became of the body.
		return nil, w.statusError(resp, body)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", compatible.ErrTransport, err)
	}
	if failed := w.checkBody(resp.Header.Get("Content-Type"), body); failed != nil {
		failed.Status = resp.StatusCode
		return nil, failed
	}
	if req.Header.Get("Accept") == eventStream {
		if body, err = asStream(body); err != nil {
			return nil, garbled("not a chat completion")
		}
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// eventStream is the media type of server-sent events, which go-openai asks for when it wants a stream.
const eventStream = "text/event-stream"

func mediaType(resp *http.Response) string {
	media, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return media
}

// setZeroTemperature adds "temperature":0 to a request. go-openai leaves a zero out (its issues 9 and 678), which
// servers read as 1; the way round that its author names, math.SmallestNonzeroFloat32, sends 1e-45, which is not 0 and
// which go-openai itself refuses for reasoning models.
func setZeroTemperature(req *http.Request) error {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return fmt.Errorf("read the request to the model: %w", err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return fmt.Errorf("read the request to the model: %w", err)
	}
	fields["temperature"] = json.RawMessage("0")
	if body, err = json.Marshal(fields); err != nil {
		return fmt.Errorf("write the request to the model: %w", err)
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	req.ContentLength = int64(len(body))
	return nil
}

func (w *wire) statusError(resp *http.Response, body []byte) *Error {
	e := &Error{Status: resp.StatusCode, RetryAfter: -1, Detail: compatible.Detail(body, w.key)}
	switch code := resp.StatusCode; {
	case code == http.StatusTooManyRequests:
		e.Kind = Busy
		if pause, ok := compatible.RetryAfter(resp.Header.Get("Retry-After"), time.Now()); ok {
			e.RetryAfter = pause
		}
	case code == http.StatusRequestTimeout:
		e.Kind = Timeout
	case code >= 500:
		e.Kind = Down
	case code >= 400:
		e.Kind = Refused
	case code >= 300:
		e.Kind, e.Why = Refused, "a redirect, which is not followed; set the base URL to where it leads"
	default:
		e.Kind, e.Why = Garbled, "no chat completion"
	}
	return e
}

// checkBody tells what keeps the body of a 200 from being a chat completion; nil when nothing does.
func (w *wire) checkBody(contentType string, body []byte) *Error {
	if contentType != "" && !compatible.IsJSON(contentType) {
		return garbled("the content type is not JSON; does the base URL end in /v1?")
	}
	if len(body) > maxBody {
		return garbled(fmt.Sprintf("more than %d bytes", maxBody))
	}
	if !json.Valid(body) {
		return garbled("the body is not JSON")
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil || fields == nil {
		return garbled("the body is not a JSON object")
	}
	if isError(fields) {
		e := garbled("an error with status 200")
		e.Detail = compatible.Detail(body, w.key)
		return e
	}
	return nil
}
