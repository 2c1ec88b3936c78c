package alignment

import (
	"passerelle/internal/lru"
	"passerelle/retrieval/encoder"
)

// cache keeps the texts asked for last, within a number of bytes.
type cache struct{ texts *lru.Cache[Text] }

func newCache(most int) *cache { return &cache{lru.New[Text](int64(most))} }

// get gives nil for what is not kept.
func (c *cache) get(key string) *Text { return c.texts.Get(key) }

func (c *cache) put(key string, t *Text, bytes int) { c.texts.Put(key, t, int64(bytes)) }

// full tells that a long text more would push another out.
func (c *cache) full() bool { return c.texts.Room() < longText }

// longText is about what a text of a hundred words takes.
const longText = 100 * (wordBytes + encoder.Dim)
