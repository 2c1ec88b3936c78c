package discord

import (
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"regexp"
	"strings"

	"passerelle/bot"
	"passerelle/bot/card"
	"passerelle/bot/locale"
	"passerelle/retrieval"
)

//go:embed preview.html
var previewPage string

// Preview writes the messages of a reply to a question as one HTML page that looks much as Discord shows them. It needs
// nothing from the network.
func Preview(w io.Writer, texts *locale.Texts, question string, reply bot.Reply) error {
	page, err := template.New("preview").Funcs(template.FuncMap{"markdown": markdown}).Parse(previewPage)
	if err != nil {
		return fmt.Errorf("preview: %w", err)
	}
	// The controls are those of a bot that keeps all it can.
	r := &run{log: slog.New(slog.DiscardHandler), Bot: &Bot{
		texts: texts, question: "question", notes: newMemoryNotes(), cfg: Config{Community: Community{Archive: absent{}, Library: absent{}}},
	}}
	laid := card.Layout(texts, reply)
	var controls []component
	if reply.Answer != nil {
		a := asked{in: bot.Invocation{ID: "1", Options: map[string]string{r.question: question}}}
		controls = r.controls(context.Background(), r.log, a, reply.Answer, &laid)
	}
	shown := struct {
		Language, Question string
		Messages           []message
	}{laid.Language, clean(question), render(texts, laid, controls...)}
	if err := page.Execute(w, shown); err != nil {
		return fmt.Errorf("preview: %w", err)
	}
	return nil
}

// absent stands where a preview needs to know only that something would be there.
type absent struct{ bot.Archive }

// Document implements Library.
func (absent) Document(string) (*retrieval.Document, bool) { return nil, false }

// What of Discord's Markdown the bot writes itself. All else is escaped with backslashes, which are taken away last.
var (
	masked  = regexp.MustCompile(`\\([^\w\s])`)
	strong  = regexp.MustCompile(`\*\*(.+?)\*\*`)
	anchors = regexp.MustCompile(`\[([^\[\]]*)\]\((https?://[^()\s]*)\)`)
)

// markdown makes HTML of a text of ours; what came from outside in it stays text.
func markdown(text string) template.HTML {
	var out strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		tag := "p"
		switch {
		case strings.HasPrefix(line, "### "):
			tag, line = "h3", line[len("### "):]
		case strings.HasPrefix(line, "-# "):
			tag, line = "small", line[len("-# "):]
		}
		var kept []string // escaped characters, out of the way of what follows
		line = masked.ReplaceAllStringFunc(line, func(m string) string {
			kept = append(kept, m[1:])
			return fmt.Sprintf("\x00%d\x00", len(kept)-1)
		})
		line = template.HTMLEscapeString(strings.ReplaceAll(line, "\x00", "\x01"))
		line = strong.ReplaceAllString(line, "<b>$1</b>")
		line = anchors.ReplaceAllString(line, `<a href="$2">$1</a>`)
		for i, k := range kept {
			line = strings.Replace(line, fmt.Sprintf("\x01%d\x01", i), template.HTMLEscapeString(k), 1)
		}
		if line != "" {
			fmt.Fprintf(&out, "<%s>%s</%s>", tag, line, tag)
		}
	}
	return template.HTML(out.String()) //nolint:gosec // every part was escaped above
}
