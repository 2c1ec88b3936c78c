package local

import (
	"bytes"

	"passerelle/retrieval/alignment"
	"passerelle/retrieval/analysis"
)

// packer packs the words of sentences, to lie beside their vectors, with a sign before them of what they were packed by.
type packer struct {
	aligner *alignment.Aligner
	sign    []byte
}

// packSign is the length of the sign in bytes.
const packSign = 8

func newPacker(a *alignment.Aligner) packer {
	return packer{a, []byte(alignment.PackFingerprint()[:packSign])}
}

// pass gives the vector of a sentence of at most maxReadBytes and, by the same pass, its words.
func (p packer) pass(sentence string) (vector []float32, packed []byte, err error) {
	vector, words, err := p.aligner.Passage(sentence, analysis.DetectLanguage(sentence))
	if err != nil {
		return nil, nil, err
	}
	return vector, append(bytes.Clone(p.sign), p.aligner.Pack(words)...), nil
}

// unpack gives nil for what is damaged, packed by another version, or nothing.
func (p packer) unpack(packed []byte, sentence string) *alignment.Text {
	rest, ok := bytes.CutPrefix(packed, p.sign)
	if !ok {
		return nil
	}
	words, err := p.aligner.Unpack(rest, sentence, analysis.DetectLanguage(sentence))
	if err != nil {
		return nil
	}
	return words
}
