package encoder

// EncodeBoth gives the sentence vector (last layer, mean) and each piece's vector after the given layer (7 aligns words best),
// all of length 1, begin and end marks left out. With last = layer the network stops there and the sentence vector is that
// layer's. Layers count from 1 to 12; others are taken as the nearest. Of a text of more than 510 pieces the first 510 are
// encoded.
func (m *Model) EncodeBoth(ids []int32, layer, last int) (sentence []float32, tokens []float32) {
	last = min(max(last, 1), layers)
	s := m.pool.Get().(*scratch)
	defer m.pool.Put(s)
	n := m.fill(s, ids)
	tokens = make([]float32, n*Dim)
	s.tap, s.tapped = min(max(layer, 1), last), tokens
	x := m.forward(s, last)
	s.tap, s.tapped = 0, nil
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
	if id < 0 || int(id) >= len(m.score) {
		return ""
	}
	return string(m.piece(int(id)))
}
