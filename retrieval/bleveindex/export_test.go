package bleveindex

// CachedBytes is what the lists that an index keeps take.
func CachedBytes(x *Index) int64 { return x.cache.lists.Bytes() }
