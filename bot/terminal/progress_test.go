package terminal_test

import (
	"strings"
	"testing"

	"passerelle/bot"
	"passerelle/bot/terminal"
)

func TestStatus(t *testing.T) {
	var out strings.Builder
	s := terminal.NewStatus(&out, texts(t), 12, "fr")
	s.Clear()
	s.Tell(bot.Progress{Step: bot.Searching})
	s.Tell(bot.Progress{Step: bot.Reading, Language: "en", Passages: 3})
	s.Clear()
	s.Clear()
	const erase = "\r\x1b[K"
	if want := erase + "Je cherche…" + erase + "Reading 3 …" + erase; out.String() != want {
		t.Errorf("written %q, want %q", out.String(), want)
	}
}
