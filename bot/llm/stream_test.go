package llm_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"passerelle/bot/llm"
	"passerelle/bot/llm/llmtest"
)

// listening is a request that keeps what came of the message.
func listening() (llm.Request, *[]string) {
	r, pieces := hello(), &[]string{}
	r.OnText = func(piece string) { *pieces = append(*pieces, piece) }
	r.Messages[1].Content = `<passage id="p1" date="2018" title="t">La région est venue à Lyon. Elle est repartie.</passage>`
	return r, pieces
}

func TestStream(t *testing.T) {
	const good = `{"answerable":true,"claims":[{"text":"La région est venue à Lyon.","evidence":[{"id":"p1","quote":"La région est venue à Lyon."}]}]}`
	tests := []struct {
		name      string
		behaviour llmtest.Behaviour
		config    llm.Config
		pieces    bool // several of them
		tokens    int
	}{
		{"in pieces", llmtest.Good, llm.Config{Stream: true}, true, 0},
		{"kept alive", llmtest.KeptAlive, llm.Config{Stream: true, StreamUsage: true}, true, 20},
		{"no [DONE]", llmtest.Undone, llm.Config{Stream: true}, true, 0},
		{"in one piece", llmtest.Good, llm.Config{}, false, 20},
		{"in one piece, whatever was asked for", llmtest.OnePiece, llm.Config{Stream: true}, false, 20},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := llmtest.New(t, tt.behaviour)
			tt.config.BaseURL = server.URL
			r, pieces := listening()
			resp, err := newClient(t, tt.config).Complete(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			if resp.Text != good || strings.Join(*pieces, "") != good || (len(*pieces) > 1) != tt.pieces || resp.Model != "test-model" || resp.CompletionTokens != tt.tokens {
				t.Errorf("response %+v of %q", resp, *pieces)
			}
			fields := server.Requests()[0].Fields
			if got := string(fields["temperature"]); got != "0" {
				t.Errorf("temperature %q", got)
			}
			usage := string(fields["stream_options"])
			if tt.config.StreamUsage != (usage == `{"include_usage":true}`) || !tt.config.StreamUsage && usage != "" {
				t.Errorf("stream_options %q", usage)
			}
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		server := llmtest.New(t, llmtest.Good)
		if _, err := newClient(t, llm.Config{BaseURL: server.URL, Stream: true}).Complete(t.Context(), hello()); err != nil {
			t.Fatal(err)
		}
		if got := string(server.Requests()[0].Fields["stream"]); got != "false" {
			t.Errorf("stream %q", got)
		}
	})
}

// TestStreamFaults: a stream that breaks is an error of the same kind as a whole message that does, whatever came before.
func TestStreamFaults(t *testing.T) {
	tests := []struct {
		name      string
		behaviour llmtest.Behaviour
		kind      llm.Kind
		why       string
		some      bool // pieces came before
	}{
		{"never answers", llmtest.Slow, llm.Timeout, "deadline", false},
		{"comments for ever", llmtest.Drip, llm.Timeout, "deadline", false},
		{"429", llmtest.Busy(30), llm.Busy, "", false},
		{"500", llmtest.Status(500), llm.Down, "", false},
		{"401", llmtest.Status(401), llm.Refused, "", false},
		{"redirect", llmtest.Moved, llm.Refused, "redirect", false},
		{"reset", llmtest.Reset, llm.Down, "connection failed", true},
		{"finish_reason length", llmtest.CutShort, llm.Garbled, "finish_reason", true},
		{"truncated", llmtest.Truncated, llm.Garbled, "finish_reason", true},
		{"no finish_reason", llmtest.Unfinished, llm.Garbled, "no finish_reason", true},
		{"half an event", llmtest.HalfEvent, llm.Garbled, "middle of an event", true},
		{"an error of OpenAI's form", llmtest.ErrorMidStream(llmtest.OpenAIError), llm.Garbled, "an error in the middle", true},
		{"an error of vLLM's form", llmtest.ErrorMidStream(llmtest.VLLMError), llm.Garbled, "an error in the middle", true},
		{"no JSON in an event", llmtest.ErrorMidStream("<html>"), llm.Garbled, "not a JSON object", true},
		{"null in an event", llmtest.ErrorMidStream("null"), llm.Garbled, "not a JSON object", true},
		{"text after the end", llmtest.ErrorMidStream(`{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}` + "\n\n" + `data: {"choices":[{"delta":{"content":"b"}}]}`), llm.Garbled, "after its end", true},
		{"refusal", llmtest.ErrorMidStream(`{"choices":[{"delta":{"refusal":"no"}}]}`), llm.Garbled, "declined", true},
		{"error object with 200", llmtest.ErrorObject, llm.Garbled, "an error with status 200", false},
		{"HTML", llmtest.HTML, llm.Garbled, "content type", false},
		{"HTML that calls itself a stream", llmtest.NotEvents, llm.Garbled, "not a stream", false},
		{"wrong content type", llmtest.WrongType, llm.Garbled, "content type", false},
		{"empty choices", llmtest.EmptyChoices, llm.Garbled, "no choices", false},
		{"empty message", llmtest.Says(""), llm.Garbled, "empty message", false},
		{"10 MB of junk", llmtest.Junk, llm.Garbled, "more than", false},
		{"garbage after the end", llmtest.TrailingGarbage, llm.Garbled, "not a stream", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			timeout := never
			if tt.kind == llm.Timeout {
				timeout = soon
			}
			client := newClient(t, llm.Config{BaseURL: llmtest.New(t, tt.behaviour).URL, Key: testKey, Timeout: timeout, Stream: true})
			r, pieces := listening()
			resp, err := client.Complete(t.Context(), r)
			var failed *llm.Error
			if !errors.As(err, &failed) {
				t.Fatalf("response %+v, error %v: want an *llm.Error", resp, err)
			}
			if failed.Kind != tt.kind || !strings.Contains(err.Error(), tt.why) || resp != (llm.Response{}) {
				t.Errorf("got %v: %v, response %+v", failed.Kind, err, resp)
			}
			if (len(*pieces) > 0) != tt.some {
				t.Errorf("%d pieces came", len(*pieces))
			}
			if strings.Contains(err.Error(), testKey) || strings.Contains(err.Error(), "région") {
				t.Errorf("the error tells too much: %v", err)
			}
		})
	}
}

// TestStrictSchemaHasNoLimits: what is called maxLength but limits nothing stays.
func TestStrictSchemaHasNoLimits(t *testing.T) {
	for strict, want := range map[bool][]string{false: {`"maxItems":3`, `"maxLength":9`, `"maxLength":{`}, true: {`"maxLength":{`}} {
		server := llmtest.New(t, llmtest.Says("ok"))
		r := hello()
		r.Schema = json.RawMessage(`{"type":"object","properties":{"maxLength":{"type":"array","maxItems":3,"items":{"type":"string","maxLength":9}}}}`)
		if _, err := newClient(t, llm.Config{BaseURL: server.URL, StrictSchema: strict}).Complete(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		sent := string(server.Requests()[0].Fields["response_format"])
		var found []string
		for _, limit := range []string{`"maxItems":3`, `"maxLength":9`, `"maxLength":{`} {
			if strings.Contains(sent, limit) {
				found = append(found, limit)
			}
		}
		if !slices.Equal(found, want) {
			t.Errorf("strict %v: sent %s", strict, sent)
		}
	}
}

func FuzzStream(f *testing.F) {
	f.Add("data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n")
	f.Add(": x\ndata:{\"error\":null,\"choices\":[]}\n")
	f.Add("data: {\"error\":{\"message\":3}}\n\ndata: null\n")
	body := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = w.Write([]byte(body))
	}))
	f.Cleanup(server.Close)
	client, err := llm.New(llm.Config{BaseURL: server.URL, Model: "m", Timeout: never, Stream: true})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, events string) {
		body = events
		r, pieces := listening()
		resp, err := client.Complete(t.Context(), r)
		var failed *llm.Error
		if err != nil && !errors.As(err, &failed) {
			t.Errorf("error %v", err)
		}
		if err == nil && (resp.Text == "" || strings.Join(*pieces, "") != resp.Text) {
			t.Errorf("message %q of pieces %q", resp.Text, *pieces)
		}
	})
}
