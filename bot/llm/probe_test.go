package llm_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"passerelle/bot/llm"
	"passerelle/bot/llm/llmtest"
)

// picky refuses requests with a field that it does not know, or a value of it.
func picky(refused ...string) llmtest.Behaviour {
	return func(w http.ResponseWriter, r *http.Request, in llmtest.Request) {
		for _, what := range refused {
			var field, value string
			_, _ = fmt.Sscanf(what, "%s %s", &field, &value)
			var format struct{ Type string }
			_ = in.Decode("response_format", &format)
			if sent, has := in.Fields[field]; has && string(sent) != "false" && (value == "" || format.Type == value) {
				llmtest.Status(400)(w, r, in)
				return
			}
		}
		llmtest.Says(`{"word":"yes"}`)(w, r, in)
	}
}

func TestProbe(t *testing.T) {
	all := llm.Capabilities{
		Model: "test-model", MaxTokensField: llm.FieldMaxTokens, ZeroTemperature: true,
		ResponseFormat: llm.FormatSchema, Stream: true, StreamUsage: true,
	}
	but := func(change func(*llm.Capabilities)) llm.Capabilities {
		c := all
		change(&c)
		return c
	}
	tests := []struct {
		name      string
		behaviour llmtest.Behaviour
		config    llm.Config
		want      llm.Capabilities
	}{
		{"takes all", picky(), llm.Config{}, all},
		{"as configured", picky(), llm.Config{ResponseFormat: llm.FormatObject, MaxTokensField: llm.FieldMaxCompletionTokens}, but(func(c *llm.Capabilities) {
			c.ResponseFormat, c.MaxTokensField = llm.FormatObject, llm.FieldMaxCompletionTokens
		})},
		{"the other field", picky("max_tokens"), llm.Config{}, but(func(c *llm.Capabilities) { c.MaxTokensField = llm.FieldMaxCompletionTokens })},
		{"neither field", picky("max_tokens", "max_completion_tokens"), llm.Config{}, but(func(c *llm.Capabilities) { c.MaxTokensField = "" })},
		{"its own temperature", picky("temperature"), llm.Config{}, but(func(c *llm.Capabilities) { c.ZeroTemperature = false })},
		{"no schema", picky("response_format json_schema"), llm.Config{}, but(func(c *llm.Capabilities) { c.ResponseFormat = llm.FormatObject })},
		{"no format", picky("response_format"), llm.Config{}, but(func(c *llm.Capabilities) { c.ResponseFormat = llm.FormatNone })},
		{"no stream", picky("stream"), llm.Config{}, but(func(c *llm.Capabilities) { c.Stream, c.StreamUsage = false, false })},
		{"no usage", picky("stream_options"), llm.Config{}, but(func(c *llm.Capabilities) { c.StreamUsage = false })},
		{"prose, whatever is asked", llmtest.Says("yes"), llm.Config{}, but(func(c *llm.Capabilities) { c.PassedOver = true })},
		{"prose, where none is asked for", llmtest.Says("yes"), llm.Config{ResponseFormat: llm.FormatNone}, but(func(c *llm.Capabilities) { c.ResponseFormat = llm.FormatNone })},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := llmtest.New(t, tt.behaviour)
			tt.config.BaseURL, tt.config.Model = server.URL, "m"
			got, err := llm.Probe(t.Context(), tt.config)
			if err != nil || got != tt.want {
				t.Errorf("found %+v, %v; want %+v", got, err, tt.want)
			}
			if n := len(server.Requests()); n > 10 {
				t.Errorf("%d requests", n)
			}
		})
	}
	t.Run("no key", func(t *testing.T) {
		server := llmtest.New(t, llmtest.Status(401))
		_, err := llm.Probe(t.Context(), llm.Config{BaseURL: server.URL, Model: "m"})
		var failed *llm.Error
		if !errors.As(err, &failed) || failed.Kind != llm.Refused || len(server.Requests()) != 1 {
			t.Errorf("error %v after %d requests", err, len(server.Requests()))
		}
	})
	t.Run("down in the middle", func(t *testing.T) {
		server := llmtest.New(t, picky(), picky(), llmtest.Status(503))
		_, err := llm.Probe(t.Context(), llm.Config{BaseURL: server.URL, Model: "m"})
		var failed *llm.Error
		if !errors.As(err, &failed) || failed.Kind != llm.Down || len(server.Requests()) != 3 {
			t.Errorf("error %v after %d requests", err, len(server.Requests()))
		}
	})
}
