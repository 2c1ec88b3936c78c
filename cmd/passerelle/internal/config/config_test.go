package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/cmd/passerelle/internal/config"
)

const example = "../../../../config.example.yaml"

var testPublicKey = strings.Repeat("0123456789abcdef", 4)

func load(t *testing.T, content string, environ ...string) (config.Config, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return config.Load(config.Source{File: file, Environ: environ})
}

var compare = cmp.Comparer(func(a, b config.Secret) bool { return a.Reveal() == b.Reveal() })

func TestExampleIsTheDefaults(t *testing.T) {
	got, err := config.Load(config.Source{File: example})
	if err != nil {
		t.Fatal(err)
	}
	want := config.Default()
	want.File = example
	if diff := cmp.Diff(want, got, compare); diff != "" {
		t.Errorf("config.example.yaml differs from the defaults (-default +example):\n%s", diff)
	}
}

// The example must name each key, or it is not complete: give each a wrong value and see it refused on its line.
func TestExampleNamesEveryKey(t *testing.T) {
	content, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(content), "\n")
	named := map[string]int{}
	section := ""
	for i, line := range lines {
		name, value, ok := strings.Cut(line, ":")
		if !ok || strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		switch {
		case strings.HasPrefix(name, "  "):
			named[section+"."+strings.TrimSpace(name)] = i
		case value == "":
			section = name
		default:
			named[name] = i
		}
	}
	for _, key := range config.Keys() {
		line, ok := named[key]
		if !ok {
			t.Errorf("config.example.yaml lacks %s", key)
			continue
		}
		broken := append([]string(nil), lines...)
		broken[line] = broken[line][:strings.Index(broken[line], ":")] + ": [a list]"
		_, err := load(t, strings.Join(broken, "\n"))
		if want := fmt.Sprintf(":%d:", line+1); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), key+" must be") {
			t.Errorf("%s set to a list: %v, want a refusal at %s", key, err, want)
		}
	}
	if len(named) != len(config.Keys()) {
		t.Errorf("config.example.yaml has %d keys, the program %d", len(named), len(config.Keys()))
	}
}

func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		yaml    string
		environ []string
		want    []string
		never   string
	}{
		"unknown key":                {yaml: "llm:\n  modle: x\n", want: []string{"config.yaml:2:3: unknown key llm.modle; the nearest is llm.model"}},
		"unknown section":            {yaml: "lmm:\n  model: x\n", want: []string{"config.yaml:1:1: unknown key lmm; the nearest is llm"}},
		"key without its section":    {yaml: "max_tokens: 3\n", want: []string{"config.yaml:1:1: unknown key max_tokens; the nearest is llm.max_tokens"}},
		"number for text":            {yaml: "llm:\n  model: 4\n", want: []string{"config.yaml:2:10: llm.model must be a text (in quotes, if it looks like a number), not a number"}},
		"text for number":            {yaml: "llm:\n  max_tokens: many\n", want: []string{"config.yaml:2:15: llm.max_tokens must be a whole number, not a text"}},
		"number below one":           {yaml: "llm:\n  max_tokens: 0\n", want: []string{"2:15: llm.max_tokens must be a whole number from 1"}},
		"number too large":           {yaml: "llm:\n  max_tokens: 99999999999999999999\n", want: []string{"2:15: llm.max_tokens must be a whole number"}},
		"more bytes than there are":  {yaml: "index:\n  cache_mb: 8796093022208\n", want: []string{"2:13: index.cache_mb must be a whole number from 1 to 1000000000"}},
		"time without unit":          {yaml: "llm:\n  timeout: 30\n", want: []string{"config.yaml:2:12: llm.timeout must be a time with its unit, such as 30s, not a number"}},
		"time of another kind":       {yaml: "llm:\n  timeout: soon\n", want: []string{"2:12: llm.timeout must be a time with its unit"}},
		"list for a path":            {yaml: "data: [a]\n", want: []string{"config.yaml:1:7: data must be a path, not a list"}},
		"text for a section":         {yaml: "llm: gpt\n", want: []string{"config.yaml:1:6: llm is a section, not a text; its keys are llm.base_url, llm.model"}},
		"section for a text":         {yaml: "llm:\n  model:\n    name: x\n", want: []string{"llm.model must be a text", "not a section with keys"}},
		"choice":                     {yaml: "log:\n  level: loud\n", want: []string{"2:10: log.level must be one of debug, info, warn, error"}},
		"address without scheme":     {yaml: "llm:\n  base_url: api.example.org/v1\n", want: []string{"config.yaml:2:13: llm.base_url must be an address that begins with https:// or http://"}},
		"host and port alone":        {yaml: "discord:\n  api: localhost:8080\n", want: []string{"2:8: discord.api must be an address that begins with"}},
		"address without host":       {yaml: "discord:\n  api: 'https://'\n", want: []string{"2:8: discord.api is an address without a host"}},
		"address with password":      {yaml: "discord:\n  api: https://me:hunter2@host\n", want: []string{"2:8: discord.api must not hold a name or a password"}, never: "hunter2"},
		"address with a path":        {yaml: "discord:\n  api: https://host/api\n", want: []string{"2:8: discord.api must be a scheme and a host alone"}},
		"text for true or false":     {yaml: "llm:\n  omit_temperature: 'yes'\n", want: []string{"2:21: llm.omit_temperature must be true or false, not a text"}},
		"true for a text":            {yaml: "llm:\n  model: true\n", want: []string{"2:10: llm.model must be a text", "not true or false"}},
		"token in the file":          {yaml: "discord:\n  token: abc.def\n", want: []string{"config.yaml:2:3: discord.token is a secret and does not belong in this file: set DISCORD_TOKEN"}, never: "abc.def"},
		"key in the file":            {yaml: "llm:\n  key: sk-123\n", want: []string{"config.yaml:2:3: llm.key is a secret", "OPENAI_API_KEY"}, never: "sk-123"},
		"key under another name":     {yaml: "llm:\n  api_key: sk-123\n", want: []string{"llm.api_key is a secret"}, never: "sk-123"},
		"guild by name":              {yaml: "discord:\n  guild: my server\n", want: []string{"2:10: discord.guild must be a Discord id"}},
		"shards in words":            {yaml: "discord:\n  shards: four\n", want: []string{"2:11: discord.shards must be auto, a number of shards such as 4"}},
		"no shards":                  {yaml: "discord:\n  shards: 0\n", want: []string{"2:11: discord.shards must be auto"}},
		"half a public key":          {yaml: "discord:\n  public_key: '" + testPublicKey[:32] + "'\n", want: []string{"2:15: discord.public_key must be 64 hexadecimal digits"}},
		"an endpoint nowhere":        {yaml: "discord:\n  public_key: '" + testPublicKey + "'\n", want: []string{"discord.public_key is set, but there is no address", "web.address"}},
		"looked at all the time":     {yaml: "index:\n  refresh: 5ms\n", want: []string{"index.refresh is 5ms", "set at least 1s"}},
		"kept for minutes":           {yaml: "store:\n  retention: 5m\n", want: []string{"store.retention is 5m0s", "set at least 1h"}},
		"no way in":                  {yaml: "discord:\n  gateway: false\n", want: []string{"discord.gateway is false, and without discord.public_key nothing reaches the bot"}},
		"a port alone":               {yaml: "web:\n  address: ':8080'\n", want: []string{"2:12: web.address must be a host and a port"}},
		"a page":                     {yaml: "web:\n  address: http://localhost:8080\n", want: []string{"2:12: web.address must be a host and a port"}},
		"a collector without scheme": {environ: []string{"PASSERELLE_TRACES_ENDPOINT=localhost:4318"}, want: []string{"PASSERELLE_TRACES_ENDPOINT: traces.endpoint must be an address"}},
		"twice":                      {yaml: "data: a\ndata: b\n", want: []string{"config.yaml:2:1"}},
		"not YAML":                   {yaml: "llm:\n\t- {\n", want: []string{"config.yaml:2"}},
		"a bare text":                {yaml: "hello\n", want: []string{"config.yaml:1:1: must be keys with values, such as \"data: /var/lib/passerelle\", not a text"}},
		"a list":                     {yaml: "- a\n", want: []string{"config.yaml:1:1: must be keys with values", "not a list"}},
		"two documents":              {yaml: "data: a\n---\ndata: b\n", want: []string{"config.yaml:3:", "a second YAML document"}},
		"anchor":                     {yaml: "data: &x a\ncorpus: *x\n", want: []string{"data must be a path, not an anchor or alias", "corpus must be a path, not an anchor or alias"}},
		"not UTF-8":                  {yaml: "data: \xff\n", want: []string{"is not UTF-8 text"}},
		"all at once":                {yaml: "dat: a\nllm:\n  max_tokens: x\n", want: []string{"1:1: unknown key dat;", "3:15: llm.max_tokens"}},
		"variable with a slip":       {environ: []string{"PASSERELLE_LLM_MODLE=x"}, want: []string{"PASSERELLE_LLM_MODLE: no such setting; the nearest is PASSERELLE_LLM_MODEL"}},
		"variable of the wrong type": {environ: []string{"PASSERELLE_LLM_MAX_TOKENS=many"}, want: []string{"PASSERELLE_LLM_MAX_TOKENS: llm.max_tokens must be a whole number"}},
		"usual name, no scheme":      {environ: []string{"OPENAI_BASE_URL=sk-secret"}, want: []string{"OPENAI_BASE_URL: llm.base_url must be an address"}, never: "sk-secret"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, c.yaml, c.environ...)
			var refused *config.Error
			if !errors.As(err, &refused) {
				t.Fatalf("error %v, want a *config.Error", err)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q\nlacks %q", err, want)
				}
			}
			if c.never != "" && strings.Contains(err.Error(), c.never) {
				t.Errorf("error %q shows %q", err, c.never)
			}
		})
	}
}

func TestPrecedence(t *testing.T) {
	yaml := "data: index\nllm:\n  model: from-file\n  base_url: https://file.example/v1\n  timeout: 90s\n  max_tokens: 7\ndiscord:\n  guild: 123456789012345678\n  token_file: /etc/token\n"
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := config.Load(config.Source{
		File: file,
		Environ: []string{
			"PASSERELLE_LLM_MODEL=from-environment", "OPENAI_BASE_URL=https://usual.example/v1", "DISCORD_TOKEN=tok",
			"OPENAI_API_KEY=usual", "PASSERELLE_LLM_KEY=own", "PASSERELLE_LLM_TIMEOUT=", "PASSERELLE_CORPUS=texts",
			"PASSERELLE_SERVICE_PORT_8080_TCP=tcp://10.0.0.1",
		},
		Overrides: map[string]string{"corpus": "flag", "data": ""},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := config.Default()
	want.File = file
	want.Data = filepath.Join(filepath.Dir(file), "index")
	want.Corpus = "flag"
	want.LLM.Model = "from-environment"
	want.LLM.BaseURL = "https://usual.example/v1"
	want.LLM.Key = config.NewSecret("own")
	want.LLM.Timeout, want.Answer.Timeout = 90*time.Second, 90*time.Second
	want.LLM.MaxTokens = 7
	want.Discord.Guild = "123456789012345678"
	want.Discord.TokenFile = "/etc/token"
	want.Discord.Token = config.NewSecret("tok")
	if len(got.Warnings) != 1 || !strings.HasPrefix(got.Warnings[0], "the variable PASSERELLE_SERVICE_PORT_8080_TCP sets nothing") {
		t.Errorf("warnings %q", got.Warnings)
	}
	want.Warnings = got.Warnings // which name is the nearest to one so far off is all the same
	if diff := cmp.Diff(want, got, compare); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestProblemsComeInOneOrder: what is wrong is said the same way each time, the command line's in the order of its keys.
func TestProblemsComeInOneOrder(t *testing.T) {
	_, err := config.Load(config.Source{
		Environ:   []string{"PASSERELLE_LLM_STREAM=perhaps"},
		Overrides: map[string]string{"log.level": "loud", "index.cache_mb": "0", "answer.timeout": "soon", "corpsu": "x", "log.format": "wax"},
	})
	want := []string{"PASSERELLE_LLM_STREAM: llm.stream ", "--answer.timeout: ", "--corpsu: unknown key corpsu; the nearest is corpus", "--index.cache_mb: ", "--log.format: ", "--log.level: "}
	lines := strings.Split(fmt.Sprint(err), "\n")
	if len(lines) != len(want) {
		t.Fatalf("%d problems, want %d:\n%v", len(lines), len(want), err)
	}
	for i, line := range lines {
		if !strings.HasPrefix(line, want[i]) {
			t.Errorf("problem %d: %q, want %q", i+1, line, want[i])
		}
	}
}

func TestDoubtsAboutAModel(t *testing.T) {
	for name, c := range map[string]struct {
		environ []string
		want    string // of the one warning; "" for none
	}{
		"longer than Discord's people are kept waiting": {[]string{"PASSERELLE_LLM_MODEL=m", "PASSERELLE_ANSWER_TIMEOUT=9m1s"}, "answer.timeout is 9m1s"},
		"the same by the model's time alone":            {[]string{"PASSERELLE_LLM_MODEL=m", "PASSERELLE_LLM_TIMEOUT=10m"}, "answer.timeout is 10m0s"},
		"as long as there is time":                      {[]string{"PASSERELLE_LLM_MODEL=m", "PASSERELLE_LLM_TIMEOUT=9m"}, ""},
		"a reply longer than an answer":                 {[]string{"PASSERELLE_LLM_MODEL=m", "PASSERELLE_LLM_TIMEOUT=2m", "PASSERELLE_ANSWER_TIMEOUT=1m"}, "llm.timeout is 2m0s"},
		"little room":                                   {[]string{"PASSERELLE_LLM_MODEL=m", "PASSERELLE_LLM_CONTEXT_TOKENS=4096"}, "llm.context_tokens is 4096"},
		"enough room":                                   {[]string{"PASSERELLE_LLM_MODEL=m", "PASSERELLE_LLM_CONTEXT_TOKENS=8192"}, ""},
		"no model":                                      {[]string{"PASSERELLE_LLM_TIMEOUT=1h"}, ""},
	} {
		got, err := config.Load(config.Source{Environ: c.environ})
		if err != nil {
			t.Fatal(err)
		}
		if all := strings.Join(got.Warnings, "; "); (c.want == "") != (all == "") || !strings.Contains(all, c.want) || len(got.Warnings) > 1 {
			t.Errorf("%s: warnings %q, want %q", name, got.Warnings, c.want)
		}
	}
}

func TestEveryKeyByVariable(t *testing.T) {
	values := map[string]string{
		"data": "d", "corpus": "c", "index.cache_mb": "17", "index.refresh": "2m", "log.level": "debug", "log.format": "json", "discord.api": "http://127.0.0.1:1", "discord.guild": "42",
		"discord.token_file": "t", "llm.base_url": "http://127.0.0.1:2/v1", "llm.model": "m", "llm.key_file": "k", "llm.timeout": "5s",
		"llm.max_tokens": "9", "llm.max_tokens_field": "max_completion_tokens", "llm.omit_temperature": "true", "llm.response_format": "none",
		"embeddings.base_url": "http://127.0.0.1:3/v1", "embeddings.model": "e", "embeddings.query_model": "q", "embeddings.passage_model": "p",
		"embeddings.query_prefix": "query: ", "embeddings.passage_prefix": "passage: ", "embeddings.batch": "8", "embeddings.timeout": "6s",
		"embeddings.key_file": "e",
		"llm.strict_schema":   "true", "llm.stream": "false", "llm.stream_options": "true", "llm.context_tokens": "4096", "answer.timeout": "7s",
		"proof.judge": "true", "proof.max_age": "240h", "discord.message_content": "true", "store.path": "s", "store.retention": "48h",
		"limits.person": "3/30m", "limits.channel": "none", "limits.guild": "5/2h", "limits.global": "6/1m", "limits.running": "2", "limits.waiting": "9",
		"discord.gateway": "false", "discord.shards": "0-3/16", "discord.public_key": testPublicKey, "web.address": "[::1]:8080", "traces.endpoint": "http://127.0.0.1:4318/v1/traces",
	}
	var environ []string
	for _, key := range config.Keys() {
		value, ok := values[key]
		if !ok {
			t.Fatalf("give this test a value for %s", key)
		}
		environ = append(environ, config.Variable(key)+"="+value)
	}
	got, err := config.Load(config.Source{Environ: environ})
	if err != nil {
		t.Fatal(err)
	}
	want := config.Config{
		Data: "d", Corpus: "c", Index: config.Index{CacheMB: 17, Refresh: 2 * time.Minute}, Log: config.Log{Level: "debug", Format: "json"},
		Discord: config.Discord{API: "http://127.0.0.1:1", Guild: "42", TokenFile: "t", MessageContent: true, Shards: "0-3/16", PublicKey: testPublicKey},
		Web:     config.Web{Address: "[::1]:8080"}, Traces: config.Traces{Endpoint: "http://127.0.0.1:4318/v1/traces"},
		LLM: config.LLM{BaseURL: "http://127.0.0.1:2/v1", Model: "m", KeyFile: "k", Timeout: 5 * time.Second, MaxTokens: 9, MaxTokensField: "max_completion_tokens", OmitTemperature: true, ResponseFormat: "none",
			StrictSchema: true, StreamOptions: true, ContextTokens: 4096},
		Answer: config.Answer{Timeout: 7 * time.Second}, Proof: config.Proof{Judge: true, MaxAge: 240 * time.Hour},
		Store: config.Store{Path: "s", Retention: 48 * time.Hour},
		Limits: config.Limits{
			Person: config.Rate{Questions: 3, Per: 30 * time.Minute}, Guild: config.Rate{Questions: 5, Per: 2 * time.Hour},
			Global: config.Rate{Questions: 6, Per: time.Minute}, Running: 2, Waiting: 9,
		},
		Embeddings: config.Embeddings{
			BaseURL: "http://127.0.0.1:3/v1", Model: "e", QueryModel: "q", PassageModel: "p", QueryPrefix: "query: ", PassagePrefix: "passage: ",
			Batch: 8, Timeout: 6 * time.Second, KeyFile: "e",
		},
	}
	if diff := cmp.Diff(want, got, compare); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhereTheFileIs(t *testing.T) {
	work, user := t.TempDir(), t.TempDir()
	source := config.Source{WorkDir: work, UserDir: user}
	check := func(wantFile, wantModel string) {
		t.Helper()
		c, err := config.Load(source)
		if err != nil {
			t.Fatal(err)
		}
		if c.File != wantFile || c.LLM.Model != wantModel {
			t.Errorf("read %q with model %q, want %q with %q", c.File, c.LLM.Model, wantFile, wantModel)
		}
	}
	write := func(path, model string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("llm: {model: "+model+"}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	check("", "")
	inUser := filepath.Join(user, "passerelle", "config.yaml")
	write(inUser, "of-user")
	check(inUser, "of-user")
	inWork := filepath.Join(work, "config.yaml")
	write(inWork, "of-work")
	check(inWork, "of-work")
	source.File = filepath.Join(work, "missing.yaml")
	if _, err := config.Load(source); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "missing.yaml") {
		t.Errorf("a named file that is not there: %v", err)
	}
}

func TestSecretFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, c := range map[string]struct {
		discord config.Discord
		want    string
		wrong   string
	}{
		"neither":             {},
		"file":                {discord: config.Discord{TokenFile: write("a", "tok.en\n")}, want: "tok.en"},
		"environment wins":    {discord: config.Discord{TokenFile: write("b", "file"), Token: config.NewSecret("env")}, want: "env"},
		"no file":             {discord: config.Discord{TokenFile: filepath.Join(dir, "gone")}, wrong: "discord.token_file"},
		"empty":               {discord: config.Discord{TokenFile: write("c", " \n")}, wrong: "is empty"},
		"more than the token": {discord: config.Discord{TokenFile: write("d", "TOKEN = hunter2")}, wrong: "more than one word"},
		"another file":        {discord: config.Discord{TokenFile: write("e", strings.Repeat("x", 5000))}, wrong: "is it the right file?"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.discord.Secret()
			if c.wrong != "" {
				if err == nil || !strings.Contains(err.Error(), c.wrong) || strings.Contains(err.Error(), "hunter2") {
					t.Errorf("error %v, want one with %q and without the content", err, c.wrong)
				}
				return
			}
			if err != nil || got.Reveal() != c.want {
				t.Errorf("%q, %v, want %q", got.Reveal(), err, c.want)
			}
		})
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	c, err := config.Load(config.Source{Environ: []string{"DISCORD_TOKEN=hunter2", "OPENAI_API_KEY=hunter2", "PASSERELLE_EMBEDDINGS_KEY=hunter2"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		if shown := fmt.Sprintf(format, c); strings.Contains(shown, "hunter2") || strings.Contains(shown, "68756e74657232") {
			t.Errorf("%s shows it: %s", format, shown)
		}
	}
}

func FuzzLoad(f *testing.F) {
	content, err := os.ReadFile(example)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(content), "PASSERELLE_LLM_MODEL=x")
	f.Add("llm: {model: [}", "DISCORD_TOKEN=x")
	f.Add("&0: *0\n*0:\n*0:", "")
	f.Add("a: 0_\n<<: {}", "PASSERELLE_=")
	f.Add("data: |\n  x\n", "PASSERELLE_DATA=y")
	f.Fuzz(func(t *testing.T, yaml, variable string) {
		file := filepath.Join(t.TempDir(), "config.yaml")
		if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := config.Load(config.Source{File: file, Environ: []string{variable}})
		if err != nil {
			return
		}
		if c.LLM.Timeout <= 0 || c.LLM.MaxTokens < 1 || c.Log.Level == "" || !strings.HasPrefix(c.LLM.BaseURL, "http") {
			t.Errorf("accepted %q and %q as %+v", yaml, variable, c)
		}
	})
}
