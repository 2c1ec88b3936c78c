package vectors

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"slices"
)

// Key names a text: the first 16 bytes of its sha256.
type Key [keySize]byte

const keySize = 16

// KeyOf returns the key of a text.
func KeyOf(text string) Key {
	sum := sha256.Sum256([]byte(text))
	return Key(sum[:keySize])
}

// index finds the row of a key in a list of keys, which it does not copy: five bytes a key, where a map takes some fifty.
// Keys of texts are spread evenly, so that a run holds few; keys that somebody made up make it slower, by a logarithm.
type index struct {
	keys  []byte  // of the rows, one after another
	rows  []int32 // by key, equal keys by row
	runs  []int32 // where in rows the keys with the same first bits begin; the last is the end
	shift int     // of a key's first 64 bits, to its run
}

const keysOfRun = 4 // about

func newIndex(keys []byte) index {
	n := len(keys) / keySize
	x := index{keys: keys, rows: make([]int32, n), shift: 64 - bits.Len(uint(n/keysOfRun))}
	x.runs = make([]int32, 1<<(64-x.shift)+1)
	for r := range n {
		x.runs[x.run(x.key(r))+1]++
	}
	for i := 1; i < len(x.runs); i++ {
		x.runs[i] += x.runs[i-1]
	}
	for r := range n { // each run's beginning goes up to its end
		i := x.run(x.key(r))
		x.rows[x.runs[i]] = int32(r)
		x.runs[i]++
	}
	copy(x.runs[1:], x.runs)
	x.runs[0] = 0
	for i := range x.runs[1:] {
		slices.SortStableFunc(x.rows[x.runs[i]:x.runs[i+1]], func(a, b int32) int {
			return bytes.Compare(x.key(int(a)), x.key(int(b)))
		})
	}
	return x
}

func (x *index) key(row int) []byte { return x.keys[row*keySize : (row+1)*keySize] }

func (x *index) run(key []byte) int { return int(binary.BigEndian.Uint64(key) >> x.shift) }

// row is the first of the key.
func (x *index) row(key []byte) (int, bool) {
	if len(x.rows) == 0 {
		return 0, false
	}
	i := x.run(key)
	run := x.rows[x.runs[i]:x.runs[i+1]]
	at, found := slices.BinarySearchFunc(run, key, func(r int32, key []byte) int { return bytes.Compare(x.key(int(r)), key) })
	if !found {
		return 0, false
	}
	return int(run[at]), true
}

// repeated lists the rows, ascending, whose key an earlier one has.
func (x *index) repeated() (out []int) {
	for i := 1; i < len(x.rows); i++ {
		if bytes.Equal(x.key(int(x.rows[i-1])), x.key(int(x.rows[i]))) {
			out = append(out, int(x.rows[i]))
		}
	}
	slices.Sort(out)
	return out
}
