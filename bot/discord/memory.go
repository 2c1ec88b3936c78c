package discord

import "sync"

// memory remembers the last values put in, a bounded number of them. It is safe for concurrent use.
type memory[V any] struct {
	mu     sync.Mutex
	values map[string]V
	order  []string // a ring of keys, next the oldest
	next   int
}

func newMemory[V any](size int) *memory[V] {
	return &memory[V]{values: make(map[string]V), order: make([]string, size)}
}

// put remembers a value and tells whether its key is new.
func (m *memory[V]) put(key string, value V) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, known := m.values[key]
	m.values[key] = value
	if known {
		return false
	}
	delete(m.values, m.order[m.next])
	m.order[m.next] = key
	m.next = (m.next + 1) % len(m.order)
	return true
}

func (m *memory[V]) lookUp(key string) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	value, ok := m.values[key]
	return value, ok
}
