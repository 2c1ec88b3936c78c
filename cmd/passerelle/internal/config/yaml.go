package config

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// readYAML reads the file's tree rather than decoding it: every value keeps its line and column, and aliases, which
// could make a small file huge, are never expanded.
func readYAML(path string, content []byte) (layer, []Problem) {
	r := reader{path: path, values: layer{}, seen: map[string]int{}}
	if !utf8.Valid(content) {
		r.problems = append(r.problems, Problem{Where: path, Text: "is not UTF-8 text; save it as UTF-8"})
		return r.values, r.problems
	}
	file, err := parse(content)
	if err != nil {
		var positioned yaml.Error
		if errors.As(err, &positioned) {
			r.say(positioned.GetToken(), "%s", positioned.GetMessage())
		} else {
			r.say(nil, "%s", err)
		}
		return r.values, r.problems
	}
	var bodies []ast.Node
	for _, doc := range file.Docs {
		if doc.Body != nil {
			bodies = append(bodies, doc.Body)
		}
	}
	if len(bodies) > 1 {
		r.say(bodies[1].GetToken(), "a second YAML document; keep all settings in one")
		return r.values, r.problems
	}
	for _, body := range bodies {
		if _, comment := body.(*ast.CommentGroupNode); !comment {
			r.mapping("", body)
		}
	}
	return r.values, r.problems
}

// parse turns a panic into an error: the file is a person's, and the parser has panicked on malformed input before
// (goccy/go-yaml issues 439, 479).
func parse(content []byte) (file *ast.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			file, err = nil, errors.New("is not readable as YAML")
		}
	}()
	return parser.ParseBytes(content, 0)
}

type reader struct {
	path     string
	values   layer
	seen     map[string]int // line of each key
	problems []Problem
}

func (r *reader) say(at *token.Token, format string, args ...any) {
	where := r.path
	if at != nil && at.Position != nil {
		where = fmt.Sprintf("%s:%d:%d", r.path, at.Position.Line, at.Position.Column)
	}
	r.problems = append(r.problems, Problem{Where: where, Text: fmt.Sprintf(format, args...)})
}

func (r *reader) mapping(path string, node ast.Node) {
	var entries []*ast.MappingValueNode
	switch n := node.(type) {
	case *ast.MappingNode:
		entries = n.Values
	case *ast.MappingValueNode:
		entries = []*ast.MappingValueNode{n}
	case *ast.NullNode:
		return
	default:
		if path == "" {
			r.say(node.GetToken(), "must be keys with values, such as \"data: /var/lib/passerelle\", not %s", describe(node))
		} else {
			r.say(node.GetToken(), "%s is a section, not %s; its keys are %s", path, describe(node), strings.Join(section(path), ", "))
		}
		return
	}
	for _, entry := range entries {
		r.entry(path, entry)
	}
}

func (r *reader) entry(path string, entry *ast.MappingValueNode) {
	at := entry.Key.GetToken()
	if entry.Key.IsMergeKey() {
		r.say(at, "merge keys (<<) are not understood here; write the keys out")
		return
	}
	name, ok := entry.Key.(ast.ScalarNode)
	if !ok {
		r.say(at, "a key must be a plain word")
		return
	}
	full := name.GetToken().Value
	if path != "" {
		full = path + "." + full
	}
	if advice, secret := secretAdvice(full); secret {
		r.say(at, "%s is a secret and does not belong in this file: %s", full, advice)
		return
	}
	if len(section(full)) > 0 {
		r.mapping(full, entry.Value)
		return
	}
	k, ok := find(full)
	if !ok {
		r.say(at, "%s", unknown(full))
		return
	}
	if line, again := r.seen[full]; again {
		r.say(at, "%s is already set in line %d", full, line)
		return
	}
	r.seen[full] = at.Position.Line
	r.value(k, entry.Value)
}

func (r *reader) value(k key, node ast.Node) {
	var written string
	switch n := node.(type) {
	case *ast.NullNode:
		return
	case *ast.StringNode:
		written = n.Value
	case *ast.LiteralNode:
		written = strings.TrimSpace(n.Value.Value)
	case *ast.IntegerNode:
		// An id is written as a number, and too long a number for a float; its digits count.
		if k.kind != snowflake && k.kind != count && k.kind != span && k.kind != publicKey {
			r.wrongType(k, node)
			return
		}
		written = n.GetToken().Value
	case *ast.BoolNode:
		if k.kind != flag {
			r.wrongType(k, node)
			return
		}
		written = strconv.FormatBool(n.Value)
	default:
		r.wrongType(k, node)
		return
	}
	_, isText := node.(*ast.StringNode)
	if isText && (k.kind == count || k.kind == flag) {
		r.wrongType(k, node)
		return
	}
	if written == "" {
		return
	}
	parsed, err := k.parse(written)
	if err != nil {
		r.say(node.GetToken(), "%s %s", k.path, err)
		return
	}
	r.values[k.path] = parsed
}

func (r *reader) wrongType(k key, node ast.Node) {
	want := map[kind]string{
		text: "a text (in quotes, if it looks like a number)", path: "a path", address: "an address", origin: "an address", flag: "true or false", snowflake: "a Discord id",
		count: "a whole number", duration: "a time with its unit, such as 30s", frequency: "questions in a time, such as 20/1h",
		listen: "a host and a port, such as 127.0.0.1:8080", publicKey: "64 hexadecimal digits, in quotes", span: "auto, a number, or a range such as 0-3/16", choice: "one of " + strings.Join(k.choices, ", "),
	}[k.kind]
	r.say(node.GetToken(), "%s must be %s, not %s", k.path, want, describe(node))
}

func describe(node ast.Node) string {
	switch node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a section with keys"
	case *ast.SequenceNode:
		return "a list"
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "a number"
	case *ast.BoolNode:
		return "true or false"
	case *ast.StringNode, *ast.LiteralNode:
		return "a text"
	case *ast.AliasNode, *ast.AnchorNode:
		return "an anchor or alias"
	case *ast.TagNode:
		return "a tag"
	}
	return "what stands there"
}

// secretAdvice knows the names under which people try to put a secret into the file.
func secretAdvice(path string) (advice string, secret bool) {
	for _, k := range keys() {
		if k.secret == "" {
			continue
		}
		head, tail, _ := strings.Cut(k.path, ".")
		spellings := []string{k.path, tail, head + "_" + tail, head + ".api_" + tail, "api_" + tail, strings.ToLower(k.usual), head + ".bot_" + tail}
		if slices.Contains(spellings, strings.ToLower(path)) {
			return k.secret, true
		}
	}
	return "", false
}
