package main

import (
	"net/http"
	"strings"
	"testing"

	"passerelle/bot/llm/llmtest"
	"passerelle/cmd/passerelle/internal/config"
)

// TestDoctorSaysWhatToSet: what a server does not take is named with what it takes instead.
func TestDoctorSaysWhatToSet(t *testing.T) {
	refuses := func(field, part string) llmtest.Behaviour {
		return func(w http.ResponseWriter, r *http.Request, in llmtest.Request) {
			if value, sent := in.Fields[field]; sent && strings.Contains(string(value), part) {
				llmtest.Status(http.StatusBadRequest)(w, r, in)
				return
			}
			llmtest.Says(`{"word":"yes"}`)(w, r, in)
		}
	}
	tests := []struct {
		name      string
		behaviour llmtest.Behaviour
		level     string
		want      string
	}{
		{"takes all", refuses("none", ""), "ok", "json_schema, temperature 0, in pieces"},
		{"no schema", refuses("response_format", "json_schema"), "fail", "set llm.response_format: json_object"},
		{"limits in a schema", refuses("response_format", "maxLength"), "fail", "set llm.strict_schema: true"},
		{"the other field", refuses("max_tokens", ""), "fail", "set llm.max_tokens_field: max_completion_tokens"},
		{"its own temperature", refuses("temperature", ""), "fail", "set llm.omit_temperature: true"},
		{"no stream", refuses("stream", "true"), "fail", "set llm.stream: false"},
		{"no key", llmtest.Status(http.StatusUnauthorized), "fail", "status 401"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := config.Default()
			c.LLM.BaseURL, c.LLM.Model = llmtest.New(t, tt.behaviour).URL, "test"
			if v := checkModel(t.Context(), c); v.level != tt.level || !strings.Contains(v.text, tt.want) {
				t.Errorf("%s: %s; want %s with %q", v.level, v.text, tt.level, tt.want)
			}
		})
	}
}
