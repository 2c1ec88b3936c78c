// Package vectors keeps the vectors of texts, each under a key drawn from the text itself, and compares a question's
// vector with all of them. Beside a vector there may be bytes of the caller's, such as the packed vectors of the text's words. A set can be thrown away at any time: it is made again from the texts, and what another set
// already knows need not be encoded twice.
//
// A Set is filled in memory (New, Put, Take), written (WriteTo) and read (Read, OpenFile). A Union is several sets with the
// rows of all numbered through; it is what questions are compared with, one by one (Question) or over a Sketch.
package vectors

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"sync/atomic"
)

// Set is vectors by key, each as int8 with one scale: the largest component is ±127. The texts are given when it is made,
// their vectors one by one: by one goroutine at a time, while any number of others read. A set that was read from a file
// is whole and is never changed.
//
// Rounding moves a dot product of two unit vectors by about .0005 (standard deviation, 384 dimensions).
type Set struct {
	model string
	index index
	ready []atomic.Bool // set once the vector of the row is whole; nil where all are
	have  atomic.Int64  // rows that are ready
	unmap func() error  // gives back the mapping that a file's set lies in; nil for none

	// Written before the first row is ready, and read only by who has seen a row ready.
	dim    int
	scales []byte // float32, little endian
	data   []byte // int8

	beside besides
}

const scaleSize = 4

// New returns a set for the different ones among texts, without vectors. The model is the name of the encoder that is to
// make them: vectors of two models are never compared.
func New(model string, texts []string) *Set {
	keys := make([]byte, 0, len(texts)*keySize)
	for _, t := range texts {
		k := KeyOf(t)
		keys = append(keys, k[:]...)
	}
	s := &Set{model: model, index: newIndex(keys)}
	if repeated := s.index.repeated(); len(repeated) > 0 {
		s.index = newIndex(without(keys, repeated))
	}
	s.ready = make([]atomic.Bool, s.Rows())
	return s
}

// without takes the keys of rows, which ascend, out of keys.
func without(keys []byte, rows []int) []byte {
	out := make([]byte, 0, len(keys)-len(rows)*keySize)
	from := 0
	for _, r := range rows {
		out = append(out, keys[from:r*keySize]...)
		from = (r + 1) * keySize
	}
	return append(out, keys[from:]...)
}

// Len is how many vectors there are.
func (s *Set) Len() int { return int(s.have.Load()) }

// Rows is how many vectors there will be.
func (s *Set) Rows() int { return len(s.index.rows) }

// Whole tells that no vector is missing.
func (s *Set) Whole() bool { return s.Len() == s.Rows() }

// Model names the encoder that made the vectors.
func (s *Set) Model() string { return s.model }

// Row returns the row of a key's vector.
func (s *Set) Row(k Key) (int, bool) { return s.index.row(k[:]) }

// Missing returns those of texts that belong to the set and have no vector yet, each once.
func (s *Set) Missing(texts []string) []string {
	var out []string
	seen := make(map[int]bool)
	for _, t := range texts {
		if r, ok := s.Row(KeyOf(t)); ok && !s.has(r) && !seen[r] {
			seen[r] = true
			out = append(out, t)
		}
	}
	return out
}

// has tells whether the vector of a row is there.
func (s *Set) has(row int) bool { return row < s.Rows() && (s.ready == nil || s.ready[row].Load()) }

// Put sets the vector of a text of the set, which has length 1. The first vector of a set fixes the dimension of all; one
// that is there already stays. A set that was read from a file takes none.
func (s *Set) Put(text string, v []float32) error { return s.PutBeside(text, v, nil) }

// PutBeside does what Put does, and keeps bytes beside the vector, which must not be changed any more; at most 64 KiB.
func (s *Set) PutBeside(text string, v []float32, beside []byte) error {
	if s.ready == nil {
		return errors.New("vectors: the set was read from a file and takes no more")
	}
	if len(beside) > maxBeside {
		return fmt.Errorf("vectors: %d bytes beside a vector, at most %d can be kept", len(beside), maxBeside)
	}
	r, ok := s.Row(KeyOf(text))
	if !ok {
		return errors.New("vectors: the text is not one of the set")
	}
	if s.has(r) {
		return nil
	}
	if err := s.allocate(len(v)); err != nil {
		return err
	}
	s.setScale(r, quantise(v, s.components(r)))
	s.beside.rows[r] = beside
	s.mark(r)
	return nil
}

// Beside returns what was put beside the vector of a row, nil for nothing or where there is no vector yet. It must not be
// changed, and of an open file is only there until Close.
func (s *Set) Beside(row int) []byte {
	if !s.has(row) {
		return nil
	}
	return s.beside.of(row)
}

// Take copies the vectors that another set of the same model has and this one lacks. It returns how many. It looks as often
// as the smaller of the two has rows.
func (s *Set) Take(o *Set) (taken int) {
	if o.model != s.model || o.Len() == 0 || s.Whole() || s.Len() > 0 && s.dim != o.dim {
		return 0
	}
	if o.Rows() < s.Rows() {
		for from := range o.Rows() {
			if r, ok := s.index.row(o.index.key(from)); ok && s.takeRow(r, o, from) {
				taken++
			}
		}
		return taken
	}
	for r := range s.Rows() {
		if from, ok := o.index.row(s.index.key(r)); ok && s.takeRow(r, o, from) {
			taken++
		}
	}
	return taken
}

func (s *Set) takeRow(row int, o *Set, from int) bool {
	if s.has(row) || !o.has(from) || s.allocate(o.dim) != nil {
		return false
	}
	copy(s.components(row), o.components(from))
	s.setScale(row, o.scale(from))
	s.beside.rows[row] = bytes.Clone(o.beside.of(from)) // o may be a file that is closed
	s.mark(row)
	return true
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
	s.dim, s.scales, s.data = dim, make([]byte, scaleSize*s.Rows()), make([]byte, dim*s.Rows())
	s.beside.rows = make([][]byte, s.Rows())
	return nil
}

func (s *Set) mark(r int) {
	s.ready[r].Store(true)
	s.have.Add(1)
}

func (s *Set) components(row int) []byte { return s.data[row*s.dim : (row+1)*s.dim] }

func (s *Set) scale(row int) float32 {
	return math.Float32frombits(binary.LittleEndian.Uint32(s.scales[scaleSize*row:]))
}

func (s *Set) setScale(row int, scale float32) {
	binary.LittleEndian.PutUint32(s.scales[scaleSize*row:], math.Float32bits(scale))
}

// Vector returns the vector of a row, as it is compared; nil when there is none yet.
func (s *Set) Vector(row int) []float32 {
	if !s.has(row) {
		return nil
	}
	v := make([]float32, s.dim)
	scale := s.scale(row)
	for i, x := range s.components(row) {
		v[i] = float32(int8(x)) * scale
	}
	return v
}
