//go:build !amd64

package dot

func product(q []int16, v []byte) int32 { return portable(q, v) }
