// Package lru keeps in memory what was asked for last, within a number of bytes. It is strict and without chance: what it
// holds never exceeds its bound, and depends on nothing but the order of the calls.
package lru

import (
	"math"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// Cache keeps values by their keys, as many as fit. It is safe for concurrent use.
type Cache[V any] struct {
	most int64

	mu    sync.Mutex
	bytes int64
	kept  *simplelru.LRU[string, sized[V]]
}

type sized[V any] struct {
	value *V
	bytes int64
}

// New makes a cache of at most so many bytes, as those who put values count them. One of 0 bytes keeps nothing.
func New[V any](most int64) *Cache[V] {
	// Bytes bound it, not the count; it fails only for a count that is not positive.
	kept, _ := simplelru.NewLRU[string, sized[V]](math.MaxInt, nil)
	return &Cache[V]{most: most, kept: kept}
}

// Get gives nil for what is not kept.
func (c *Cache[V]) Get(key string) *V {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, _ := c.kept.Get(key)
	return found.value
}

// Put keeps a value that takes so many bytes with its key, and forgets those asked for longest ago. A value too large for
// the whole cache is not kept, nor one whose key has a value already: that one was made by another in the meantime.
func (c *Cache[V]) Put(key string, value *V, bytes int64) {
	if bytes > c.most || bytes <= 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept.Contains(key) {
		return
	}
	for c.bytes > c.most-bytes {
		_, oldest, _ := c.kept.RemoveOldest()
		c.bytes -= oldest.bytes
	}
	c.kept.Add(key, sized[V]{value, bytes})
	c.bytes += bytes
}

// Bytes is what the values kept take.
func (c *Cache[V]) Bytes() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bytes
}

// Room is how many bytes more fit before something is forgotten.
func (c *Cache[V]) Room() int64 { return c.most - c.Bytes() }
