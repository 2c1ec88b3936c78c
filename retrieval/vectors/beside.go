package vectors

import (
	"encoding/binary"
	"slices"
)

// maxBeside is how many bytes there may be beside a vector.
const maxBeside = 1 << 16

// besides are the bytes beside vectors, by row: in memory, or in a file.
type besides struct {
	rows [][]byte // each written before its row is ready, as components are

	offsets []byte // uint64, little endian: where the bytes of each row begin in all, and after the last its length
	all     []byte
}

const offsetSize = 8

// some tells whether there are any, in memory; a file says itself.
func (b *besides) some() bool {
	return b.offsets != nil || slices.ContainsFunc(b.rows, func(one []byte) bool { return len(one) > 0 })
}

func (b *besides) of(row int) []byte {
	if b.rows != nil {
		return b.rows[row]
	}
	if b.offsets == nil {
		return nil
	}
	begin, end := b.offset(row), b.offset(row+1)
	if begin == end {
		return nil
	}
	return b.all[begin:end:end]
}

func (b *besides) offset(row int) uint64 {
	return binary.LittleEndian.Uint64(b.offsets[offsetSize*row:])
}

// readBesides takes them from the rest of a file, for so many rows. It is false where offsets do not ascend to the end.
func readBesides(body []byte, rows int) (b besides, ok bool) {
	size := offsetSize * (rows + 1)
	if len(body) < size {
		return b, false
	}
	b.offsets, b.all = body[:size:size], body[size:]
	last := uint64(0)
	for r := range rows + 1 {
		at := b.offset(r)
		if at < last || at-last > maxBeside || r == 0 && at != 0 {
			return besides{}, false
		}
		last = at
	}
	return b, last == uint64(len(b.all))
}
