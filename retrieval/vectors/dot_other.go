//go:build !amd64

package vectors

func dot(q []int16, v []byte) int32 { return dotPortable(q, v) }
