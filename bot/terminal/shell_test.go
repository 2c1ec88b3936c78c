package terminal_test

import (
	"strings"
	"testing"

	"passerelle/bot/card"
	"passerelle/bot/terminal"
)

// A suggestion is what a person can type where they read it.
func TestCommandsAreThoseOfThePlace(t *testing.T) {
	for _, c := range []struct{ suggested, shell string }{
		{"/delegation Irkoutsk", "passerelle delegation Irkoutsk"},
		{"/delegation Нижний Новгород", "passerelle delegation Нижний Новгород"},
		{"/delegation Val-d’Oise", "passerelle delegation Val-d’Oise"},
		{"/delegation Val-d'Oise; ls", `passerelle delegation 'Val-d'\''Oise; ls'`},
		{"/delegation $(ls)", "passerelle delegation '$(ls)'"},
		{"/sources", "passerelle sources"},
		{"/etc/passwd", "/etc/passwd"},
		{"Qui ? /help", "Qui ? /help"},
	} {
		for shell, want := range map[string]string{"passerelle": c.shell, "": c.suggested} {
			var out strings.Builder
			if err := terminal.New(&out, texts(t), terminal.Options{Shell: shell}).Card(card.Card{Language: "fr", Title: "T", Suggestions: []string{c.suggested}}); err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(out.String(), "\n• "+want+"\n") {
				t.Errorf("%q with shell %q: printed %q, want %q", c.suggested, shell, out.String(), want)
			}
		}
	}
	lines := []card.Item{{Text: "/sources [sujet] — ce que j’ai lu"}, {Text: "/sources d’un titre", Citations: []int{1}}}
	var out strings.Builder
	if err := terminal.New(&out, texts(t), terminal.Options{Shell: "passerelle"}).Card(card.Card{Language: "fr", Title: "T", Sections: []card.Section{{Items: lines}}}); err != nil {
		t.Fatal(err)
	}
	if want := "T\n\n• passerelle sources [sujet] — ce que j’ai lu\n• /sources d’un titre [1]\n"; out.String() != want {
		t.Errorf("printed %q, want %q", out.String(), want)
	}
}
