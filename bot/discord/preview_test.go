package discord_test

import (
	"bytes"
	"strings"
	"testing"

	"passerelle/bot"
	"passerelle/bot/discord"
)

func TestPreview(t *testing.T) {
	var out bytes.Buffer
	answer := cite("fr", lyon(), "Elle était conduite par le gouverneur Sergueï Levtchenko.")
	if err := discord.Preview(&out, loadTexts(t), "Qui <b>?", bot.Reply{Language: "fr", Answer: answer}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<h3>Ce que disent les articles</h3>", "Sergueï Levtchenko.", `href="https://example.org/irkoutsk%282018%29"`, "👎", "Plus de citations", "Qui &lt;b&gt;?"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
}

func TestPreviewOfAHostileDocument(t *testing.T) {
	const poison = `<script>alert(1)</script> **[x](https://evil.example)** <img src=x onerror=alert(1)>`
	doc := lyon()
	doc.Text, doc.Title, doc.URL = poison, poison, "javascript:alert(1)"
	var out bytes.Buffer
	if err := discord.Preview(&out, loadTexts(t), poison, bot.Reply{Language: "en", Answer: cite("en", doc, poison)}); err != nil {
		t.Fatal(err)
	}
	for _, live := range []string{"<script", "<img", "href=\"https://evil", "javascript:"} {
		if strings.Contains(out.String(), live) {
			t.Errorf("%q is live in\n%s", live, out.String())
		}
	}
}
