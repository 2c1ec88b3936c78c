package measure

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"passerelle/bot/cite"
	"passerelle/retrieval"
)

//go:embed translations.tsv
var translationsFile string

// Translation is a sentence of a document with a translation by hand.
type Translation struct {
	Document string // id
	Quote    string // the sentence
	Language string
	Text     string // {…} around people's names, <…> around those of bodies
}

// SeedTranslations returns those of the embedded articles.
func SeedTranslations() ([]Translation, error) {
	return ReadTranslations(strings.NewReader(translationsFile))
}

// maxLineBytes bounds a line of a set.
const maxLineBytes = 1 << 20

// ReadTranslations reads lines of document, quote, language and translation, between tabs; those that begin with # are
// passed over. An error names the line.
func ReadTranslations(r io.Reader) (out []Translation, err error) {
	err = eachRow(r, func(n int, row []string) error {
		if len(row) != 4 || slices.Contains(row, "") {
			return fmt.Errorf("line %d: want document, quote, language and translation between tabs", n)
		}
		if !slices.Contains(languages(), row[2]) {
			return fmt.Errorf("line %d: language %q: want fr, ru or en", n, row[2])
		}
		out = append(out, Translation{row[0], row[1], row[2], row[3]})
		return nil
	})
	return out, err
}

func eachRow(r io.Reader, read func(n int, row []string) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLineBytes)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimRight(lines.Text(), "\r")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := read(n, strings.Split(line, "\t")); err != nil {
			return err
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("a line is longer than %d KiB", maxLineBytes>>10)
	}
	return lines.Err()
}

var marked = regexp.MustCompile(`\{([^{}]+)\}|<([^<>]+)>`)

// unmark takes the marks off a translation and lists what they marked.
func unmark(text string) (plain string, people, bodies []string) {
	for _, m := range marked.FindAllStringSubmatch(text, -1) {
		if m[1] != "" {
			people = append(people, m[1])
		} else {
			bodies = append(bodies, m[2])
		}
	}
	return strings.NewReplacer("{", "", "}", "", "<", "", ">", "").Replace(text), people, bodies
}

// ReadLabelled reads claims that were labelled by hand: lines of columns between tabs, the first naming them. doc, quote,
// lang, claim, label (true or false) and kind must be there; title and date are taken from the corpus's document where
// they are not. A false claim is counted under its kind. An error names the line.
func ReadLabelled(r io.Reader, document func(id string) (*retrieval.Document, bool)) (out []Sample, err error) {
	var at map[string]int
	err = eachRow(r, func(n int, row []string) error {
		if at == nil {
			at, err = labelledHeader(row)
			return err
		}
		if len(row) != len(at) {
			return fmt.Errorf("line %d: %d columns; the first line has %d", n, len(row), len(at))
		}
		s, err := labelled(at, row, document)
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		out = append(out, s)
		return nil
	})
	if err == nil && len(out) == 0 {
		err = errors.New("no claim in it: want a line that names the columns, and a line a claim")
	}
	return out, err
}

func labelledHeader(row []string) (map[string]int, error) {
	at := make(map[string]int, len(row))
	for i, name := range row {
		at[name] = i
	}
	for _, name := range []string{"doc", "quote", "lang", "claim", "label", "kind"} {
		if _, ok := at[name]; !ok {
			return nil, fmt.Errorf("line 1: no column %q; the first line names the columns: doc, quote, lang, claim, label, kind", name)
		}
	}
	return at, nil
}

func labelled(at map[string]int, row []string, document func(id string) (*retrieval.Document, bool)) (Sample, error) {
	field := func(name string) string { return row[at[name]] }
	d := &retrieval.Document{ID: field("doc"), Text: field("quote")}
	if _, ok := at["title"]; ok {
		d.Title = field("title")
	}
	if _, ok := at["date"]; ok {
		date, err := retrieval.ParseDate(field("date"))
		if err != nil {
			return Sample{}, err
		}
		d.Date = date
	} else if known, ok := document(d.ID); ok {
		d.Title, d.Date = known.Title, known.Date
	} else {
		return Sample{}, fmt.Errorf("document %q is not in the corpus, and there are no columns title and date", d.ID)
	}
	s := Sample{Kind: Kind(field("kind")), Language: field("lang")}
	switch label := field("label"); label {
	case "true":
		s.Kind = True
	case "false":
	default:
		return Sample{}, fmt.Errorf("label %q: want true or false", label)
	}
	s.Sources = []cite.Source{{ID: rightID, Document: d, Passage: &retrieval.Passage{ID: d.ID + "#1", Document: d.ID, End: len(d.Text), Text: d.Text}}}
	s.Claim = cite.Claim{Text: field("claim"), Evidence: []cite.Evidence{{ID: rightID, Quote: d.Text}}}
	return s, nil
}
