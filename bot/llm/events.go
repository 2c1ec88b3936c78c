package llm

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"passerelle/internal/compatible"
)

// maxStream bounds a streamed message, in bytes as they come: each token of some four bytes comes in an event of two or
// three hundred.
const maxStream = 4 << 20

// doneEvent ends a stream, in OpenAI's reference of chat completions.
const doneEvent = "[DONE]"

// events reads a stream of server-sent events (WHATWG HTML, 9.2) and passes on its data alone, an event a line, each of
// them a JSON object that is no error. go-openai gives up at 300 comments in a row, which servers send to keep a
// connection alive, knows one form of error of several, and reads a line without bound.
type events struct {
	wire *wire
	body io.ReadCloser
	in   *bufio.Reader
	read int    // bytes of body
	out  []byte // what Read has not given yet
	err  error  // what follows out
}

func newEvents(w *wire, body io.ReadCloser) *events {
	return &events{wire: w, body: body, in: bufio.NewReader(io.LimitReader(body, maxStream+1))}
}

// Read implements io.Reader. Its errors are io.EOF, *Error, or wrap compatible.ErrTransport.
func (e *events) Read(p []byte) (int, error) {
	for len(e.out) == 0 {
		if e.err != nil {
			return 0, e.err
		}
		e.out, e.err = e.next()
	}
	n := copy(p, e.out)
	e.out = e.out[n:]
	return n, nil
}

// Close implements io.Closer.
func (e *events) Close() error { return e.body.Close() }

// next reads a line and returns the event on it, empty for a line that holds none.
func (e *events) next() ([]byte, error) {
	line, err := e.in.ReadBytes('\n')
	e.read += len(line)
	switch {
	case e.read > maxStream:
		return nil, garbled(fmt.Sprintf("more than %d bytes", maxStream))
	case err != nil && !errors.Is(err, io.EOF):
		return nil, fmt.Errorf("%w: %w", compatible.ErrTransport, err)
	case err != nil && len(bytes.TrimSpace(line)) > 0:
		return nil, garbled("the stream ends in the middle of an event")
	case err != nil:
		return nil, io.EOF
	}
	line = bytes.TrimRight(line, "\r\n")
	field, value, _ := bytes.Cut(line, []byte(":"))
	switch string(field) {
	case "", "event", "id", "retry": // an empty field begins a comment
		return nil, nil
	case "data":
	default:
		return nil, garbled("not a stream of events")
	}
	value = bytes.TrimSpace(value)
	if string(value) == doneEvent {
		return []byte("data: " + doneEvent + "\n"), io.EOF
	}
	if len(value) > maxBody {
		return nil, garbled(fmt.Sprintf("an event of more than %d bytes", maxBody))
	}
	event, failed := e.wire.checkEvent(value)
	if failed != nil {
		return nil, failed
	}
	return append(append([]byte("data: "), event...), '\n'), nil
}

// checkEvent returns the data of an event as go-openai takes it, or what keeps it from being part of a chat completion.
func (w *wire) checkEvent(data []byte) ([]byte, *Error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil || fields == nil {
		return nil, garbled("an event of the stream is not a JSON object")
	}
	if isError(fields) {
		e := garbled("an error in the middle of the stream")
		e.Detail = compatible.Detail(data, w.key)
		return nil, e
	}
	if _, has := fields["error"]; has {
		// go-openai takes any event that begins with this field for an error, also where it is null.
		delete(fields, "error")
		again, err := json.Marshal(fields)
		if err != nil {
			return nil, garbled("an event of the stream cannot be read")
		}
		return again, nil
	}
	return data, nil
}

// asStream makes a stream of one event of a whole completion: some servers and proxies answer so whatever was asked for.
func asStream(body []byte) ([]byte, error) {
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(body, &whole); err != nil {
		return nil, err
	}
	var choices []map[string]json.RawMessage
	if err := json.Unmarshal(whole["choices"], &choices); err != nil {
		return nil, err
	}
	for _, c := range choices {
		if message, has := c["message"]; has {
			c["delta"] = message
			delete(c, "message")
		}
	}
	var err error
	if whole["choices"], err = json.Marshal(choices); err != nil {
		return nil, err
	}
	delete(whole, "error") // null, or this would have been an error
	event, err := json.Marshal(whole)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "data: %s\n\ndata: %s\n\n", event, doneEvent), nil
}

// isError tells an error object from a completion, in whichever of the usual forms.
func isError(fields map[string]json.RawMessage) bool {
	failure, has := fields["error"]
	return has && string(failure) != "null" || string(fields["object"]) == `"error"`
}
