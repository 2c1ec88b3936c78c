package discordtest

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
)

//go:embed testdata/openapi.json.gz
var description []byte

// loadRules reads Discord's description once in a process: it takes a fifth of a second and never changes.
var loadRules = sync.OnceValues(func() (*rules, error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(description))
	if err != nil {
		return nil, fmt.Errorf("openapi.json.gz: %w", err)
	}
	doc, err := openapi3.NewLoader().LoadFromIoReader(unzipped)
	if err != nil {
		return nil, fmt.Errorf("openapi.json.gz: %w", err)
	}
	r := &rules{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			pattern := regexp.MustCompile(`\\\{[^}]+\\\}`).ReplaceAllString(regexp.QuoteMeta(path), `[^/]+`)
			one := route{method: method, pattern: regexp.MustCompile("^" + pattern + "$"), fixed: len(path) - strings.Count(path, "{")*100}
			if op.RequestBody != nil {
				if media := op.RequestBody.Value.Content["application/json"]; media != nil {
					one.body = media.Schema
				}
			}
			r.routes = append(r.routes, one)
		}
	}
	slices.SortFunc(r.routes, func(a, b route) int { return b.fixed - a.fixed }) // @original before {message_id}
	return r, nil
})

// rules are Discord's OpenAPI description and what its reference says in prose.
type rules struct {
	routes  []route
	alike   sync.Map // the same, without the numbers
	verdict sync.Map // of what was checked before, []string by method, path's route and body: a check takes 20 ms
}

type route struct {
	method  string
	pattern *regexp.Regexp
	fixed   int // greater the more of the path is fixed
	body    *openapi3.SchemaRef
}

// check returns what a request's body breaks.
func (r *rules) check(method, path string, body []byte) []string {
	at := slices.IndexFunc(r.routes, func(x route) bool { return x.method == method && x.pattern.MatchString(path) })
	if at < 0 {
		return []string{"the OpenAPI description has no such route"}
	}
	schema := r.routes[at].body
	if schema == nil {
		return nil
	}
	key := fmt.Sprintf("%d %s", at, body)
	if known, ok := r.verdict.Load(key); ok {
		return known.([]string)
	}
	broken := judge(schema, method, path, body)
	r.verdict.Store(key, broken)
	return broken
}

var digits = regexp.MustCompile(`[0-9]+`)

// checkAlike is check for bodies of which very many differ in numbers alone: of those the first is checked.
func (r *rules) checkAlike(method, path string, body []byte) []string {
	key := method + " " + digits.ReplaceAllString(path, "0") + " " + string(digits.ReplaceAll(body, []byte("0")))
	if known, ok := r.alike.Load(key); ok {
		return known.([]string)
	}
	broken := r.check(method, path, body)
	r.alike.Store(key, broken)
	return broken
}

func judge(schema *openapi3.SchemaRef, method, path string, body []byte) (broken []string) {
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return []string{"the body is not JSON: " + err.Error()}
	}
	if err := schema.Value.VisitJSON(value, openapi3.EnableJSONSchema2020(), openapi3.MultiErrors()); err != nil {
		broken = append(broken, fmt.Sprintf("%.1500s", err))
	}
	switch {
	case strings.HasSuffix(path, "/commands"):
		broken = append(broken, checkCommands(value)...)
	case strings.HasSuffix(path, "/callback"):
		broken = append(broken, checkCallback(value)...)
	case strings.HasSuffix(path, "/threads"):
	case strings.Contains(path, "/messages"), strings.HasPrefix(path, "/webhooks/"):
		broken = append(broken, checkMessage(value, method == http.MethodPost)...)
	}
	return broken
}

func checkCallback(value any) (broken []string) {
	body := object(value)
	data := object(body["data"])
	switch body["type"] {
	case 4.0, 7.0:
		return checkMessage(data, body["type"] == 4.0)
	case 9.0:
		return checkModal(data)
	case 8.0:
		all, ok := data["choices"].([]any)
		if !ok {
			return []string{"an answer to an autocompletion has no choices"}
		}
		if len(all) > 25 {
			broken = append(broken, fmt.Sprintf("%d choices, at most 25", len(all)))
		}
		for _, c := range all {
			broken = append(broken, size("choice's name", object(c)["name"], 1, 100)...)
			broken = append(broken, size("choice's value", object(c)["value"], 1, 100)...)
		}
	}
	return broken
}

func checkMessage(value any, create bool) (broken []string) {
	body := object(value)
	mentions, ok := object(body["allowed_mentions"])["parse"].([]any)
	if !ok || len(mentions) != 0 {
		broken = append(broken, `allowed_mentions is not {"parse":[]}`)
	}
	broken = append(broken, size("content", body["content"], 0, 2000)...)
	embeds, components := list(body["embeds"]), list(body["components"])
	content, _ := body["content"].(string)
	flags, _ := body["flags"].(float64)
	if create && strings.TrimSpace(content) == "" && len(embeds) == 0 && len(components) == 0 {
		broken = append(broken, "an empty message (50006)")
	}
	if int(flags)&flagComponentsV2 != 0 {
		return append(broken, checkComponents(body)...)
	}
	if len(embeds)+len(components) > 0 {
		broken = append(broken, "embeds, or components without their flag: discordtest knows neither")
	}
	return broken
}

var namePattern = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

func checkCommands(value any) (broken []string) {
	all, ok := value.([]any)
	if !ok {
		all = []any{value}
	}
	seen := map[string]bool{}
	for _, c := range all {
		command := object(c)
		key := fmt.Sprint(command["type"], command["name"])
		if seen[key] {
			broken = append(broken, fmt.Sprintf("command %v twice", command["name"]))
		}
		seen[key] = true
		if command["type"] == 2.0 || command["type"] == 3.0 {
			broken = append(broken, checkMenu(command)...)
			continue
		}
		broken = append(broken, checkNamed(command)...)
		optional := false
		for _, o := range list(command["options"]) {
			option := object(o)
			broken = append(broken, checkNamed(option)...)
			required, _ := option["required"].(bool)
			if required && optional {
				broken = append(broken, fmt.Sprintf("required option %v after an optional one", option["name"]))
			}
			optional = optional || !required
			if auto, _ := option["autocomplete"].(bool); auto && len(list(option["choices"])) > 0 {
				broken = append(broken, fmt.Sprintf("option %v has both choices and autocompletion", option["name"]))
			}
		}
	}
	return broken
}

// checkMenu checks a command in the menu of a message or a person: any name, and no description.
func checkMenu(command map[string]any) (broken []string) {
	broken = size("name", command["name"], 1, 32)
	for _, name := range object(command["name_localizations"]) {
		broken = append(broken, size("name", name, 1, 32)...)
	}
	if length(command["description"]) > 0 || len(list(command["options"])) > 0 {
		broken = append(broken, fmt.Sprintf("command %v of a menu has a description or options", command["name"]))
	}
	return broken
}

func checkNamed(c map[string]any) (broken []string) {
	names, descriptions := map[string]any{"": c["name"]}, map[string]any{"": c["description"]}
	for locale, name := range object(c["name_localizations"]) {
		names[locale] = name
	}
	for locale, text := range object(c["description_localizations"]) {
		descriptions[locale] = text
	}
	for locale, name := range names {
		text, _ := name.(string)
		if !namePattern.MatchString(text) || text != strings.ToLower(text) {
			broken = append(broken, fmt.Sprintf("name %q (%s) is none for a command", text, locale))
		}
	}
	for _, text := range descriptions {
		broken = append(broken, size("description", text, 1, 100)...)
	}
	return broken
}

func object(v any) map[string]any { m, _ := v.(map[string]any); return m }
func list(v any) []any            { l, _ := v.([]any); return l }

// length counts characters as Discord does: code points (discord/discord-api-docs issue 1315).
func length(v any) int { s, _ := v.(string); return utf8.RuneCountInString(s) }

func size(what string, v any, least, most int) []string {
	if n := length(v); n < least || n > most {
		return []string{fmt.Sprintf("%s of %d characters, %d to %d are allowed", what, n, least, most)}
	}
	return nil
}
