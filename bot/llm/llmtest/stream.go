package llmtest

import (
	"net/http"
)

const eventStream = "text/event-stream"

// pieceRunes is how much of a text one event of a stream brings; small, so that words and escapes are split.
const pieceRunes = 3

// stream writes server-sent events.
type stream struct{ w http.ResponseWriter }

func newStream(w http.ResponseWriter) stream {
	w.Header().Set("Content-Type", eventStream)
	w.WriteHeader(http.StatusOK)
	return stream{w}
}

// write sends what may be half an event. The client may have hung up; there is nobody to tell.
func (s stream) write(text string) {
	_, _ = s.w.Write([]byte(text))
	s.w.(http.Flusher).Flush()
}

// text sends a text in pieces, and after them why it ends; "" says nothing.
func (s stream) text(text, finish string) {
	runes := []rune(text)
	for len(runes) > 0 {
		n := min(pieceRunes, len(runes))
		s.write("data: " + event(map[string]any{"index": 0, "delta": map[string]any{"content": string(runes[:n])}, "finish_reason": nil}) + "\n\n")
		runes = runes[n:]
	}
	if finish != "" {
		s.write("data: " + event(map[string]any{"index": 0, "delta": map[string]any{}, "finish_reason": finish}) + "\n\n")
	}
}

// end sends the last events and the mark that no more will follow.
func (s stream) end(events ...string) {
	for _, e := range events {
		s.write("data: " + e + "\n\n")
	}
	s.write("data: [DONE]\n\n")
}

// event is the data of an event; without a choice for nil.
func event(choice map[string]any) string {
	choices := []any{}
	if choice != nil {
		choices = append(choices, choice)
	}
	return marshal(map[string]any{"id": "chatcmpl-test", "object": "chat.completion.chunk", "model": "test-model", "choices": choices})
}

// KeptAlive streams a good answer among comments, more of them in a row than go-openai puts up with, other fields and
// line ends of both kinds, and with the count of tokens at its end.
func KeptAlive(w http.ResponseWriter, _ *http.Request, in Request) {
	s := newStream(w)
	for range 400 {
		s.write(": keep-alive\r\n\r\n")
	}
	s.write("event: message\nid: 1\nretry: 10\n")
	s.text(marshal(honest(in.Passages())), "stop")
	s.end(`{"error":null,"object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":100,"completion_tokens":20}}`)
}

// Undone streams a good answer that says that it is finished, and ends without [DONE].
func Undone(w http.ResponseWriter, _ *http.Request, in Request) {
	newStream(w).text(marshal(honest(in.Passages())), "stop")
}

// HalfEvent stops in the middle of an event.
func HalfEvent(w http.ResponseWriter, _ *http.Request, in Request) {
	s := newStream(w)
	draft := marshal(honest(in.Passages()))
	s.text(draft[:2*len(draft)/3], "")
	s.write(`data: {"choices":[{"index":0,"del`)
}

// ErrorMidStream breaks off with an error object in the form of vLLM, or that of OpenAI.
func ErrorMidStream(object string) Behaviour {
	return func(w http.ResponseWriter, _ *http.Request, in Request) {
		s := newStream(w)
		draft := marshal(honest(in.Passages()))
		s.text(draft[:2*len(draft)/3], "")
		s.end(object)
	}
}

// Error objects for ErrorMidStream.
const (
	VLLMError   = `{"object":"error","message":"CUDA out of memory","code":500}`
	OpenAIError = `{"error":{"message":"The server had an error","type":"server_error"}}`
)

// NotEvents is a page that calls itself a stream of events.
func NotEvents(w http.ResponseWriter, _ *http.Request, _ Request) {
	newStream(w).write("<!doctype html>\n<title>Sign in</title>\n")
}

// OnePiece answers a request for a stream as if none had been asked for.
func OnePiece(w http.ResponseWriter, _ *http.Request, in Request) {
	writeJSON(w, http.StatusOK, marshal(completion(marshal(honest(in.Passages())), "stop")))
}
