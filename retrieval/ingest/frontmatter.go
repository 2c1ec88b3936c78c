package ingest

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"golang.org/x/text/language"

	"passerelle/retrieval"
)

const (
	fence               = "---"    // the line before and after front matter
	maxFrontMatterBytes = 16 << 10 // far above any real one; the YAML parser takes a second for as many brackets
	maxIDBytes          = 200
	knownFields         = "id, title, source, url, date, language, kind, places, people, organisations"
)

var (
	errEmptyBody = errors.New("there is no text")
	errUnknown   = errors.New("is not a field of front matter; the fields are " + knownFields)
)

// header is front matter as written: every scalar as text.
type header struct {
	id, title, source, url, date, language, kind string
	places, people, organisations                []string
	lines                                        map[string]int  // where each field stands in the file
	unread                                       map[string]bool // fields that were there and could not be read
}

// scalar returns where the text of a field goes, or nil when the field holds no text.
func (h *header) scalar(field string) *string {
	switch field {
	case "id":
		return &h.id
	case "title":
		return &h.title
	case "source":
		return &h.source
	case "url":
		return &h.url
	case "date":
		return &h.date
	case "language":
		return &h.language
	case "kind":
		return &h.kind
	}
	return nil
}

// list returns where the items of a field go, or nil when the field is no list.
func (h *header) list(field string) *[]string {
	switch field {
	case "places":
		return &h.places
	case "people":
		return &h.people
	case "organisations":
		return &h.organisations
	}
	return nil
}

// markdown makes a document of front matter and text, with the line of its id and all that is wrong with it.
func markdown(text string) (*retrieval.Document, int, []*Problem) {
	doc := &retrieval.Document{}
	first, rest, _ := strings.Cut(text, "\n")
	if strings.TrimRight(first, " \t") != fence {
		return doc, 0, []*Problem{{Line: 1, Err: errors.New("does not begin with front matter: a line ---, fields such as id and title, a line ---; name a file without it .txt")}}
	}
	matter, body, closed := cutFence(rest)
	if !closed {
		return doc, 0, []*Problem{{Line: 1, Err: errors.New("front matter is not closed by a line ---")}}
	}
	if len(matter) > maxFrontMatterBytes {
		return doc, 0, []*Problem{{Line: 1, Err: fmt.Errorf("front matter has %d bytes, more than the %d that it may have", len(matter), maxFrontMatterBytes)}}
	}
	fields, broken := parseYAML(matter)
	if broken != nil {
		return doc, 0, []*Problem{broken}
	}
	h, problems := parseHeader(fields)
	doc.Text = strings.TrimSpace(body)
	problems = append(problems, fill(doc, h)...)
	if doc.Text == "" {
		problems = append(problems, &Problem{Line: 2 + strings.Count(matter, "\n"), Err: errEmptyBody})
	}
	return doc, h.lines["id"], problems
}

// cutFence splits at the first line that is a fence.
func cutFence(text string) (before, after string, found bool) {
	for at := 0; at < len(text); {
		line, _, more := strings.Cut(text[at:], "\n")
		if strings.TrimRight(line, " \t") == fence {
			return text[:at], text[min(at+len(line)+1, len(text)):], true
		}
		if !more {
			break
		}
		at += len(line) + 1
	}
	return text, "", false
}

// parseHeader reads the fields, and says of each that it cannot read why not.
func parseHeader(fields []field) (*header, []*Problem) {
	h := &header{lines: make(map[string]int), unread: make(map[string]bool)}
	var problems []*Problem
	for _, f := range fields {
		name, line := f.name, f.line
		h.lines[name] = line
		var err error
		if text := h.scalar(name); text != nil {
			*text, err = scalarText(f.value)
		} else if items := h.list(name); items != nil {
			*items, err = listTexts(f.value)
		} else {
			err = errUnknown
		}
		if err != nil {
			h.unread[name] = true
			problems = append(problems, &Problem{Line: line, Field: name, Err: err})
		}
	}
	return h, problems
}

// field is one entry of front matter.
type field struct {
	name  string
	line  int // in the file, from 1
	value ast.Node
}

// parseYAML returns the entries of a YAML mapping in their order. The first line of matter is the file's second.
func parseYAML(matter string) ([]field, *Problem) {
	file, err := parser.ParseBytes([]byte(quoteColons(matter)), 0)
	if err != nil {
		return nil, yamlProblem(matter, err)
	}
	if len(file.Docs) > 1 {
		return nil, &Problem{Line: 2, Err: errors.New("front matter holds several YAML documents")}
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return nil, nil
	}
	mapping, ok := file.Docs[0].Body.(ast.MapNode)
	if !ok {
		return nil, &Problem{Line: fileLine(file.Docs[0].Body), Err: errors.New("front matter is not a list of fields such as “id: lyon-2019”")}
	}
	var fields []field
	for entries := mapping.MapRange(); entries.Next(); {
		fields = append(fields, field{
			name:  entries.Key().GetToken().Value,
			line:  fileLine(entries.Key()),
			value: entries.Value(),
		})
	}
	return fields, nil
}

// yamlProblem places a syntax error at its line, and at the field that the line belongs to.
func yamlProblem(matter string, err error) *Problem {
	p := &Problem{Line: 2, Err: errors.New("front matter is not valid YAML")}
	if e, ok := errors.AsType[yaml.Error](err); ok {
		p.Err = fmt.Errorf("front matter is not valid YAML: %s", e.GetMessage())
		if t := e.GetToken(); t != nil && t.Position != nil {
			p.Line = t.Position.Line + 1
		}
	}
	lines := strings.Split(matter, "\n")
	for i := min(p.Line-2, len(lines)-1); i >= 0; i-- {
		if name, _, ok := strings.Cut(lines[i], ":"); ok && name != "" && strings.TrimLeft(name, " \t-") == name {
			p.Field = strings.TrimSpace(name)
			break
		}
	}
	return p
}

func fileLine(n ast.Node) int {
	if t := n.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line + 1
	}
	return 2
}

// scalarText returns a scalar as written (2024, not the number), or "" for none.
func scalarText(n ast.Node) (string, error) {
	var text string
	switch n := n.(type) {
	case *ast.NullNode:
		return "", nil
	case *ast.StringNode:
		text = n.Value
	case *ast.LiteralNode:
		text = n.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		text = n.GetToken().Value
	default:
		return "", fmt.Errorf("must be text, is %s", kindOf(n))
	}
	text = strings.TrimSpace(text)
	if i := strings.IndexFunc(text, unicode.IsControl); i >= 0 {
		return "", errors.New("must be one line without control characters")
	}
	return text, nil
}

func listTexts(n ast.Node) ([]string, error) {
	if _, null := n.(*ast.NullNode); null {
		return nil, nil
	}
	sequence, ok := n.(*ast.SequenceNode)
	if !ok {
		return nil, fmt.Errorf("must be a list such as [Lyon, Irkoutsk], is %s", kindOf(n))
	}
	var items []string
	for i, item := range sequence.Values {
		text, err := scalarText(item)
		if err == nil && text == "" {
			err = errors.New("is empty")
		}
		if err != nil {
			return nil, fmt.Errorf("item %d %w", i+1, err)
		}
		items = append(items, text)
	}
	return items, nil
}

func kindOf(n ast.Node) string {
	switch n.(type) {
	case *ast.SequenceNode:
		return "a list"
	case ast.MapNode:
		return "a mapping"
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode:
		return "a YAML anchor, alias or tag"
	}
	return "a single value"
}

// quoteColons puts quotes round the unquoted text of a one-line field that holds a colon and a space, which YAML
// forbids and French typography is full of. Lines keep their numbers.
func quoteColons(matter string) string {
	var h header
	lines := strings.Split(matter, "\n")
	for i, line := range lines {
		name, value, ok := strings.Cut(line, ":")
		if !ok || h.scalar(name) == nil || !strings.HasPrefix(value, " ") {
			continue
		}
		value = strings.TrimSpace(value)
		comment := ""
		if at := strings.Index(value, " #"); at >= 0 {
			value, comment = strings.TrimSpace(value[:at]), value[at:]
		}
		if value == "" || strings.ContainsRune("\"'[]{}>|&*!%@`#,?-", rune(value[0])) || !strings.Contains(value+" ", ": ") {
			continue
		}
		lines[i] = name + ": '" + strings.ReplaceAll(value, "'", "''") + "'" + comment
	}
	return strings.Join(lines, "\n")
}

// fill checks the fields' meaning and puts them into the document.
func fill(doc *retrieval.Document, h *header) []*Problem {
	var problems []*Problem
	report := func(field string, err error) {
		if err != nil && !h.unread[field] {
			problems = append(problems, &Problem{Line: max(h.lines[field], 1), Field: field, Err: err})
		}
	}
	doc.Title, doc.Source, doc.URL, doc.Kind = h.title, h.source, h.url, h.kind
	doc.Places, doc.People, doc.Organisations = h.places, h.people, h.organisations
	doc.ID = h.id
	report("id", checkID(h.id))
	if h.title == "" {
		report("title", errors.New("is missing"))
	}
	report("url", checkURL(h.url))
	var err error
	doc.Date, err = retrieval.ParseDate(h.date)
	report("date", err)
	if h.language != "" {
		if _, err := language.Parse(h.language); err != nil {
			report("language", fmt.Errorf("%q is not a language code such as fr, ru or en", h.language))
		}
		doc.Language = strings.ToLower(h.language)
	}
	switch h.kind {
	case retrieval.KindDigest, retrieval.KindArticle, retrieval.KindText:
	case "":
		// Nothing is said of what it is, so nothing is claimed.
		doc.Kind = retrieval.KindText
	default:
		report("kind", fmt.Errorf("%q is not digest, article or text", h.kind))
	}
	return problems
}

// checkID refuses what an id cannot hold: '#' ends it in a passage's id, ',' parts it from the next in lists of ids, and
// '/' would make a path of it.
func checkID(id string) error {
	switch {
	case id == "":
		return errors.New("is missing")
	case len(id) > maxIDBytes:
		return fmt.Errorf("has %d bytes, more than the %d that an id may have", len(id), maxIDBytes)
	case strings.ContainsAny(id, `#,/\`) || strings.ContainsFunc(id, unicode.IsControl):
		return fmt.Errorf("%q has a character that an id may not have: # , / \\ or a control character", id)
	}
	return nil
}

func checkURL(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || strings.ContainsFunc(address, unicode.IsSpace) {
		return fmt.Errorf("%q is not an address that begins with http:// or https://", address)
	}
	if u.User != nil {
		return errors.New("must not hold a user name or password")
	}
	return nil
}
