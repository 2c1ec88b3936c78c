// Package alignment finds, for each word of a text, the word of other texts that says the same, in the same or another of
// the three languages: by the cosine of their vectors after layer 7 of the embedded encoder, where words of two languages
// lie closest (AUC .97 for English, .95 for Russian against French, on TICO-19; the last layer: .94, .88).
//
// A word's vector is the mean of its pieces', less the mean of its language (data/means.tsv), of length 1. It depends on
// the text around it. Names of one kind in one place lie close (Montpellier, Marseille), and so do opposites: a counterpart
// proves that something of the kind is spoken of, never a name, a number or a "no".
package alignment

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"

	"passerelle/retrieval/analysis"
	"passerelle/retrieval/encoder"
)

// layer is the encoder's whose vectors align best.
const layer = 7

// windowPieces is how many pieces the encoder reads at once; maxPieces bounds what one text costs.
const (
	windowPieces = 510
	maxPieces    = 4 * windowPieces
)

// Aligner makes the word vectors of texts and keeps those that were asked for last. It is safe for concurrent use.
type Aligner struct {
	model       func() (*encoder.Model, error)
	means       map[string][]float32
	frequencies *frequencies
	packing     *packing
	kept        *cache
}

// DefaultCacheBytes holds the words of some 1,000 quotes of 30 words.
const DefaultCacheBytes = 16 << 20

// New makes an Aligner that keeps texts of at most cacheBytes in all, as their vectors and text take them; 0 keeps none.
// model is called when the first text is asked for: encoder.Lazy's Model, or one that always gives the same. It fails
// only when the tables inside the binary are broken.
func New(model func() (*encoder.Model, error), cacheBytes int) (*Aligner, error) {
	means, err := readMeans(meansFile)
	if err != nil {
		return nil, fmt.Errorf("alignment: means.tsv: %w", err)
	}
	frequencies, err := readFrequencies(frequenciesFile)
	if err != nil {
		return nil, fmt.Errorf("alignment: frequencies.tsv: %w", err)
	}
	packing, err := readPacking(packingFile)
	if err != nil {
		return nil, fmt.Errorf("alignment: packing.bin: %w", err)
	}
	return &Aligner{model: model, means: means, frequencies: frequencies, packing: packing, kept: newCache(cacheBytes)}, nil
}

// Text gives the words of a text in one language ("fr", "ru", "en") with their vectors. It fails when the encoder cannot be
// loaded, the language is another, or the text has more than 2,040 pieces, some 6,000 letters.
func (a *Aligner) Text(text, language string) (*Text, error) {
	key := cacheKey(text, language)
	if t := a.kept.get(key); t != nil {
		return t, nil
	}
	if err := a.readable(text, language); err != nil {
		return nil, err
	}
	model, err := a.model()
	if err != nil {
		return nil, err
	}
	ids, at := model.TokenizeAt(text)
	if len(ids) > maxPieces {
		return nil, fmt.Errorf("alignment: a text of %d pieces is too long, at most %d are read", len(ids), maxPieces)
	}
	t := a.text(text, language, pieces(model, ids), at)
	a.kept.put(key, t, len(key)+t.bytes())
	return t, nil
}

// Passage gives what encoder.Model.Encode gives of a passage, to the same bit, and by the same pass the words of the text with
// their vectors, to be packed. These are not quite those of Text, as the encoder reads "passage: " before the text: their
// cosine is .98 on average. It fails as Text does, but reads longer texts, and keeps none.
func (a *Aligner) Passage(text, language string) (passage []float32, words *Text, err error) {
	if err := a.readable(text, language); err != nil {
		return nil, nil, err
	}
	model, err := a.model()
	if err != nil {
		return nil, nil, err
	}
	passage, vectors, at := model.EncodePassage(text, layer)
	return passage, a.text(text, language, vectors, at), nil
}

// Query gives what encoder.Model.Encode gives of a question in small letters, and by the same pass the words of the question
// with their vectors: not quite those of Text, as the encoder reads "query: " before it, and no capitals. It fails as Text
// does, and for a question that has another length in small letters, and keeps none.
func (a *Aligner) Query(text, language string) (query []float32, words *Text, err error) {
	if err := a.readable(text, language); err != nil {
		return nil, nil, err
	}
	lower := strings.ToLower(text)
	if len(lower) != len(text) {
		return nil, nil, errors.New("alignment: capitals and small letters of the question have different lengths")
	}
	model, err := a.model()
	if err != nil {
		return nil, nil, err
	}
	query, vectors, at := model.EncodeQuery(lower, layer)
	return query, a.text(text, language, vectors, at), nil
}

// readable fails for what no method reads.
func (a *Aligner) readable(text, language string) error {
	if a.means[language] == nil {
		return fmt.Errorf("alignment: language %q: want fr, ru or en", language)
	}
	if len(text) > maxPieces*maxPieceBytes {
		return fmt.Errorf("alignment: a text of %d bytes is too long", len(text))
	}
	return nil
}

// text makes a Text from the vectors of pieces and where they begin.
func (a *Aligner) text(text, language string, vectors []float32, at []int) *Text {
	t := &Text{Language: language, Words: a.Words(text, language)}
	t.vectors = make([]vector, len(t.Words))
	for i, sum := range pieceSums(t.Words, vectors, at, len(text)) {
		centre(sum, a.means[language])
		t.vectors[i] = quantise(sum)
	}
	t.reduced = sync.OnceValue(func() []vector {
		out := make([]vector, len(t.vectors))
		for i, v := range t.vectors {
			out[i] = a.packing.reduce(v)
		}
		return out
	})
	return t
}

func cacheKey(text, language string) string { return language + "\x00" + text }

// maxPieceBytes is more than a piece takes on average in any text of use.
const maxPieceBytes = 24

// pieces gives the vectors of all pieces, window by window.
func pieces(m *encoder.Model, ids []int32) []float32 {
	var out []float32
	for len(ids) > 0 {
		n := min(len(ids), windowPieces)
		_, vectors := m.EncodeBoth(ids[:n], layer, layer)
		if n == len(ids) && out == nil {
			return vectors
		}
		out = append(out, vectors...)
		ids = ids[n:]
	}
	return out
}

// pieceSums gives the mean of the vectors of each word's pieces: those that have a letter in common with it. It is nil
// for a word that the encoder does not see.
func pieceSums(words []Word, vectors []float32, at []int, end int) [][]float32 {
	out := make([][]float32, len(words))
	first := 0
	for w, word := range words {
		for first < len(at) && pieceEnd(at, first, end) <= word.Start {
			first++
		}
		n := 0
		for p := first; p < len(at) && at[p] < word.End; p++ {
			if out[w] == nil {
				out[w] = make([]float32, encoder.Dim)
			}
			for i, v := range vectors[p*encoder.Dim : (p+1)*encoder.Dim] {
				out[w][i] += v
			}
			n++
		}
		for i := range out[w] {
			out[w][i] /= float32(n)
		}
	}
	return out
}

func pieceEnd(at []int, i, end int) int {
	if i+1 < len(at) {
		return at[i+1]
	}
	return end
}

// centre takes the mean of the language off and gives v the length 1.
func centre(v, mean []float32) {
	var square float64
	for i := range v {
		v[i] -= mean[i]
		square += float64(v[i]) * float64(v[i])
	}
	r := float32(1 / math.Sqrt(max(square, 1e-12)))
	for i := range v {
		v[i] *= r
	}
}

// Full tells that there is no room for another text without forgetting one.
func (a *Aligner) Full() bool { return a.kept.full() }

// Words gives the words of a text without their vectors, at little cost. They are not to be changed.
func (a *Aligner) Words(text, language string) []Word {
	if t := a.kept.get(cacheKey(text, language)); t != nil {
		return t.Words
	}
	tokens := analysis.Tokens(text, language)
	words := make([]Word, len(tokens))
	for i, t := range tokens {
		words[i] = a.word(t, language)
	}
	return words
}
