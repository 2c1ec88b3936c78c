//go:build !amd64

package encoder

func best() level { return portable }

func (l level) quantise(x []float32, q []int8, s []scaled) { quantiseGo(x, q, s) }
func (l level) multiply(W *matrix, q []int8, s []scaled, y []float32, T int) {
	multiplyGo(W, q, s, y, T)
}
func (l level) addNorm(x, y, w, b []float32)               { addNormGo(x, y, w, b) }
func (l level) gelu(x []float32)                           { geluGo(x) }
func (l level) scores(q, k, p []float32)                   { scoresGo(q, k, p) }
func (l level) softmax(p []float32, scale float32) float32 { return softmaxGo(p, scale) }
func (l level) mix(p, v, y []float32, f float32)           { mixGo(p, v, y, f) }
