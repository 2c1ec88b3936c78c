package main

import (
	"strings"
	"testing"

	"passerelle/bot/discord/discordtest"
)

// maxPresses is more than any answer has further quotes.
const maxPresses = 50

// TestAnAnswerLeadsOn: below an answer of the real program stand things to ask next, each of which is answered, and further
// quotes come press by press, none twice, until none is left.
func TestAnAnswerLeadsOn(t *testing.T) {
	t.Parallel()
	d := serve(t, nil, "PASSERELLE_LIMITS_PERSON=none", "PASSERELLE_LIMITS_CHANNEL=none", "PASSERELLE_LIMITS_GUILD=none")
	asked := d.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": question}})
	answer := settled(t, asked)
	var delegations, questions int
	for _, b := range answer.Buttons() {
		if b.CustomID == "" || !strings.HasPrefix(b.CustomID, "v1:ask:") {
			continue
		}
		text := settled(t, d.PressID(answer, b.CustomID, discordtest.Use{})).Text()
		switch {
		case strings.HasPrefix(b.Label, "/delegation "):
			delegations++
			if !strings.Contains(text, "Délégations") || !strings.Contains(text, "[1]") {
				t.Errorf("%s:\n%s", b.Label, text)
			}
		default:
			questions++
			if !strings.Contains(text, words(t, "fr", "answer.answered.title")) && !strings.Contains(text, words(t, "fr", "answer.related.title")) {
				t.Errorf("%s:\n%s", b.Label, text)
			}
		}
	}
	if delegations == 0 || questions == 0 {
		t.Errorf("%d delegations and %d questions to ask next below\n%s", delegations, questions, answer.Text())
	}
	seen := map[string]bool{}
	note(t, seen, answer.Text())
	for range maxPresses {
		text := settled(t, d.Press(answer, words(t, "fr", "discord.more"), discordtest.Use{})).Text()
		if strings.Contains(text, words(t, "en", "discord.no_more")) {
			if len(seen) < 4 {
				t.Errorf("after %d quotes there are no more", len(seen))
			}
			return
		}
		note(t, seen, text)
	}
	t.Errorf("after %d quotes there are still more", len(seen))
}

// settled waits for what an interaction comes to, past what a busy machine shows on the way.
func settled(t *testing.T, i *discordtest.Interaction) discordtest.Message {
	t.Helper()
	under := []string{words(t, "fr", "progress.searching"), words(t, "en", "progress.searching")}
	return i.WaitUntil("an answer", func(text string) bool { return !strings.Contains(text, under[0]) && !strings.Contains(text, under[1]) })
}

// note remembers the quotes of a reply, which are all to be new.
func note(t *testing.T, seen map[string]bool, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "«") {
			continue
		}
		quote, _, _ := strings.Cut(line, "»")
		if seen[quote] {
			t.Errorf("shown before: %s, in\n%s", quote, text)
		}
		seen[quote] = true
	}
}
