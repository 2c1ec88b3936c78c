package alignment

import (
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"passerelle/internal/dot"
	"passerelle/retrieval/encoder"
)

// How a vector is packed: its components along packedDims directions, most of which vary together, in groups of one to
// several; each group as the nearest of 16 centroids, 4 bits.
const (
	packedDims   = 192
	packedGroups = 96
	packedCodes  = 16
	packedBytes  = packedGroups / 2
)

// packing.bin: the sizes of the groups, the steps of directions and centroids (float32, little endian), the directions, 384
// int8 each and in the order of the groups, and the 16 centroids of each group, int8. alignment/gen learns it.
//
//go:embed data/packing.bin
var packingFile []byte

const packingBytes = packedGroups + 2*4 + packedDims*encoder.Dim + packedCodes*packedDims

// packing is product quantisation (Jégou, Douze, Schmid, 2011) after a rotation (Ge, He, Ke, Sun, 2013: OPQ), with groups
// of unequal size. It calculates with whole numbers as far as it goes, so that every processor gives the same bytes.
type packing struct {
	sizes        []byte // of the groups; their sum is packedDims
	step         float32
	directions   []byte // packedDims × 384 int8, each times step
	centroidStep float32
	centroids    []byte // of each group in turn 16 × size int8, each times centroidStep
}

func readPacking(file []byte) (*packing, error) {
	if len(file) != packingBytes {
		return nil, fmt.Errorf("%d bytes, want %d", len(file), packingBytes)
	}
	p := &packing{sizes: file[:packedGroups]}
	file = file[packedGroups:]
	p.step = math.Float32frombits(binary.LittleEndian.Uint32(file))
	p.centroidStep = math.Float32frombits(binary.LittleEndian.Uint32(file[4:]))
	p.directions, p.centroids = file[8:8+packedDims*encoder.Dim], file[8+packedDims*encoder.Dim:]
	sum := 0
	for _, size := range p.sizes {
		sum += int(size)
	}
	if sum != packedDims {
		return nil, fmt.Errorf("groups of %d directions, want %d", sum, packedDims)
	}
	if !(p.step > 0 && p.step < 1 && p.centroidStep > 0 && p.centroidStep < 1) {
		return nil, errors.New("steps are not between 0 and 1")
	}
	return p, nil
}

// components gives a vector along the directions, in units of v.step times the packing's.
func (p *packing) components(v vector) (out [packedDims]int32) {
	var w wide
	w.set(v)
	for i := range out {
		out[i] = dot.Product(w.q, p.directions[i*encoder.Dim:(i+1)*encoder.Dim])
	}
	return out
}

// reduce gives a vector in the form of unpacked ones. It is shorter than 1 by what the other directions have.
func (p *packing) reduce(v vector) vector {
	if v.q == nil {
		return vector{}
	}
	all := p.components(v)
	most := int32(1)
	for _, x := range all {
		most = max(most, x, -x)
	}
	unit := float64(most) / math.MaxInt8
	out := vector{q: make([]byte, packedDims), step: float32(unit) * p.step * v.step}
	for i, x := range all {
		out.q[i] = byte(int8(math.Round(float64(x) / unit)))
	}
	return out
}

// append adds the codes of a vector, which may be unpacked already.
func (p *packing) append(out []byte, v vector, unpacked bool) []byte {
	var units [packedDims]int32 // components in units of centroidStep
	if unpacked {
		for i, b := range v.q {
			units[i] = int32(int8(b))
		}
	} else {
		ratio := float64(p.step) * float64(v.step) / float64(p.centroidStep)
		for i, x := range p.components(v) {
			units[i] = int32(math.Round(float64(x) * ratio))
		}
	}
	at := 0
	for g, size := range p.sizes {
		n := int(size)
		code := nearest(units[at:at+n], p.centroids[packedCodes*at:packedCodes*(at+n)])
		if g%2 == 0 {
			out = append(out, code)
		} else {
			out[len(out)-1] |= code << 4
		}
		at += n
	}
	return out
}

// nearest is the first of the 16 centroids at the least distance.
func nearest(x []int32, centroids []byte) (code byte) {
	least := int64(math.MaxInt64)
	for c := range packedCodes {
		distance := int64(0)
		for i, y := range x {
			d := int64(y) - int64(int8(centroids[c*len(x)+i]))
			distance += d * d
		}
		if distance < least {
			code, least = byte(c), distance
		}
	}
	return code
}

// vector gives a vector of length 1 from its 48 bytes, in room.
func (p *packing) vector(codes, room []byte) vector {
	at := 0
	for g, size := range p.sizes {
		n := int(size)
		c := packedCodes*at + int(codes[g/2]>>(g%2*4)&(packedCodes-1))*n
		copy(room[at:at+n], p.centroids[c:c+n])
		at += n
	}
	square := int32(0)
	for _, b := range room {
		square += int32(int8(b)) * int32(int8(b))
	}
	return vector{q: room, step: float32(1 / math.Sqrt(float64(max(square, 1))))}
}
