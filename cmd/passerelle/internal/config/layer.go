package config

import (
	"errors"
	"path/filepath"

	"github.com/knadh/koanf/maps"
)

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
