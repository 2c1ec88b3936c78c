package prompts

import (
	"fmt"
	"strings"
	"text/template"
	"unicode/utf8"
)

// fill renders a text file with data.
func fill(name string, data any) (string, error) {
	t, err := template.New(name).Funcs(template.FuncMap{"text": escapeText, "attr": escapeAttribute}).
		Option("missingkey=error").ParseFS(files, name)
	if err != nil {
		return "", fmt.Errorf("prompt: %w", err)
	}
	var out strings.Builder
	if err := t.Execute(&out, data); err != nil {
		return "", fmt.Errorf("prompt: %w", err)
	}
	return strings.TrimSpace(out.String()), nil
}

// Only what could end an element or an attribute is escaped: a model copies quotes from the text as it reads it, and
// l&#39;accord would come back so.
func escapeText(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(legalXML(s))
}

func escapeAttribute(s string) string {
	return strings.NewReplacer(`"`, "&quot;", "\n", " ", "\r", " ", "\t", " ").Replace(escapeText(s))
}

// legalXML puts a space for what XML 1.0 allows nowhere (its production 2, Char).
func legalXML(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r',
			r >= 0x20 && r <= 0xD7FF,
			r >= 0xE000 && r <= 0xFFFD && r != utf8.RuneError,
			r >= 0x10000:
			return r
		}
		return ' '
	}, s)
}
