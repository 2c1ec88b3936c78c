// Package locale holds every text that a person reads, in French, Russian and English.
//
// The texts are data: texts/LANGUAGE/*.yaml, one flat "key: text" a line, or "key: {one: …, other: …}" where a number
// decides on the form. A text names what it is given as {{.Name}}; Count is the number that chooses the plural form.
// To add a text, add its key to one file of each of the three languages; a test compares keys, placeholders and plural
// forms, and reads the typography.
package locale

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

//go:embed texts
var files embed.FS

const (
	fallback   = "en"
	pluralData = "Count"
)

// Data is what a text is filled with, by placeholder. Whole numbers are written with the language's grouping of digits,
// so a year belongs in as a string. An int named Count chooses the plural form.
type Data map[string]any

// Texts are the texts of all languages. They are safe for concurrent use.
type Texts struct {
	languages map[string]lexicon
	parser    template.Parser
}

type lexicon struct {
	localizer *i18n.Localizer
	numbers   *message.Printer
	keys      map[string]bool
}

// Load reads the embedded texts. An error names the file that is broken.
func Load() (*Texts, error) {
	t := &Texts{languages: map[string]lexicon{}, parser: &template.TextParser{Option: "missingkey=error"}}
	for _, code := range t.Languages() {
		lex, err := load(code)
		if err != nil {
			return nil, err
		}
		t.languages[code] = lex
	}
	return t, nil
}

// Languages returns the codes of all languages that have texts.
func (t *Texts) Languages() []string { return []string{"fr", "ru", "en"} }

// Resolve returns the language of texts for a code such as "fr", "ru-RU" or "en_GB"; English for any other.
func (t *Texts) Resolve(code string) string {
	base, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(code), "_", "-"), "-")
	if slices.Contains(t.Languages(), base) {
		return base
	}
	return fallback
}

// Has tells whether there is a text for the key.
func (t *Texts) Has(key string) bool { return t.languages[fallback].keys[key] }

// Text returns the text for a key in a language, English for an unknown one. A key without a text, or a text that is
// not given all its data, is the key itself, so that a person sees something and whoever maintains it sees what.
func (t *Texts) Text(code, key string, data Data) string {
	lex := t.languages[t.Resolve(code)]
	filled := make(map[string]any, len(data))
	for name, value := range data {
		filled[name] = value
		if n, ok := value.(int); ok {
			filled[name] = lex.numbers.Sprint(number.Decimal(n))
		}
	}
	config := i18n.LocalizeConfig{MessageID: key, TemplateData: filled, TemplateParser: t.parser}
	if count, ok := data[pluralData].(int); ok {
		config.PluralCount = max(count, -count)
	}
	// An error may come with a text: that of the form "other" where a language has no form for this number.
	if text, _ := lex.localizer.Localize(&config); text != "" {
		return text
	}
	return key
}

func load(code string) (lexicon, error) {
	tag := language.Make(code)
	bundle := i18n.NewBundle(tag)
	lex := lexicon{localizer: i18n.NewLocalizer(bundle, code), numbers: message.NewPrinter(tag), keys: map[string]bool{}}
	dir := path.Join("texts", code)
	entries, err := files.ReadDir(dir)
	if err != nil {
		return lex, fmt.Errorf("texts in %s: %w", code, err)
	}
	for _, entry := range entries {
		name := path.Join(dir, entry.Name())
		content, err := files.ReadFile(name)
		if err != nil {
			return lex, fmt.Errorf("texts: %w", err)
		}
		messages, err := bundle.ParseMessageBytes(tag, content, func(b []byte, v any) error { return yaml.Unmarshal(b, v) })
		if err != nil {
			return lex, fmt.Errorf("texts %s: %w", name, err)
		}
		for _, m := range messages {
			if lex.keys[m.ID] {
				return lex, fmt.Errorf("texts %s: key %q has another text already", name, m.ID)
			}
			lex.keys[m.ID] = true
		}
	}
	return lex, nil
}
