package fusion

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"reflect"
)

// weights.json is written by `passerelle eval --tune`; what it was learned from stands in docs/retrieval.md.
//
//go:embed weights.json
var defaultWeights []byte

// DefaultWeights returns the weights that ship with the program. It fails only if the program was built with a broken
// file.
func DefaultWeights() (Weights, error) { return ReadWeights(defaultWeights) }

// ReadWeights reads a JSON object of weights by name; those it does not name are 0.
func ReadWeights(file []byte) (w Weights, err error) {
	decoder := json.NewDecoder(bytes.NewReader(file))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&w); err != nil {
		return w, fmt.Errorf("weights: %w", err)
	}
	return w, nil
}

// JSON is what ReadWeights reads.
func (w Weights) JSON() ([]byte, error) {
	out, err := json.MarshalIndent(w, "", "\t")
	return append(out, '\n'), err
}

// Names lists the weights, in the order of Vector.
func Names() (names []string) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Weights]()) {
		names = append(names, f.Name)
	}
	return names
}

// Vector lists the weights in the order of Names.
func (w Weights) Vector() []float64 { return vector(w) }

// Vector lists the features in the order of Names.
func (f Features) Vector() []float64 { return vector(Weights(f)) }

func vector(w Weights) []float64 {
	fields := reflect.ValueOf(w)
	out := make([]float64, fields.NumField())
	for i := range out {
		out[i] = fields.Field(i).Float()
	}
	return out
}

// WeightsOf is the reverse of Vector. There are as many values as Names.
func WeightsOf(values []float64) (w Weights) {
	fields := reflect.ValueOf(&w).Elem()
	for i, v := range values {
		fields.Field(i).SetFloat(v)
	}
	return w
}
