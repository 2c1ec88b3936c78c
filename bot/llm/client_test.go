package llm_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"passerelle/bot/llm"
	"passerelle/bot/llm/llmtest"
)

const testKey = "sk-secret-0123456789"

// never is a time-out that no test is meant to reach; soon is one that a server which never answers must reach.
const (
	never = time.Minute
	soon  = 60 * time.Millisecond
)

func newClient(t *testing.T, c llm.Config) *llm.Client {
	t.Helper()
	if c.Model == "" {
		c.Model = "test-model"
	}
	if c.Timeout == 0 {
		c.Timeout = never
	}
	client, err := llm.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	return client
}

func hello() llm.Request {
	return llm.Request{
		Messages:   []llm.Message{{Role: llm.System, Content: "Answer."}, {Role: llm.User, Content: "Who led the delegation?"}},
		Schema:     json.RawMessage(`{"type":"object"}`),
		SchemaName: "answer",
	}
}

func TestRequestOnTheWire(t *testing.T) {
	tests := []struct {
		name   string
		config llm.Config
		want   map[string]string // field → JSON; "" for a field that must not be sent
	}{
		{"defaults", llm.Config{}, map[string]string{
			"temperature": "0", "model": `"test-model"`, "stream": "false", "max_tokens": "", "max_completion_tokens": "",
			"response_format": `{"type":"json_schema","json_schema":{"name":"answer","schema":{"type":"object"},"strict":false}}`,
		}},
		{"strict schema", llm.Config{StrictSchema: true}, map[string]string{
			"response_format": `{"type":"json_schema","json_schema":{"name":"answer","schema":{"type":"object"},"strict":true}}`,
		}},
		{"json object", llm.Config{ResponseFormat: llm.FormatObject}, map[string]string{"response_format": `{"type":"json_object"}`}},
		{"no format", llm.Config{ResponseFormat: llm.FormatNone}, map[string]string{"response_format": ""}},
		{"max tokens", llm.Config{MaxTokens: 700}, map[string]string{"max_tokens": "700", "max_completion_tokens": ""}},
		{"max completion tokens", llm.Config{MaxTokens: 700, MaxTokensField: llm.FieldMaxCompletionTokens},
			map[string]string{"max_tokens": "", "max_completion_tokens": "700"}},
		{"no temperature", llm.Config{OmitTemperature: true}, map[string]string{"temperature": ""}},
		{"a reasoning model with its own settings", llm.Config{Model: "o3-mini", OmitTemperature: true, MaxTokens: 9, MaxTokensField: llm.FieldMaxCompletionTokens},
			map[string]string{"temperature": "", "model": `"o3-mini"`, "max_completion_tokens": "9"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := llmtest.New(t, llmtest.Says("bonjour"))
			tt.config.BaseURL, tt.config.Key = server.URL, testKey
			resp, err := newClient(t, tt.config).Complete(t.Context(), hello())
			if err != nil {
				t.Fatal(err)
			}
			if resp.Text != "bonjour" || resp.PromptTokens != 100 || resp.CompletionTokens != 20 {
				t.Errorf("response %+v", resp)
			}
			requests := server.Requests()
			if len(requests) != 1 {
				t.Fatalf("%d requests", len(requests))
			}
			r := requests[0]
			if got := r.Header.Get("Authorization"); got != "Bearer "+testKey {
				t.Errorf("Authorization %q", got)
			}
			if r.Path != "/v1/chat/completions" {
				t.Errorf("path %q", r.Path)
			}
			if len(r.Messages) != 2 || r.Messages[0].Role != "system" || r.LastUser() != "Who led the delegation?" {
				t.Errorf("messages %+v", r.Messages)
			}
			for field, want := range tt.want {
				if got := string(r.Fields[field]); got != want {
					t.Errorf("%s: sent %q, want %q", field, got, want)
				}
			}
		})
	}
}

func TestNoKeyNoHeader(t *testing.T) {
	server := llmtest.New(t, llmtest.Says("ok"))
	if _, err := newClient(t, llm.Config{BaseURL: server.URL + "/"}).Complete(t.Context(), hello()); err != nil {
		t.Fatal(err)
	}
	if got, sent := server.Requests()[0].Header["Authorization"]; sent {
		t.Errorf("Authorization %q sent without a key", got)
	}
}

func TestFaults(t *testing.T) {
	tests := []struct {
		name      string
		behaviour llmtest.Behaviour
		timeout   time.Duration
		kind      llm.Kind
		status    int
		why       string // part of the error's text
	}{
		{"never answers", llmtest.Slow, soon, llm.Timeout, 0, "deadline"},
		{"drips for ever", llmtest.Drip, soon, llm.Timeout, 0, "deadline"},
		{"408", llmtest.Status(408), never, llm.Timeout, 408, ""},
		{"429", llmtest.Busy(30), never, llm.Busy, 429, ""},
		{"429 without Retry-After", llmtest.Busy(-1), never, llm.Busy, 429, ""},
		{"500", llmtest.Status(500), never, llm.Down, 500, ""},
		{"503", llmtest.Status(503), never, llm.Down, 503, ""},
		{"reset in the body", llmtest.Reset, never, llm.Down, 0, "connection failed"},
		{"401", llmtest.Status(401), never, llm.Refused, 401, ""},
		{"404", llmtest.Status(404), never, llm.Refused, 404, ""},
		{"redirect", llmtest.Moved, never, llm.Refused, 307, "redirect"},
		{"finish_reason length", llmtest.CutShort, never, llm.Garbled, 0, "finish_reason"},
		{"no finish_reason", llmtest.Unfinished, never, llm.Garbled, 0, "finish_reason"},
		{"HTML", llmtest.HTML, never, llm.Garbled, 200, "content type"},
		{"wrong content type", llmtest.WrongType, never, llm.Garbled, 200, "content type"},
		{"empty choices", llmtest.EmptyChoices, never, llm.Garbled, 0, "no choices"},
		{"error object with 200", llmtest.ErrorObject, never, llm.Garbled, 200, "an error with status 200"},
		{"10 MB of junk", llmtest.Junk, never, llm.Garbled, 200, "more than 1048576 bytes"},
		{"garbage after the body", llmtest.TrailingGarbage, never, llm.Garbled, 200, "not JSON"},
		{"empty message", llmtest.Says(""), never, llm.Garbled, 0, "empty message"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := llmtest.New(t, tt.behaviour)
			client := newClient(t, llm.Config{BaseURL: server.URL, Key: testKey, Timeout: tt.timeout})
			resp, err := client.Complete(t.Context(), hello())
			var failed *llm.Error
			if !errors.As(err, &failed) {
				t.Fatalf("response %+v, error %v: want an *llm.Error", resp, err)
			}
			if failed.Kind != tt.kind || failed.Status != tt.status || !strings.Contains(err.Error(), tt.why) {
				t.Errorf("got %v, status %d: %v", failed.Kind, failed.Status, err)
			}
			for _, secret := range []string{testKey, "Who led"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("%q is in the error: %v", secret, err)
				}
			}
			if strings.Contains(fmt.Sprintf("%+v", *failed), testKey) {
				t.Errorf("the key is in the error's fields: %+v", *failed)
			}
			// On a busy machine the time can be up before the server has read the request.
			if n := len(server.Requests()); n > 1 || n == 0 && tt.timeout != soon {
				t.Errorf("%d requests, want one", n)
			}
		})
	}
}

func TestDetailOfARefusal(t *testing.T) {
	server := llmtest.New(t, llmtest.Status(401))
	_, err := newClient(t, llm.Config{BaseURL: server.URL, Key: testKey}).Complete(t.Context(), hello())
	var failed *llm.Error
	if !errors.As(err, &failed) {
		t.Fatal(err)
	}
	if want := "failed for Bearer [key]: Who led the delegation?"; failed.Detail != want {
		t.Errorf("detail %q, want %q", failed.Detail, want)
	}
}

func TestBusyThenGood(t *testing.T) {
	server := llmtest.New(t, llmtest.Busy(0), llmtest.Says("bonjour"))
	resp, err := newClient(t, llm.Config{BaseURL: server.URL}).Complete(t.Context(), hello())
	if err != nil || resp.Text != "bonjour" {
		t.Fatalf("%+v, %v", resp, err)
	}
	if n := len(server.Requests()); n != 2 {
		t.Errorf("%d requests", n)
	}
}

func TestBusyTwiceIsEnough(t *testing.T) {
	server := llmtest.New(t, llmtest.Busy(0))
	_, err := newClient(t, llm.Config{BaseURL: server.URL}).Complete(t.Context(), hello())
	var failed *llm.Error
	if !errors.As(err, &failed) || failed.Kind != llm.Busy || failed.RetryAfter != 0 {
		t.Fatalf("error %v", err)
	}
	if n := len(server.Requests()); n != 2 {
		t.Errorf("%d requests, want one retry", n)
	}
}

func TestBusyWithoutTimeToWait(t *testing.T) {
	server := llmtest.New(t, llmtest.Busy(1), llmtest.Says("too late"))
	_, err := newClient(t, llm.Config{BaseURL: server.URL, Timeout: 500 * time.Millisecond}).Complete(t.Context(), hello())
	var failed *llm.Error
	if !errors.As(err, &failed) || failed.Kind != llm.Busy || failed.RetryAfter != time.Second {
		t.Fatalf("error %v", err)
	}
	if n := len(server.Requests()); n != 1 {
		t.Errorf("%d requests, want no wait past the deadline", n)
	}
}

func TestNobodyListens(t *testing.T) {
	_, err := newClient(t, llm.Config{BaseURL: "http://127.0.0.1:1/v1", Key: testKey}).Complete(t.Context(), hello())
	var failed *llm.Error
	if !errors.As(err, &failed) || failed.Kind != llm.Down {
		t.Fatalf("error %v", err)
	}
}

func TestCallerGivesUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := llmtest.New(t, llmtest.Slow)
	client := newClient(t, llm.Config{BaseURL: server.URL})
	done := make(chan error, 1)
	go func() {
		_, err := client.Complete(ctx, hello())
		done <- err
	}()
	cancel()
	err := <-done
	var failed *llm.Error
	if !errors.Is(err, context.Canceled) || errors.As(err, &failed) {
		t.Fatalf("error %v: a caller who gave up is not the model's failure", err)
	}
}

func TestConfigErrors(t *testing.T) {
	tests := []struct {
		name   string
		config llm.Config
		want   string
	}{
		{"no model", llm.Config{}, "model name"},
		{"no scheme", llm.Config{Model: "m", BaseURL: "localhost:8080/v1"}, "scheme or host"},
		{"not an address", llm.Config{Model: "m", BaseURL: "http://sk-secret@%zz"}, "not an address"},
		{"a user in the address", llm.Config{Model: "m", BaseURL: "https://u:sk-secret@host/v1"}, "user, query"},
		{"a query", llm.Config{Model: "m", BaseURL: "https://host/v1?key=sk-secret"}, "user, query"},
		{"timeout", llm.Config{Model: "m", Timeout: -1}, "timeout"},
		{"max tokens", llm.Config{Model: "m", MaxTokens: -1}, "max tokens"},
		{"max tokens field", llm.Config{Model: "m", MaxTokensField: "tokens"}, "max_completion_tokens"},
		{"response format", llm.Config{Model: "m", ResponseFormat: "xml"}, "json_schema"},
		{"a key with a line end", llm.Config{Model: "m", Key: "sk-secret\n"}, "model key"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			client, err := llm.New(tt.config)
			if client != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want one about %q", err, tt.want)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("a secret is in the error: %v", err)
			}
		})
	}
}
