package vectors

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"

	"github.com/blevesearch/mmap-go"
)

// A file is: magic; length of the model's name (uint32), the name; dimension and count (uint32); the keys; the scales
// (float32); the components (int8); in a file with bytes beside vectors where those of each row begin, and the length of all
// (uint64), and these bytes; the CRC-32C of all before. Numbers are little endian.
const (
	magic       = "passerelle vectors 1\n"
	besideMagic = "passerelle vectors 2\n" // with bytes beside vectors
	sumSize     = 4
)

// What bounds what a damaged file can make Read allocate.
const (
	maxModelName = 1 << 12
	maxDimension = 1 << 16
)

// Bytes returns the vectors that there are as a file.
func (s *Set) Bytes() []byte {
	var b bytes.Buffer
	rows, dim := s.present()
	b.Grow(len(magic) + len(s.model) + 3*4 + sumSize + len(rows)*(keySize+scaleSize+dim))
	_, _ = s.WriteTo(&b) // a buffer takes all
	return b.Bytes()
}

// present lists the rows that have a vector.
func (s *Set) present() (rows []int32, dim int) {
	rows = make([]int32, 0, s.Len())
	for r := range s.Rows() {
		if s.has(r) {
			rows = append(rows, int32(r))
		}
	}
	if len(rows) == 0 {
		return nil, 1 // a set without vectors has no dimension yet
	}
	return rows, s.dim
}

// WriteTo writes the vectors that there are as a file, in pieces: what it needs beside the set is four bytes a row. Vectors
// that are put meanwhile may be left out. It implements io.WriterTo.
func (s *Set) WriteTo(w io.Writer) (int64, error) {
	rows, dim := s.present()
	sum := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	written := &counter{to: w}
	b := bufio.NewWriterSize(io.MultiWriter(written, sum), 1<<16) // it keeps the first error, which Flush returns
	var head []byte
	if s.beside.some() {
		head = append(head, besideMagic...)
	} else {
		head = append(head, magic...)
	}
	head = binary.LittleEndian.AppendUint32(head, uint32(len(s.model)))
	head = append(head, s.model...)
	head = binary.LittleEndian.AppendUint32(head, uint32(dim))
	head = binary.LittleEndian.AppendUint32(head, uint32(len(rows)))
	_, _ = b.Write(head)
	for _, column := range []struct {
		of   []byte
		size int
	}{{s.index.keys, keySize}, {s.scales, scaleSize}, {s.data, dim}} {
		for _, r := range rows {
			_, _ = b.Write(column.of[int(r)*column.size : (int(r)+1)*column.size])
		}
	}
	if s.beside.some() {
		s.writeBesides(b, rows)
	}
	if err := b.Flush(); err != nil {
		return written.bytes, err
	}
	_, err := written.Write(binary.LittleEndian.AppendUint32(nil, sum.Sum32()))
	return written.bytes, err
}

func (s *Set) writeBesides(b *bufio.Writer, rows []int32) {
	at := uint64(0)
	offset := func() { _, _ = b.Write(binary.LittleEndian.AppendUint64(nil, at)) }
	for _, r := range rows {
		offset()
		at += uint64(len(s.beside.of(int(r))))
	}
	offset()
	for _, r := range rows {
		_, _ = b.Write(s.beside.of(int(r)))
	}
}

type counter struct {
	to    io.Writer
	bytes int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.to.Write(b)
	c.bytes += int64(n)
	return n, err
}

// ErrDamaged is the error for a file whose bytes are not those that were written.
var ErrDamaged = errors.New("vectors: damaged file")

// Read reads a file that WriteTo or Bytes made. The set keeps the file, which must not be changed any more.
func Read(file []byte) (*Set, error) {
	if len(file) < len(magic)+12+sumSize || string(file[:len(magic)]) != magic && string(file[:len(magic)]) != besideMagic {
		return nil, errors.New("vectors: not a file of vectors")
	}
	withBesides := string(file[:len(magic)]) == besideMagic
	body, sum := file[:len(file)-sumSize], binary.LittleEndian.Uint32(file[len(file)-sumSize:])
	if crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli)) != sum {
		return nil, ErrDamaged
	}
	body = body[len(magic):]
	n := int(binary.LittleEndian.Uint32(body))
	if n < 0 || n > maxModelName || len(body) < 4+n+8 {
		return nil, ErrDamaged
	}
	s := &Set{model: string(body[4 : 4+n])}
	body = body[4+n:]
	s.dim = int(binary.LittleEndian.Uint32(body))
	count := int(binary.LittleEndian.Uint32(body[4:]))
	body = body[8:]
	if s.dim <= 0 || s.dim > maxDimension || count == 0 && s.dim != 1 ||
		uint64(len(body)) < uint64(count)*uint64(keySize+scaleSize+s.dim) {
		return nil, ErrDamaged
	}
	cut := func(n int) []byte {
		part := body[:n:n]
		body = body[n:]
		return part
	}
	keys := cut(keySize * count)
	s.scales, s.data = cut(scaleSize*count), cut(s.dim*count)
	switch ok := len(body) == 0; {
	case withBesides:
		if s.beside, ok = readBesides(body, count); !ok {
			return nil, ErrDamaged
		}
	case !ok:
		return nil, ErrDamaged
	}
	s.index = newIndex(keys)
	if len(s.index.repeated()) > 0 {
		return nil, ErrDamaged
	}
	s.have.Store(int64(count))
	return s, nil
}

// OpenFile opens a file that WriteTo or Bytes made: keys, scales and components stay in the file, which is mapped into
// memory, read once through for its checksum, and from then on by the rows that are asked for. While the set is open the
// file may be replaced (by rename) or removed, but must not be written to.
func OpenFile(path string) (*Set, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("vectors: %w", err)
	}
	defer func() { _ = f.Close() }() // a mapping does not need it
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, fmt.Errorf("vectors: %w", err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("vectors: %s is no regular file", path)
	case info.Size() == 0: // nothing can be mapped
		return nil, fmt.Errorf("%w: %s is empty", ErrDamaged, path)
	}
	mapping, err := mmap.Map(f, mmap.RDONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("vectors: %s can't be mapped: %w", path, err)
	}
	s, err := Read(mapping)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %s", err, path), mapping.Unmap())
	}
	s.unmap = mapping.Unmap
	return s, nil
}

// Close gives back what OpenFile mapped; the set has no rows from then on. Nobody may be reading the set. Closing a set that
// is closed already, or that is no file's, does nothing.
func (s *Set) Close() error {
	if s.unmap == nil {
		return nil
	}
	unmap := s.unmap
	s.unmap, s.index, s.scales, s.data, s.beside = nil, index{}, nil, nil, besides{}
	s.have.Store(0)
	if err := unmap(); err != nil {
		return fmt.Errorf("vectors: %w", err)
	}
	return nil
}
