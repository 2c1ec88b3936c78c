package config

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"unicode"
)

const (
	maxFileBytes   = 64 << 10 // of YAML; also bounds how deep the parser can be made to recurse
	maxSecretBytes = 4 << 10
)

// Secret is a text that no log, error or dump may show; Reveal is the only way to it.
type Secret struct{ text string }

// NewSecret hides a text.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal returns the text.
func (s Secret) Reveal() string { return s.text }

// IsSet tells that there is a text.
func (s Secret) IsSet() bool { return s.text != "" }

// String says whether there is a secret, and nothing of it.
func (s Secret) String() string {
	if s.IsSet() {
		return "(set)"
	}
	return "(not set)"
}

// GoString is String, so that %#v shows nothing either.
func (s Secret) GoString() string { return s.String() }

// Format is String for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue is String.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText is String.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText takes the text over.
func (s *Secret) UnmarshalText(text []byte) error {
	s.text = string(text)
	return nil
}

// Secret is the bot's token: from the environment, else from TokenFile, else not set.
func (d Discord) Secret() (Secret, error) {
	return secretOf(d.Token, d.TokenFile, "discord.token_file")
}

// Secret is the model's key: from the environment, else from KeyFile, else not set.
func (l LLM) Secret() (Secret, error) { return secretOf(l.Key, l.KeyFile, "llm.key_file") }

// Secret is the key of the model for vectors: from the environment, else from KeyFile, else not set.
func (e Embeddings) Secret() (Secret, error) {
	return secretOf(e.Key, e.KeyFile, "embeddings.key_file")
}

func secretOf(given Secret, path, key string) (Secret, error) {
	if given.IsSet() || path == "" {
		return given, nil
	}
	content, err := readSmall(path, maxSecretBytes)
	if err != nil {
		return Secret{}, fmt.Errorf("%s: %w", key, err)
	}
	text := strings.TrimSpace(string(content))
	if text == "" {
		return Secret{}, fmt.Errorf("%s: %s is empty; it should hold the secret alone", key, path)
	}
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return Secret{}, fmt.Errorf("%s: %s holds more than one word; it should hold the secret alone", key, path)
	}
	return Secret{text}, nil
}

// readSmall refuses a longer file instead of reading on, so that a wrong path cannot fill the memory.
func readSmall(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var content bytes.Buffer
	n, err := io.Copy(&content, io.LimitReader(file, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if n > limit {
		return nil, fmt.Errorf("%s is longer than %d bytes: is it the right file?", path, limit)
	}
	return content.Bytes(), nil
}
