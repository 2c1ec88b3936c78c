// Package vectors keeps the vectors of texts, each under a key drawn from the text itself, and compares a question's
// vector with all of them. A set can be thrown away at any time: it is made again from the texts, and what another set
// already knows need not be encoded twice.
package vectors

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"sync/atomic"
)

// Key names a text: the first 16 bytes of its sha256.
type Key [16]byte

// KeyOf returns the key of a text.
func KeyOf(text string) Key {
	sum := sha256.Sum256([]byte(text))
	return Key(sum[:16])
}

// Set is vectors by key, each as int8 with one scale: the largest component is ±127. The texts are given when it is made,
// their vectors one by one: by one goroutine at a time, while any number of others read.
//
// Rounding moves a dot product of two unit vectors by about .0005 (standard deviation, 384 dimensions).
type Set struct {
	model string
	keys  []Key
	row   map[Key]int
	ready []atomic.Bool // set once the vector of the row is whole
	have  atomic.Int64  // rows that are ready

	// Written before the first row is ready, and read only by who has seen a row ready.
	dim   int
	scale []float32
	data  []int8
}

// New returns a set for the different ones among texts, without vectors. The model is the name of the encoder that is to
// make them: vectors of two models are never compared.
func New(model string, texts []string) *Set {
	s := &Set{model: model, row: make(map[Key]int, len(texts))}
	for _, t := range texts {
		k := KeyOf(t)
		if _, ok := s.row[k]; !ok {
			s.row[k] = len(s.keys)
			s.keys = append(s.keys, k)
		}
	}
	s.ready = make([]atomic.Bool, len(s.keys))
	return s
}

// Len is how many vectors there are.
func (s *Set) Len() int { return int(s.have.Load()) }

// Rows is how many vectors there will be.
func (s *Set) Rows() int { return len(s.keys) }

// Whole tells that no vector is missing.
func (s *Set) Whole() bool { return s.Len() == s.Rows() }

// Model names the encoder that made the vectors.
func (s *Set) Model() string { return s.model }

// Row returns the row of a key's vector.
func (s *Set) Row(k Key) (int, bool) {
	r, ok := s.row[k]
	return r, ok
}

// Missing returns those of texts that belong to the set and have no vector yet, each once.
func (s *Set) Missing(texts []string) []string {
	var out []string
	seen := make(map[int]bool)
	for _, t := range texts {
		if r, ok := s.row[KeyOf(t)]; ok && !s.ready[r].Load() && !seen[r] {
			seen[r] = true
			out = append(out, t)
		}
	}
	return out
}

// Put sets the vector of a text of the set, which has length 1. The first vector of a set fixes the dimension of all.
func (s *Set) Put(text string, v []float32) error {
	r, ok := s.row[KeyOf(text)]
	if !ok {
		return errors.New("vectors: the text is not one of the set")
	}
	if s.ready[r].Load() {
		return nil
	}
	if err := s.allocate(len(v)); err != nil {
		return err
	}
	s.scale[r] = quantise(v, s.data[r*s.dim:(r+1)*s.dim])
	s.mark(r)
	return nil
}

// Take copies the vectors that another set of the same model has and this one lacks. It returns how many.
func (s *Set) Take(o *Set) (taken int) {
	if o.model != s.model || o.Len() == 0 || s.allocate(o.dim) != nil {
		return 0
	}
	for k, from := range o.row {
		r, ok := s.row[k]
		if !ok || s.ready[r].Load() || !o.ready[from].Load() {
			continue
		}
		copy(s.data[r*s.dim:(r+1)*s.dim], o.data[from*s.dim:(from+1)*s.dim])
		s.scale[r] = o.scale[from]
		s.mark(r)
		taken++
	}
	return taken
}

// ErrDimension is the error for a vector of another length than those before: another model under the same name.
var ErrDimension = errors.New("vectors: another dimension")

func (s *Set) allocate(dim int) error {
	switch {
	case s.dim == dim && dim > 0:
		return nil
	case dim < 1 || dim > maxDimension || s.Len() > 0:
		return fmt.Errorf("%w: a vector has %d numbers, those before it have %d", ErrDimension, dim, s.dim)
	}
	s.dim, s.scale, s.data = dim, make([]float32, len(s.keys)), make([]int8, dim*len(s.keys))
	return nil
}

func (s *Set) mark(r int) {
	s.ready[r].Store(true)
	s.have.Add(1)
}

// Vector returns the vector of a row, as it is compared; nil when there is none yet.
func (s *Set) Vector(row int) []float32 {
	if !s.ready[row].Load() {
		return nil
	}
	v := make([]float32, s.dim)
	for i, x := range s.data[row*s.dim : (row+1)*s.dim] {
		v[i] = float32(x) * s.scale[row]
	}
	return v
}

// Dots returns the dot product of q with each row; NaN for a row without a vector.
func (s *Set) Dots(q []float32) ([]float32, error) {
	question, err := s.Question(q)
	if err != nil {
		return nil, err
	}
	dots := make([]float32, len(s.keys))
	for r := range dots {
		dots[r] = question.Dot(r)
	}
	return dots, nil
}

// Question is a vector that is compared with rows of a Set one by one. It is never changed, and safe for concurrent use.
type Question struct {
	set   *Set
	whole []int16
	unit  float32
}

// Question prepares a vector for comparing. It fails with ErrDimension when the set's vectors are of another length.
func (s *Set) Question(q []float32) (*Question, error) {
	if s.Len() > 0 && len(q) != s.dim {
		return nil, fmt.Errorf("%w: the question's vector has %d numbers, the texts' have %d", ErrDimension, len(q), s.dim)
	}
	whole, unit := sixteen(q)
	return &Question{s, whole, unit}, nil
}

// Dot returns the dot product with a row; NaN for a row that had no vector when Question was called, or has none yet.
func (q *Question) Dot(row int) float32 {
	s := q.set
	if !s.ready[row].Load() || len(q.whole) != s.dim {
		return float32(math.NaN())
	}
	return float32(dot(q.whole, s.components(row))) * s.scale[row] * q.unit
}

// sixteen rounds a vector to 16 bits: no sum of products with int8 overflows 32 bits, as |q|·|v| ≤ 32767·127·√dim.
func sixteen(q []float32) (whole []int16, unit float32) {
	var top float32
	for _, v := range q {
		top = max(top, v, -v)
	}
	unit = max(top, 1e-30) / 32767
	whole = make([]int16, len(q))
	for i, v := range q {
		whole[i] = int16(math.RoundToEven(float64(v / unit)))
	}
	return whole, unit
}

// dotPortable is dot in Go. The order of its additions changes nothing: they are of integers.
func dotPortable(q []int16, v []int8) int32 {
	var a, b, c, d int32
	v = v[:len(q)]
	i := 0
	for ; i+4 <= len(q); i += 4 {
		x, y := q[i:i+4:i+4], v[i:i+4:i+4]
		a += int32(x[0]) * int32(y[0])
		b += int32(x[1]) * int32(y[1])
		c += int32(x[2]) * int32(y[2])
		d += int32(x[3]) * int32(y[3])
	}
	for ; i < len(q); i++ {
		a += int32(q[i]) * int32(v[i])
	}
	return a + b + c + d
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

// What bounds what a damaged file can make Read allocate.
const (
	maxModelName = 1 << 12
	maxDimension = 1 << 16
)

// Bytes returns the vectors that there are as a file.
func (s *Set) Bytes() []byte {
	var rows []int
	for r := range s.ready {
		if s.ready[r].Load() {
			rows = append(rows, r)
		}
	}
	dim := 1 // a set without vectors has no dimension yet
	if len(rows) > 0 {
		dim = s.dim
	}
	u32 := binary.LittleEndian.AppendUint32
	b := make([]byte, 0, len(magic)+len(s.model)+16+len(rows)*(len(Key{})+4+dim))
	b = append(b, magic...)
	b = u32(b, uint32(len(s.model)))
	b = append(b, s.model...)
	b = u32(u32(b, uint32(dim)), uint32(len(rows)))
	for _, r := range rows {
		b = append(b, s.keys[r][:]...)
	}
	for _, r := range rows {
		b = u32(b, math.Float32bits(s.scale[r]))
	}
	for _, r := range rows {
		for _, x := range s.data[r*dim : (r+1)*dim] {
			b = append(b, byte(x))
		}
	}
	return u32(b, crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
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
	if s.dim <= 0 || s.dim > maxDimension || count == 0 && s.dim != 1 || uint64(len(body)) != uint64(count)*uint64(16+4+s.dim) {
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
	s.ready = make([]atomic.Bool, count)
	for r := range s.ready {
		s.mark(r)
	}
	return s, nil
}
