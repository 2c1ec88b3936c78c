package llmtest

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Slow never answers; it ends when the client hangs up.
func Slow(_ http.ResponseWriter, r *http.Request, _ Request) { <-r.Context().Done() }

// dripEvery is the pause between two drops of Drip: far below any time-out, so that only an overall deadline ends it.
const dripEvery = 2 * time.Millisecond

// Drip sends white space byte by byte, in a stream comments, as servers do to keep a connection alive, and never an
// answer.
func Drip(w http.ResponseWriter, r *http.Request, in Request) {
	drop := " "
	w.Header().Set("Content-Type", "application/json")
	if in.Streamed() {
		drop = ": keep-alive\n\n"
		w.Header().Set("Content-Type", eventStream)
	}
	tick := time.NewTicker(dripEvery)
	defer tick.Stop()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
			if _, err := w.Write([]byte(drop)); err != nil {
				return
			}
			w.(http.Flusher).Flush()
		}
	}
}

// Busy answers 429 and asks for a pause of so many seconds; a negative number leaves Retry-After out.
func Busy(seconds int) Behaviour {
	return func(w http.ResponseWriter, _ *http.Request, _ Request) {
		if seconds >= 0 {
			w.Header().Set("Retry-After", strconv.Itoa(seconds))
		}
		writeError(w, http.StatusTooManyRequests, "Rate limit reached")
	}
}

// Status answers with this status and an error object. Its message repeats the request's key and question, as some
// servers do.
func Status(code int) Behaviour {
	return func(w http.ResponseWriter, _ *http.Request, in Request) {
		writeError(w, code, "failed for "+in.Header.Get("Authorization")+": "+in.LastUser())
	}
}

// Moved redirects to another address.
func Moved(w http.ResponseWriter, r *http.Request, _ Request) {
	http.Redirect(w, r, "/elsewhere/v1/chat/completions", http.StatusTemporaryRedirect)
}

// Truncated stops in the middle of the draft and says so: finish_reason length.
func Truncated(w http.ResponseWriter, _ *http.Request, in Request) {
	draft := marshal(honest(in.Passages()))
	writeCompletion(w, in, draft[:len(draft)/2], "length")
}

// CutShort is a whole draft whose finish_reason is length all the same.
func CutShort(w http.ResponseWriter, _ *http.Request, in Request) {
	writeCompletion(w, in, marshal(honest(in.Passages())), "length")
}

// HalfDraft stops in the middle of the draft and says nothing of it.
func HalfDraft(w http.ResponseWriter, _ *http.Request, in Request) {
	draft := marshal(honest(in.Passages()))
	writeCompletion(w, in, draft[:len(draft)/2], "stop")
}

// Unfinished is a whole draft without finish_reason.
func Unfinished(w http.ResponseWriter, _ *http.Request, in Request) {
	writeCompletion(w, in, marshal(honest(in.Passages())), "")
}

// Prose answers in words instead of JSON.
func Prose(w http.ResponseWriter, _ *http.Request, in Request) {
	writeCompletion(w, in, "D’après les passages, la délégation est venue en 2018.", "stop")
}

// HTML answers 200 with a page, as portals and proxies do.
func HTML(w http.ResponseWriter, _ *http.Request, _ Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, "<!doctype html><title>Sign in</title>")
}

// WrongType is a good answer under a wrong content type.
func WrongType(w http.ResponseWriter, _ *http.Request, in Request) {
	w.Header().Set("Content-Type", "text/plain")
	fmt.Fprint(w, marshal(completion(marshal(honest(in.Passages())), "stop")))
}

// EmptyChoices is a completion without a choice.
func EmptyChoices(w http.ResponseWriter, _ *http.Request, in Request) {
	if in.Streamed() {
		newStream(w).end(event(nil))
		return
	}
	writeJSON(w, http.StatusOK, `{"id":"1","object":"chat.completion","choices":[]}`)
}

// ErrorObject is an error with status 200.
func ErrorObject(w http.ResponseWriter, _ *http.Request, _ Request) {
	writeJSON(w, http.StatusOK, `{"object":"error","message":"CUDA out of memory","code":50001}`)
}

// TrailingGarbage is a good answer with something after it.
func TrailingGarbage(w http.ResponseWriter, _ *http.Request, in Request) {
	if in.Streamed() {
		stream := newStream(w)
		stream.text(marshal(honest(in.Passages())), "stop")
		stream.write("<html>\n")
		return
	}
	writeJSON(w, http.StatusOK, marshal(completion(marshal(honest(in.Passages())), "stop"))+"<html>")
}

// Reset breaks the connection in the middle of the body.
func Reset(w http.ResponseWriter, _ *http.Request, in Request) {
	if in.Streamed() {
		draft := marshal(honest(in.Passages()))
		newStream(w).text(draft[:2*len(draft)/3], "") // the first claim has come by then
		panic(http.ErrAbortHandler)
	}
	body := marshal(completion(marshal(honest(in.Passages())), "stop"))
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if _, err := w.Write([]byte(body[:len(body)/2])); err != nil {
		return
	}
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler) // how net/http is told to break a connection
}

// junkBytes is how much Junk sends.
const junkBytes = 10 << 20

// Junk sends 10 MB of what begins like a completion.
func Junk(w http.ResponseWriter, _ *http.Request, in Request) {
	w.Header().Set("Content-Type", "application/json")
	begin := ""
	if in.Streamed() {
		w.Header().Set("Content-Type", eventStream)
		begin = "data: "
	}
	if _, err := w.Write([]byte(begin + `{"object":"chat.completion","choices":[{"finish_reason":"stop","message":{"content":"`)); err != nil {
		return
	}
	chunk := []byte(strings.Repeat("junk", 16<<10))
	for sent := 0; sent < junkBytes; sent += len(chunk) {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
	_, _ = w.Write([]byte(`"}}]}`)) // the client may have hung up; there is nobody to tell
}

func completion(text, finish string) map[string]any {
	choice := map[string]any{"index": 0, "message": map[string]any{"role": "assistant", "content": text}}
	if finish != "" {
		choice["finish_reason"] = finish
	}
	return map[string]any{
		"id": "chatcmpl-test", "object": "chat.completion", "model": "test-model", "choices": []any{choice},
		"usage": map[string]any{"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
	}
}

// writeCompletion answers as the request wants: whole, or in pieces.
func writeCompletion(w http.ResponseWriter, in Request, text, finish string) {
	if in.Streamed() {
		stream := newStream(w)
		stream.text(text, finish)
		stream.end()
		return
	}
	writeJSON(w, http.StatusOK, marshal(completion(text, finish)))
}

func writeError(w http.ResponseWriter, code int, message string) {
	writeJSON(w, code, marshal(map[string]any{"error": map[string]any{"message": message, "type": "test_error"}}))
}

func writeJSON(w http.ResponseWriter, code int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	fmt.Fprint(w, body)
}
