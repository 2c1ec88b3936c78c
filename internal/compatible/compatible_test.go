package compatible_test

import (
	"strings"
	"testing"
	"time"

	"passerelle/internal/compatible"
)

func TestCheckBaseURL(t *testing.T) {
	tests := []struct {
		name, address, want string // want is part of the error; "" for none
	}{
		{"as it should be", "https://host/v1", ""},
		{"a port", "http://127.0.0.1:8080/v1", ""},
		{"no scheme", "host/v1", "scheme or host"},
		{"another scheme", "ftp://host/v1", "scheme or host"},
		{"a password", "https://me:hunter2@host/v1", "own setting"},
		{"a query", "https://host/v1?key=hunter2", "own setting"},
		{"no address", "https://hunter2:x:y/v1", "not an address"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := compatible.CheckBaseURL(tt.address)
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error repeats the address: %v", err)
			}
		})
	}
}

func TestCheckKey(t *testing.T) {
	for key, ok := range map[string]bool{"": true, "sk-abc_DEF.1": true, "sk abc": false, "sk-abc\n": false, "clé": false} {
		if err := compatible.CheckKey(key); (err == nil) != ok {
			t.Errorf("%q: %v", key, err)
		}
	}
}

func TestIsJSON(t *testing.T) {
	for kind, ok := range map[string]bool{
		"application/json": true, "application/json; charset=utf-8": true, "application/problem+json": true,
		"": false, "text/html": false, "application/json;;": false,
	} {
		if compatible.IsJSON(kind) != ok {
			t.Errorf("%q: %v", kind, !ok)
		}
	}
}

func TestDetail(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"OpenAI's form", `{"error":{"message":"no such model","code":404}}`, "no such model"},
		{"a plain error", `{"error":"no such model"}`, "no such model"},
		{"a message", `{"object":"error","message":"no such model"}`, "no such model"},
		{"an empty error beside a message", `{"error":"","message":"no such model"}`, "no such model"},
		{"the key", `{"error":"the key sk-1 is not known"}`, "the key [key] is not known"},
		{"control characters", `{"error":"a\u001b[31m\nb\u202ec"}`, "a [31m b c"},
		{"no JSON", `<html>`, ""},
		{"nothing", `{}`, ""},
		{"too long", `{"error":"` + strings.Repeat("é", 400) + `"}`, strings.Repeat("é", 300) + "…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := compatible.Detail([]byte(tt.body), "sk-1"); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		header string
		want   time.Duration
		ok     bool
	}{
		{"", 0, false}, {"soon", 0, false}, {"-1", 0, false},
		{"0", 0, true}, {"7", 7 * time.Second, true}, {"99999999999", 24 * time.Hour, true},
		{"Mon, 23 Nov 2026 12:01:00 GMT", time.Minute, true},
		{"Mon, 23 Nov 2026 11:00:00 GMT", 0, true},
	}
	for _, tt := range tests {
		if got, ok := compatible.RetryAfter(tt.header, now); got != tt.want || ok != tt.ok {
			t.Errorf("%q: %v %v, want %v %v", tt.header, got, ok, tt.want, tt.ok)
		}
	}
}

func FuzzDetail(f *testing.F) {
	f.Add([]byte(`{"error":{"message":"sk-1"}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		got := compatible.Detail(body, "sk-1")
		if n := len([]rune(got)); n > 301 {
			t.Errorf("%d runes", n)
		}
	})
}
