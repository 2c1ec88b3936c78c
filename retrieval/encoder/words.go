package encoder

import "slices"

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

// EncodePassage gives what Encode gives of a passage, to the same bit, and of the same pass each piece's vector after the given
// layer, of length 1, with the byte of text at which the piece begins, as TokenizeAt does. The vectors are not quite those of
// EncodeBoth, which reads the text without the word "passage" before it: their cosine is .98 in the middle.
func (m *Model) EncodePassage(text string, layer int) (passage, tokens []float32, at []int) {
	return m.encodeWords(passagePrefix, text, layer)
}

// EncodeQuery does for a question what EncodePassage does for a passage.
func (m *Model) EncodeQuery(text string, layer int) (query, tokens []float32, at []int) {
	return m.encodeWords(queryPrefix, text, layer)
}

func (m *Model) encodeWords(prefix, text string, layer int) (whole, tokens []float32, at []int) {
	s := m.pool.Get().(*scratch)
	defer m.pool.Put(s)
	m.tokenize(s, prefix, text)
	at = s.places(prefix + text)
	tokens = make([]float32, len(at)*Dim)
	s.tap, s.tapped = min(max(layer, 1), layers), tokens
	whole = make([]float32, Dim)
	m.encode(s, s.pieces, whole)
	s.tap, s.tapped = 0, nil

	first, _ := slices.BinarySearch(at, len(prefix)-1) // an accent at the begin of text is put on the blank before it
	at, tokens = at[first:], tokens[first*Dim:]
	for i := range at {
		at[i] = max(0, at[i]-len(prefix))
		unit(tokens[i*Dim : (i+1)*Dim])
	}
	return whole, tokens, at
}

// Piece is the text of piece id ("" for the unknown one).
func (m *Model) Piece(id int32) string {
	if id < 0 || int(id) >= len(m.score) {
		return ""
	}
	return string(m.piece(int(id)))
}
