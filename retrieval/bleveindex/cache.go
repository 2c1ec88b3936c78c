package bleveindex

import "passerelle/internal/lru"

// cache keeps the lists asked for last, within a number of bytes.
type cache struct{ lists *lru.Cache[merged] }

func newCache(most int64) *cache { return &cache{lru.New[merged](most)} }

// get gives nil for what is not kept.
func (c *cache) get(key string) *merged { return c.lists.Get(key) }

func (c *cache) put(key string, m *merged) { c.lists.Put(key, m, m.bytes()+2*int64(len(key))) }
