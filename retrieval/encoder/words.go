package encoder

import "math"

// EncodeBoth gives the sentence vector (last layer, mean) and each piece's vector after the given layer (7 aligns words best),
// all of length 1, begin and end marks left out. With last = layer the network stops there and the sentence vector is that layer's.
func (m *Model) EncodeBoth(ids []int32, layer, last int) (sentence []float32, tokens []float32) {
	s := m.pool.Get().(*scratch)
	defer m.pool.Put(s)
	n := min(len(ids), window-2)
	s.ids = append(append(append(s.ids[:0], m.bos), ids[:n]...), m.eos)
	s.tap = func(l int, x []float32) {
		if l == layer {
			tokens = append([]float32(nil), x[Dim:(n+1)*Dim]...)
		}
	}
	x := m.forwardTo(s, last)
	s.tap = nil
	sentence = make([]float32, Dim)
	for i, v := range x[:len(s.ids)*Dim] {
		sentence[i%Dim] += v
	}
	unit(sentence)
	for t := range n {
		unit(tokens[t*Dim : (t+1)*Dim])
	}
	return sentence, tokens
}

// Piece is the text of piece id ("" for the unknown one).
func (m *Model) Piece(id int32) string {
	if int(id) >= len(m.score) {
		return ""
	}
	return string(m.piece(int(id)))
}

func unit(v []float32) {
	var q float64
	for _, x := range v {
		q += float64(x) * float64(x)
	}
	r := float32(1 / math.Sqrt(max(q, 1e-12)))
	for i := range v {
		v[i] *= r
	}
}
