package config

import (
	"slices"
	"strings"
)

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
		{path: "index.refresh", kind: duration},
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
