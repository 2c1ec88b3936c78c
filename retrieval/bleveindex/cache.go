package bleveindex

import (
	chain "container/list"
	"sync"
)

// cache keeps the lists asked for last, within a number of bytes.
type cache struct {
	most int64

	mu    sync.Mutex
	bytes int64
	order *chain.List // of *cached, the last asked for in front
	by    map[string]*chain.Element
}

type cached struct {
	key   string
	list  *merged
	bytes int64
}

func newCache(most int64) *cache {
	return &cache{most: most, order: chain.New(), by: map[string]*chain.Element{}}
}

// get gives nil for what is not kept.
func (c *cache) get(key string) *merged {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.by[key]
	if !ok {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached).list
}

// put keeps a list, and forgets those asked for longest ago; one that alone is too large is not kept.
func (c *cache) put(key string, m *merged) {
	bytes := m.bytes() + 2*int64(len(key))
	if bytes > c.most {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.by[key]; ok { // made by another in the meantime
		return
	}
	c.by[key] = c.order.PushFront(&cached{key, m, bytes})
	c.bytes += bytes
	for c.bytes > c.most {
		oldest := c.order.Remove(c.order.Back()).(*cached)
		delete(c.by, oldest.key)
		c.bytes -= oldest.bytes
	}
}
