// Package config reads what a person may set: one YAML file, the environment, the command line, in rising order of
// precedence. It is a package of its own, and not part of main, so that black-box tests and a fuzz target reach it; no
// package outside cmd/passerelle may import it, since every other one is given its settings by main.
//
// Paths in the file are relative to the file, paths in the environment or on the command line to the working directory.
// An empty variable counts as not set. Secrets come from the environment or from a file of their own, never from the
// YAML file, which gets copied into tickets and repositories.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/knadh/koanf/v2"
)

// FileName is looked for in the working directory, then in the passerelle directory of the user's configuration.
const FileName = "config.yaml"

// Temporary as Data stands for a directory that is removed at the end.
const Temporary = ":memory:"

// Config is everything that can be set. The zero value of a field without a default means "not set".
type Config struct {
	Data    string  `koanf:"data"`   // directory of indexes; "" for passerelle in the user's cache directory; Temporary
	Corpus  string  `koanf:"corpus"` // directory of documents; "" for the embedded ones
	Index   Index   `koanf:"index"`
	Log     Log     `koanf:"log"`
	Discord Discord `koanf:"discord"`
	LLM     LLM     `koanf:"llm"`
	Answer  Answer  `koanf:"answer"`
	Proof   Proof   `koanf:"proof"`
	Store   Store   `koanf:"store"`
	Limits  Limits  `koanf:"limits"`
	Web     Web     `koanf:"web"`
	Traces  Traces  `koanf:"traces"`

	Embeddings Embeddings `koanf:"embeddings"`

	File     string   `koanf:"-"` // the file that was read; "" for none
	Warnings []string `koanf:"-"` // what was set and has no effect, or not the whole one, one sentence each
}

// Index says how the search index is used.
type Index struct {
	CacheMB int           `koanf:"cache_mb"` // what decoded postings may take in memory, in 2^20 bytes
	Refresh time.Duration `koanf:"refresh"`  // how often a running bot looks whether the files of Corpus are others
}

// Log says what is logged, and how.
type Log struct {
	Level  string `koanf:"level"`  // debug, info, warn or error
	Format string `koanf:"format"` // text or json
}

// Discord says how to reach Discord.
type Discord struct {
	API       string `koanf:"api"`        // replaces scheme and host of every REST call; "" for Discord itself
	Guild     string `koanf:"guild"`      // id of the one guild to register commands in; "" for all
	TokenFile string `koanf:"token_file"` // file that holds the bot's token
	Token     Secret `koanf:"token"`      // from the environment only; Discord.Secret looks in the file too

	MessageContent bool `koanf:"message_content"` // the bot has been granted that privileged intent

	Gateway   bool   `koanf:"gateway"`    // connect to the gateway; else interactions come to the endpoint alone
	Shards    string `koanf:"shards"`     // of this process: auto, a number, or a range of all
	PublicKey string `koanf:"public_key"` // of the application, for the endpoint; "" for none
}

// LLM says which chat-completions model writes answers. Without a Model answers are quotes alone.
type LLM struct {
	BaseURL         string        `koanf:"base_url"`
	Model           string        `koanf:"model"`
	KeyFile         string        `koanf:"key_file"` // file that holds the key
	Key             Secret        `koanf:"key"`      // from the environment only; LLM.Secret looks in the file too
	Timeout         time.Duration `koanf:"timeout"`
	MaxTokens       int           `koanf:"max_tokens"`
	MaxTokensField  string        `koanf:"max_tokens_field"` // max_tokens or max_completion_tokens
	OmitTemperature bool          `koanf:"omit_temperature"`
	ResponseFormat  string        `koanf:"response_format"` // json_schema, json_object or none
	StrictSchema    bool          `koanf:"strict_schema"`
	Stream          bool          `koanf:"stream"`
	StreamOptions   bool          `koanf:"stream_options"`
	ContextTokens   int           `koanf:"context_tokens"` // what the model takes in one request, its reply included
}

// Answer says how long answers may take.
type Answer struct {
	Timeout time.Duration `koanf:"timeout"` // for all that the model is asked for about one question
}

// Proof says how claims of the model are proven.
type Proof struct {
	Judge  bool          `koanf:"judge"`   // the model gives a second opinion on each claim
	MaxAge time.Duration `koanf:"max_age"` // of an article that proves what is so "now"
}

// Store says where a bot keeps what it must remember, and for how long.
type Store struct {
	Path      string        `koanf:"path"` // the file; "" for community.db in the directory of the indexes
	Retention time.Duration `koanf:"retention"`
}

// Limits says how much a bot may be asked. The zero Rate limits nothing.
type Limits struct {
	Person  Rate `koanf:"person"`
	Channel Rate `koanf:"channel"`
	Guild   Rate `koanf:"guild"`
	Global  Rate `koanf:"global"`
	Running int  `koanf:"running"` // answers made at the same time
	Waiting int  `koanf:"waiting"` // questions that wait for their turn
}

// Web says where health and metrics are served, and interactions taken.
type Web struct {
	Address string `koanf:"address"` // host:port; "" for nowhere
}

// Traces says where spans of answers are sent.
type Traces struct {
	Endpoint string `koanf:"endpoint"` // of OTLP over HTTP; "" for nowhere
}

// Rate is so many questions in a time.
type Rate struct {
	Questions int
	Per       time.Duration
}

// Embeddings says which model makes vectors. Without one the embedded model does.
type Embeddings struct {
	BaseURL       string        `koanf:"base_url"`
	Model         string        `koanf:"model"`
	QueryModel    string        `koanf:"query_model"`   // "" for Model
	PassageModel  string        `koanf:"passage_model"` // "" for Model
	QueryPrefix   string        `koanf:"query_prefix"`
	PassagePrefix string        `koanf:"passage_prefix"`
	Batch         int           `koanf:"batch"`
	Timeout       time.Duration `koanf:"timeout"`
	KeyFile       string        `koanf:"key_file"` // file that holds the key
	Key           Secret        `koanf:"key"`      // from the environment only; Embeddings.Secret looks in the file too
}

// IsSet tells that another model than the embedded one is to make vectors.
func (e Embeddings) IsSet() bool { return e.Model != "" || e.QueryModel != "" || e.PassageModel != "" }

// Default returns the settings of an empty file and an empty environment.
func Default() Config {
	return Config{
		Index:   Index{CacheMB: 64, Refresh: 30 * time.Second},
		Log:     Log{Level: "info", Format: "text"},
		Discord: Discord{Gateway: true, Shards: "auto"},
		LLM: LLM{
			BaseURL:        "https://api.openai.com/v1",
			Timeout:        30 * time.Second,
			MaxTokens:      1200,
			MaxTokensField: "max_tokens",
			ResponseFormat: "json_schema",
			Stream:         true,
			ContextTokens:  16_000,
		},
		Answer: Answer{Timeout: 30 * time.Second},
		Proof:  Proof{MaxAge: 365 * 24 * time.Hour},
		Store:  Store{Retention: 30 * 24 * time.Hour},
		Limits: Limits{
			Person: Rate{20, time.Hour}, Channel: Rate{60, time.Hour}, Guild: Rate{200, time.Hour}, Global: Rate{2000, time.Hour},
			Running: 4, Waiting: 64,
		},
		Embeddings: Embeddings{BaseURL: "https://api.openai.com/v1", Batch: 64, Timeout: 30 * time.Second},
	}
}

// Source says where settings come from.
type Source struct {
	File      string            // must exist; "" to look for FileName in WorkDir, then UserDir
	WorkDir   string            // "" not to look there
	UserDir   string            // the user's configuration directory; "" not to look there
	Environ   []string          // as os.Environ
	Overrides map[string]string // by key, from the command line; "" counts as not set
}

// Load reads all sources. A *Error names everything that is wrong in them at once.
func Load(s Source) (Config, error) {
	var problems []Problem
	path, content, err := s.open()
	if err != nil {
		return Config{}, err
	}
	merged := koanf.New(".")
	add := func(l layer, found []Problem) {
		problems = append(problems, found...)
		if err := merged.Load(l, nil); err != nil {
			problems = append(problems, Problem{Text: err.Error()})
		}
	}
	if path != "" {
		l, found := readYAML(path, content)
		l.anchorPaths(filepath.Dir(path))
		add(l, found)
	}
	fromEnvironment, found, warnings := readEnvironment(s.Environ)
	add(fromEnvironment, found)
	overrides := layer{}
	for _, name := range slices.Sorted(maps.Keys(s.Overrides)) {
		value := s.Overrides[name]
		if value == "" {
			continue
		}
		if problem := overrides.set(name, value, "--"+name); problem != nil {
			problems = append(problems, *problem)
		}
	}
	add(overrides, nil)
	if len(problems) > 0 {
		return Config{}, &Error{Problems: problems}
	}
	c := Default()
	if err := merged.Unmarshal("", &c); err != nil {
		return Config{}, fmt.Errorf("settings: %w", err)
	}
	if !merged.Exists("answer.timeout") {
		// Who waits longer for one reply waits for it.
		c.Answer.Timeout = max(c.Answer.Timeout, c.LLM.Timeout)
	}
	if problems := c.contradictions(); len(problems) > 0 {
		return Config{}, &Error{Problems: problems}
	}
	c.File, c.Warnings = path, append(warnings, c.doubts()...)
	return c, nil
}

// contradictions are settings that cannot work together.
func (c Config) contradictions() (out []Problem) {
	if c.Discord.PublicKey != "" && c.Web.Address == "" {
		out = append(out, Problem{Text: "discord.public_key is set, but there is no address for Discord to post to; set web.address, such as 127.0.0.1:8080"})
	}
	if !c.Discord.Gateway && c.Discord.PublicKey == "" {
		out = append(out, Problem{Text: "discord.gateway is false, and without discord.public_key nothing reaches the bot at all; set it, or take discord.gateway out"})
	}
	if c.Store.Retention < MinRetention {
		out = append(out, Problem{Text: fmt.Sprintf("store.retention is %s: answers would be gone before their buttons are pressed; set at least %s", c.Store.Retention, MinRetention)})
	}
	if c.Index.Refresh < MinRefresh {
		out = append(out, Problem{Text: fmt.Sprintf("index.refresh is %s: the folder would be looked through all the time; set at least %s", c.Index.Refresh, MinRefresh)})
	}
	return out
}

// MinRefresh is the least that index.refresh may be: a folder of some thousand files takes milliseconds to look through.
const MinRefresh = time.Second

// MinRetention is the least that store.retention may be: what is too old is looked for every hour.
const MinRetention = time.Hour

// maxPatience is how long answers may take so that people in Discord are still waiting, who are told within ten minutes.
const maxPatience = 9 * time.Minute

// minContextTokens leaves room for the rules, the reply and a passage.
const minContextTokens = 4000

// doubts are about settings that cannot have their whole effect.
func (c Config) doubts() []string {
	if c.LLM.Model == "" {
		return nil
	}
	var out []string
	if c.LLM.Timeout > c.Answer.Timeout {
		out = append(out, fmt.Sprintf("llm.timeout is %s, but answer.timeout ends every answer after %s", c.LLM.Timeout, c.Answer.Timeout))
	}
	if c.Answer.Timeout > maxPatience {
		out = append(out, fmt.Sprintf("answer.timeout is %s, but people in Discord are not kept waiting that long; set at most %s", c.Answer.Timeout, maxPatience))
	}
	if c.LLM.ContextTokens < minContextTokens+c.LLM.MaxTokens {
		out = append(out, fmt.Sprintf("llm.context_tokens is %d, which leaves little room for passages beside rules of about 3000 and a reply of %d (llm.max_tokens)", c.LLM.ContextTokens, c.LLM.MaxTokens))
	}
	return out
}

func (s Source) open() (path string, content []byte, err error) {
	if s.File != "" {
		content, err = readSmall(s.File, maxFileBytes)
		return s.File, content, err
	}
	for _, dir := range []struct{ path, sub string }{{s.WorkDir, ""}, {s.UserDir, "passerelle"}} {
		if dir.path == "" {
			continue
		}
		path = filepath.Join(dir.path, dir.sub, FileName)
		content, err = readSmall(path, maxFileBytes)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		return path, content, err
	}
	return "", nil, nil
}

// DataDir is the directory of indexes, "" for a temporary one.
func (c Config) DataDir() (string, error) {
	switch c.Data {
	case Temporary:
		return "", nil
	case "":
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("no place for the index: %w; name a directory with --data or PASSERELLE_DATA", err)
		}
		return filepath.Join(cache, "passerelle"), nil
	}
	return c.Data, nil
}

// Path is where the file is expected when there is none yet.
func (s Source) Path() string {
	if s.UserDir == "" {
		return FileName
	}
	return filepath.Join(s.UserDir, "passerelle", FileName)
}
