// Package vectors keeps the vectors of texts, each under a key drawn from the text itself, and compares a question's
// vector with all of them. A set can be thrown away at any time: it is made again from the texts, and what another set
// already knows need not be encoded twice.
package vectors

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// Encoder turns a text into a vector of length 1.
type Encoder interface {
	Encode(text string, isQuery bool) []float32
}

// Key names a text: the first 16 bytes of its sha256.
type Key [16]byte

// KeyOf returns the key of a text.
func KeyOf(text string) Key {
	sum := sha256.Sum256([]byte(text))
	return Key(sum[:16])
}

// Set is vectors by key, each as int8 with one scale: the largest component is ±127. It is read-only once made.
//
// Rounding moves a dot product of two unit vectors by about .0005 (standard deviation, 384 dimensions).
type Set struct {
	dim   int
	model string
	keys  []Key
	scale []float32
	data  []int8
	row   map[Key]int
}

// Len is how many vectors there are.
func (s *Set) Len() int { return len(s.keys) }

// Model names the encoder that made the vectors.
func (s *Set) Model() string { return s.model }

// Row returns the row of a key's vector.
func (s *Set) Row(k Key) (int, bool) {
	r, ok := s.row[k]
	return r, ok
}

// Vector returns the vector of a row, as it is compared.
func (s *Set) Vector(row int) []float32 {
	v := make([]float32, s.dim)
	for i, x := range s.data[row*s.dim : (row+1)*s.dim] {
		v[i] = float32(x) * s.scale[row]
	}
	return v
}

// Dots returns the dot product of q with each row. q has the set's dimension.
func (s *Set) Dots(q []float32) []float32 {
	whole, unit := sixteen(q)
	dots := make([]float32, len(s.keys))
	for r := range dots {
		dots[r] = float32(dot(whole, s.data[r*s.dim:(r+1)*s.dim])) * s.scale[r] * unit
	}
	return dots
}

// sixteen rounds a vector to 16 bits: no sum of products with int8 overflows 32 bits, as |q|·|v| ≤ 32767·127·√dim.
func sixteen(q []float32) (whole []int32, unit float32) {
	var top float32
	for _, v := range q {
		top = max(top, v, -v)
	}
	unit = max(top, 1e-30) / 32767
	whole = make([]int32, len(q))
	for i, v := range q {
		whole[i] = int32(math.RoundToEven(float64(v / unit)))
	}
	return whole, unit
}

func dot(q []int32, v []int8) int32 {
	var a, b, c, d int32
	v = v[:len(q)]
	i := 0
	for ; i+4 <= len(q); i += 4 {
		x, y := q[i:i+4:i+4], v[i:i+4:i+4]
		a += x[0] * int32(y[0])
		b += x[1] * int32(y[1])
		c += x[2] * int32(y[2])
		d += x[3] * int32(y[3])
	}
	for ; i < len(q); i++ {
		a += q[i] * int32(v[i])
	}
	return a + b + c + d
}

// Make encodes texts, as many at a time as there are processors. Texts that one of known has, made by the same model, are
// taken from there; known sets may be nil. progress, if not nil, is told how many of the texts to encode are done; it is
// called from several goroutines.
func Make(ctx context.Context, e Encoder, model string, dim int, texts []string, known []*Set, progress func(done, total int)) (*Set, error) {
	s := &Set{dim: dim, model: model, row: make(map[Key]int, len(texts))}
	var missing []int // rows
	var missingTexts []string
	for _, t := range texts {
		k := KeyOf(t)
		if _, ok := s.row[k]; ok {
			continue
		}
		row := len(s.keys)
		s.row[k] = row
		s.keys = append(s.keys, k)
		s.scale = append(s.scale, 0)
		s.data = append(s.data, make([]int8, dim)...)
		if !s.copyFrom(known, k, row) {
			missing = append(missing, row)
			missingTexts = append(missingTexts, t)
		}
	}
	var next, done atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for range runtime.GOMAXPROCS(0) {
		g.Go(func() error {
			for {
				i := int(next.Add(1) - 1)
				if i >= len(missing) {
					return nil
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				v := e.Encode(missingTexts[i], false)
				if len(v) != dim {
					return fmt.Errorf("vectors: the encoder gave %d numbers, not %d", len(v), dim)
				}
				row := missing[i]
				s.scale[row] = quantise(v, s.data[row*dim:(row+1)*dim])
				if n := done.Add(1); progress != nil {
					progress(int(n), len(missing))
				}
			}
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Set) copyFrom(known []*Set, k Key, row int) bool {
	for _, o := range known {
		if o == nil || o.model != s.model || o.dim != s.dim {
			continue
		}
		if r, ok := o.row[k]; ok {
			copy(s.data[row*s.dim:(row+1)*s.dim], o.data[r*s.dim:(r+1)*s.dim])
			s.scale[row] = o.scale[r]
			return true
		}
	}
	return false
}

func quantise(v []float32, out []int8) (scale float32) {
	var top float32
	for _, x := range v {
		top = max(top, x, -x)
	}
	scale = max(top, 1e-30) / 127
	for i, x := range v {
		out[i] = int8(math.RoundToEven(float64(x / scale)))
	}
	return scale
}

// A file is: magic; length of the model's name (uint32), the name; dimension and count (uint32); the keys; the scales
// (float32); the components (int8); the CRC-32C of all before. Numbers are little endian.
const magic = "passerelle vectors 1\n"

// maxModelName bounds what a damaged file can make Read allocate.
const maxModelName = 1 << 12

// Bytes returns the set as a file.
func (s *Set) Bytes() []byte {
	var b bytes.Buffer
	b.WriteString(magic)
	u32 := func(n int) { b.Write(binary.LittleEndian.AppendUint32(nil, uint32(n))) }
	u32(len(s.model))
	b.WriteString(s.model)
	u32(s.dim)
	u32(len(s.keys))
	for _, k := range s.keys {
		b.Write(k[:])
	}
	for _, f := range s.scale {
		u32(int(math.Float32bits(f)))
	}
	for _, x := range s.data {
		b.WriteByte(byte(x))
	}
	u32(int(crc32.Checksum(b.Bytes(), crc32.MakeTable(crc32.Castagnoli))))
	return b.Bytes()
}

var errDamaged = errors.New("vectors: damaged file")

// Read reads a file that Bytes made.
func Read(file []byte) (*Set, error) {
	if len(file) < len(magic)+16 || string(file[:len(magic)]) != magic {
		return nil, errors.New("vectors: not a file of vectors")
	}
	body, sum := file[:len(file)-4], binary.LittleEndian.Uint32(file[len(file)-4:])
	if crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli)) != sum {
		return nil, errDamaged
	}
	body = body[len(magic):]
	n := int(binary.LittleEndian.Uint32(body))
	if n > maxModelName || len(body) < 4+n+8 {
		return nil, errDamaged
	}
	s := &Set{model: string(body[4 : 4+n])}
	body = body[4+n:]
	s.dim = int(binary.LittleEndian.Uint32(body))
	count := int(binary.LittleEndian.Uint32(body[4:]))
	body = body[8:]
	if s.dim <= 0 || uint64(len(body)) != uint64(count)*uint64(16+4+s.dim) {
		return nil, errDamaged
	}
	s.keys, s.scale, s.data = make([]Key, count), make([]float32, count), make([]int8, count*s.dim)
	s.row = make(map[Key]int, count)
	for i := range s.keys {
		copy(s.keys[i][:], body[16*i:])
		s.row[s.keys[i]] = i
	}
	body = body[16*count:]
	for i := range s.scale {
		s.scale[i] = math.Float32frombits(binary.LittleEndian.Uint32(body[4*i:]))
	}
	for i, x := range body[4*count:] {
		s.data[i] = int8(x)
	}
	if len(s.row) != count {
		return nil, errDamaged
	}
	return s, nil
}
