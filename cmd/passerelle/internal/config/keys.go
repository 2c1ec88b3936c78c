package config

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/knadh/koanf/maps"
)

// Problem is one thing that is wrong, and where.
type Problem struct {
	Where string // file:line:column, the variable, or the flag
	Text  string // what is wrong, and what to do
}

// String is the problem on one line.
func (p Problem) String() string {
	if p.Where == "" {
		return p.Text
	}
	return p.Where + ": " + p.Text
}

// Error is everything that is wrong in the settings.
type Error struct{ Problems []Problem }

// Error lists the problems, one a line.
func (e *Error) Error() string {
	var lines []string
	for _, p := range e.Problems {
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

// key is one thing that can be set.
type key struct {
	path    string
	usual   string // a variable of another name that sets it too; PASSERELLE_… goes before it
	kind    kind
	choices []string
	secret  string // not empty: not from the file, and this is what to do instead
}

type kind int

const (
	text kind = iota
	path
	address
	origin // an address without a path
	snowflake
	count
	duration
	choice
	flag
	frequency
	listen    // host:port
	publicKey // of an application, in hexadecimal
	span      // shards of all shards
)

// keys returns every key, in the order of config.example.yaml.
func keys() []key {
	return []key{
		{path: "data", kind: path},
		{path: "corpus", kind: path},
		{path: "index.cache_mb", kind: count},
		{path: "log.level", kind: choice, choices: []string{"debug", "info", "warn", "error"}},
		{path: "log.format", kind: choice, choices: []string{"text", "json"}},
		{path: "discord.api", kind: origin},
		{path: "discord.guild", kind: snowflake},
		{path: "discord.message_content", kind: flag},
		{path: "discord.gateway", kind: flag},
		{path: "discord.shards", kind: span},
		{path: "discord.public_key", kind: publicKey},
		{path: "discord.token_file", kind: path},
		{path: "discord.token", usual: "DISCORD_TOKEN", secret: "set DISCORD_TOKEN, or name a file that holds it with discord.token_file"},
		{path: "llm.base_url", usual: "OPENAI_BASE_URL", kind: address},
		{path: "llm.model"},
		{path: "llm.key_file", kind: path},
		{path: "llm.key", usual: "OPENAI_API_KEY", secret: "set OPENAI_API_KEY, or name a file that holds it with llm.key_file"},
		{path: "llm.timeout", kind: duration},
		{path: "llm.max_tokens", kind: count},
		{path: "llm.max_tokens_field", kind: choice, choices: []string{"max_tokens", "max_completion_tokens"}},
		{path: "llm.omit_temperature", kind: flag},
		{path: "llm.response_format", kind: choice, choices: []string{"json_schema", "json_object", "none"}},
		{path: "llm.strict_schema", kind: flag},
		{path: "llm.stream", kind: flag},
		{path: "llm.stream_options", kind: flag},
		{path: "llm.context_tokens", kind: count},
		{path: "answer.timeout", kind: duration},
		{path: "proof.judge", kind: flag},
		{path: "proof.max_age", kind: duration},
		{path: "store.path", kind: path},
		{path: "store.retention", kind: duration},
		{path: "limits.person", kind: frequency},
		{path: "limits.channel", kind: frequency},
		{path: "limits.guild", kind: frequency},
		{path: "limits.global", kind: frequency},
		{path: "limits.running", kind: count},
		{path: "limits.waiting", kind: count},
		{path: "web.address", kind: listen},
		{path: "traces.endpoint", kind: address},
		{path: "embeddings.base_url", kind: address},
		{path: "embeddings.model"},
		{path: "embeddings.query_model"},
		{path: "embeddings.passage_model"},
		{path: "embeddings.query_prefix"},
		{path: "embeddings.passage_prefix"},
		{path: "embeddings.batch", kind: count},
		{path: "embeddings.timeout", kind: duration},
		{path: "embeddings.key_file", kind: path},
		// OPENAI_API_KEY is not taken: it may belong to another server than this one.
		{path: "embeddings.key", secret: "set PASSERELLE_EMBEDDINGS_KEY, or name a file that holds it with embeddings.key_file"},
	}
}

// Keys returns the path of every key of the file, in the order of config.example.yaml.
func Keys() []string {
	var paths []string
	for _, k := range keys() {
		if k.secret == "" {
			paths = append(paths, k.path)
		}
	}
	return paths
}

// Variable is the environment variable of a key.
func Variable(path string) string {
	return "PASSERELLE_" + strings.ToUpper(strings.ReplaceAll(path, ".", "_"))
}

func find(path string) (key, bool) {
	all := keys()
	i := slices.IndexFunc(all, func(k key) bool { return k.path == path })
	if i < 0 {
		return key{}, false
	}
	return all[i], true
}

// section returns the keys below a path.
func section(path string) []string {
	return slices.DeleteFunc(Keys(), func(k string) bool { return !strings.HasPrefix(k, path+".") })
}

// parse reads a value as it stands in the environment or on the command line.
func (k key) parse(value string) (any, error) {
	switch k.kind {
	case address, origin:
		return value, checkAddress(value, k.kind == origin)
	case flag:
		on, err := strconv.ParseBool(value)
		if err != nil {
			return nil, errors.New("must be true or false")
		}
		return on, nil
	case snowflake:
		if _, err := strconv.ParseUint(value, 10, 64); err != nil {
			return nil, errors.New("must be a Discord id: digits alone, such as 123456789012345678")
		}
		return value, nil
	case count:
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 {
			return nil, errors.New("must be a whole number from 1")
		}
		return n, nil
	case duration:
		d, err := parseTime(value)
		if err != nil {
			return nil, errors.New("must be a time with its unit, such as 30s or 1m30s")
		}
		return d, nil
	case frequency:
		return parseRate(value)
	case listen:
		return value, checkListen(value)
	case publicKey:
		if raw, err := hex.DecodeString(value); err != nil || len(raw) != ed25519.PublicKeySize {
			return nil, errors.New("must be 64 hexadecimal digits, as the developer portal shows them (General Information → Public Key)")
		}
	case span:
		if !spanForm.MatchString(value) {
			return nil, errors.New("must be auto, a number of shards such as 4, or a range of all of them such as 0-3/16")
		}
	case choice:
		if !slices.Contains(k.choices, value) {
			return nil, fmt.Errorf("must be one of %s", strings.Join(k.choices, ", "))
		}
	}
	return value, nil
}

// spanForm is how shards are written; whether the numbers fit together, the gateway says.
var spanForm = regexp.MustCompile(`^(auto|[1-9][0-9]{0,4}|[0-9]{1,5}(-[0-9]{1,5})?/[1-9][0-9]{0,4})$`)

// checkListen wants an address to listen at. All interfaces are asked for by their name, 0.0.0.0 or [::].
func checkListen(value string) error {
	host, port, err := net.SplitHostPort(value)
	n, numeric := strconv.Atoi(port)
	if err != nil || host == "" || numeric != nil || n < 0 || n > 65535 {
		return errors.New("must be a host and a port, such as 127.0.0.1:8080, or 0.0.0.0:8080 for all interfaces")
	}
	return nil
}

// unlimited is written for a Rate that limits nothing.
const unlimited = "none"

func parseRate(value string) (Rate, error) {
	if value == unlimited {
		return Rate{}, nil
	}
	number, time, _ := strings.Cut(value, "/")
	n, err := strconv.Atoi(strings.TrimSpace(number))
	per, timeErr := parseTime(strings.TrimSpace(time))
	if err != nil || timeErr != nil || n < 1 || n > maxRate {
		return Rate{}, fmt.Errorf("must be a number of questions and a time, such as 20/1h, or %s", unlimited)
	}
	return Rate{n, per}, nil
}

// maxRate is the most questions of a Rate.
const maxRate = 1_000_000

func parseTime(value string) (time.Duration, error) {
	d, err := time.ParseDuration(value)
	if err == nil && d <= 0 {
		err = errors.New("not positive")
	}
	return d, err
}

// checkAddress never shows the address: a key pasted into the wrong place must not end up in a log.
func checkAddress(value string, bare bool) error {
	u, err := url.Parse(value)
	switch {
	case err != nil || (u.Scheme != "http" && u.Scheme != "https"):
		return errors.New("must be an address that begins with https:// or http://")
	case u.Hostname() == "":
		return errors.New("is an address without a host; write it as https://host/path")
	case u.User != nil:
		return errors.New("must not hold a name or a password; secrets have keys of their own")
	case u.RawQuery != "" || u.Fragment != "":
		return errors.New("must end before any ? or #")
	case bare && strings.Trim(u.Path, "/") != "":
		return errors.New("must be a scheme and a host alone, such as http://localhost:8080")
	}
	return nil
}

// layer is one source's values by key; it is a koanf.Provider.
type layer map[string]any

// Read implements koanf.Provider.
func (l layer) Read() (map[string]any, error) { return maps.Unflatten(l, "."), nil }

// ReadBytes implements koanf.Provider.
func (l layer) ReadBytes() ([]byte, error) { return nil, errors.ErrUnsupported }

func (l layer) set(path, value, where string) *Problem {
	k, ok := find(path)
	if !ok {
		return &Problem{Where: where, Text: unknown(path)}
	}
	parsed, err := k.parse(value)
	if err != nil {
		return &Problem{Where: where, Text: path + " " + err.Error()}
	}
	l[path] = parsed
	return nil
}

// anchorPaths makes relative paths relative to dir.
func (l layer) anchorPaths(dir string) {
	for _, k := range keys() {
		if value, ok := l[k.path].(string); ok && k.kind == path && value != "" && value != Temporary && !filepath.IsAbs(value) {
			l[k.path] = filepath.Join(dir, value)
		}
	}
}

func readEnvironment(environ []string) (l layer, problems []Problem, warnings []string) {
	l = layer{}
	set := map[string]string{}
	for _, entry := range environ {
		if name, value, ok := strings.Cut(entry, "="); ok && value != "" {
			set[name] = value
		}
	}
	known := map[string]bool{}
	for _, k := range keys() {
		for _, name := range []string{k.usual, Variable(k.path)} {
			known[name] = true
			if value, ok := set[name]; ok && name != "" {
				if problem := l.set(k.path, value, name); problem != nil {
					problems = append(problems, *problem)
				}
			}
		}
	}
	for _, name := range slices.Sorted(mapKeys(set)) {
		if !strings.HasPrefix(name, "PASSERELLE_") || known[name] {
			continue
		}
		best, distance := nearestOf(name, variables())
		// A slip of the finger is an error; anything else may be another program's, such as the variables that
		// Kubernetes makes for a service of this name.
		if distance <= 2 {
			problems = append(problems, Problem{Where: name, Text: "no such setting; the nearest is " + best})
		} else {
			warnings = append(warnings, "the variable "+name+" sets nothing; the nearest is "+best)
		}
	}
	return l, problems, warnings
}

func variables() []string {
	var names []string
	for _, k := range keys() {
		names = append(names, Variable(k.path))
	}
	return names
}
