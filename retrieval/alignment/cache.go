package alignment

import (
	"container/list"
	"sync"

	"passerelle/retrieval/encoder"
)

// cache keeps the texts asked for last, within a number of bytes.
type cache struct {
	most int

	mu    sync.Mutex
	bytes int
	order *list.List // of *entry, the last asked for in front
	by    map[string]*list.Element
}

type entry struct {
	key   string
	text  *Text
	bytes int
}

func newCache(most int) *cache {
	return &cache{most: most, order: list.New(), by: make(map[string]*list.Element)}
}

// get gives nil for what is not kept.
func (c *cache) get(key string) *Text {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.by[key]
	if !ok {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*entry).text
}

// full tells that a long text more would push another out.
func (c *cache) full() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bytes+longText > c.most
}

// longText is about what a text of a hundred words takes.
const longText = 100 * (wordBytes + encoder.Dim)

// put keeps a text unless it alone is too large, and forgets the oldest.
func (c *cache) put(key string, t *Text, bytes int) {
	if bytes > c.most {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.by[key]; ok { // made by another in the meantime
		return
	}
	c.by[key] = c.order.PushFront(&entry{key, t, bytes})
	c.bytes += bytes
	for c.bytes > c.most {
		oldest := c.order.Remove(c.order.Back()).(*entry)
		delete(c.by, oldest.key)
		c.bytes -= oldest.bytes
	}
}
