package llm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// maxBody bounds a server's answer, in bytes. A long answer of a model is some tens of kilobytes.
const maxBody = 1 << 20

// maxDetailRunes bounds what is kept of a server's error message.
const maxDetailRunes = 300

// errTransport marks a failure of the connection rather than of what came over it.
var errTransport = errors.New("connection failed")

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
		return nil, fmt.Errorf("%w: %w", errTransport, err)
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
		return nil, fmt.Errorf("%w: %w", errTransport, err)
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
	e := &Error{Status: resp.StatusCode, RetryAfter: -1, Detail: w.detail(body)}
	switch code := resp.StatusCode; {
	case code == http.StatusTooManyRequests:
		e.Kind, e.RetryAfter = Busy, retryAfter(resp.Header.Get("Retry-After"), time.Now())
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
	if contentType != "" {
		media, _, err := mime.ParseMediaType(contentType)
		if err != nil || media != "application/json" && !strings.HasSuffix(media, "+json") {
			return garbled("the content type is not JSON; does the base URL end in /v1?")
		}
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
		e.Detail = w.detail(body)
		return e
	}
	return nil
}

// detail takes the message out of an error body, whichever of the usual forms it has, fit to be shown to an operator.
func (w *wire) detail(body []byte) string {
	var form struct {
		Error   json.RawMessage `json:"error"`
		Message string          `json:"message"`
	}
	text := ""
	if json.Unmarshal(body, &form) == nil {
		var nested struct {
			Message string `json:"message"`
		}
		var plain string
		switch {
		case json.Unmarshal(form.Error, &nested) == nil && nested.Message != "":
			text = nested.Message
		case json.Unmarshal(form.Error, &plain) == nil:
			text = plain
		default:
			text = form.Message
		}
	}
	if w.key != "" {
		text = strings.ReplaceAll(text, w.key, "[key]")
	}
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r)
	}), " ")
	if runes := []rune(text); len(runes) > maxDetailRunes {
		text = string(runes[:maxDetailRunes]) + "…"
	}
	return text
}

// retryAfter reads a Retry-After header: seconds or an HTTP date (RFC 9110, 10.2.3). It is negative when there is none.
func retryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(header); err == nil && seconds >= 0 {
		// More than a day is as good as a day, and cannot overflow a Duration.
		return time.Duration(min(seconds, 24*60*60)) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(at.Sub(now), 0)
	}
	return -1
}
