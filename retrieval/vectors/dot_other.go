//go:build !amd64

package vectors

func dot(q []int16, v []int8) int32 { return dotPortable(q, v) }
