package bleveindex

// CachedBytes is what the lists that an index keeps take.
func CachedBytes(x *Index) int64 { return x.cache.lists.Bytes() }

// RereadUnitLengths reads a file of lengths and writes it.
func RereadUnitLengths(file []byte) ([]byte, error) {
	l, err := readUnitLengths(file)
	return l.bytes(), err
}
