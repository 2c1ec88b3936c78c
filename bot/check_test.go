package bot_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"passerelle/bot"
)

// verdicts finds every text supported.
type verdicts struct{ texts []string }

func (v *verdicts) Check(_ context.Context, text, _ string) ([]bot.Checked, int, error) {
	v.texts = append(v.texts, text)
	if text == "?" {
		return nil, 0, nil
	}
	return []bot.Checked{{Text: text, Verdict: bot.Supported}}, 2, nil
}

func TestCheckCommand(t *testing.T) {
	v := &verdicts{}
	s, err := bot.NewService(bot.Parts{Answerer: &echo{}, Library: shelf{}, Detect: func(string, string) string { return "fr" }, Checker: v})
	if err != nil {
		t.Fatal(err)
	}
	reply, err := s.Run(t.Context(), "check", bot.Invocation{Language: "ru", Options: map[string]string{"text": " Lyon est une ville.\xff "}})
	if err != nil || reply.Check == nil || reply.Check.Left != 2 || reply.Language != "ru" || v.texts[0] != "Lyon est une ville.\uFFFD" {
		t.Errorf("%+v, %v of %q", reply, err, v.texts)
	}
	for text, key := range map[string]string{" ": "error.nothing_to_check", "?": "error.nothing_to_check", strings.Repeat("é", 4001): "error.too_long"} {
		_, err := s.Run(t.Context(), "check", bot.Invocation{Options: map[string]string{"text": text}})
		var user *bot.UserError
		if !errors.As(err, &user) || user.Key != key {
			t.Errorf("%.20q: %v, want %s", text, err, key)
		}
	}
	if _, ok := mustService(t).Command("check"); ok {
		t.Error("/check without a checker")
	}
}

func mustService(t *testing.T) *bot.Service {
	t.Helper()
	s, err := bot.NewService(bot.Parts{Answerer: &echo{}, Library: shelf{}, Detect: func(string, string) string { return "fr" }})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
