package bleveindex

// CachedBytes is what the lists that an index keeps take.
func CachedBytes(x *Index) int64 {
	x.cache.mu.Lock()
	defer x.cache.mu.Unlock()
	return x.cache.bytes
}
