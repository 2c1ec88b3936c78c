package encoder

import "math"

const eps = 1e-12

// kernels are the loops in which nearly all the time goes. Those in assembly give the same bits on every processor; the portable
// ones, which sum in another order, give vectors whose cosine with them is above .9999.
type kernels struct {
	name string

	// quantise: x as len(x)/32 groups of 32 int8 and what they stand for.
	quantise func(x []float32, q []int8, s []scaled)
	// multiply: y[t] = W · token t + bias for T tokens; up to three rows of y past T may be written.
	multiply func(W *matrix, q []int8, s []scaled, y []float32, T int)
	// addNorm: x = layer norm of x + y, Dim long.
	addNorm func(x, y, w, b []float32)
	// gelu: x = x·Φ(x); the length is a multiple of 8.
	gelu func(x []float32)
	// scores: p[i] = q · row i of k, 32 long; the number of rows is a multiple of 8.
	scores func(q, k, p []float32)
	// softmax: p = exp(scale · (p - largest)); the sum is returned, not divided by. The length is a multiple of 8.
	softmax func(p []float32, scale float32) float32
	// mix: y = f · Σ p[i] · row i of v, 32 long, and y[Dim:] = g · Σ q[i] · row i of v.
	mix func(p, q, v, y []float32, f, g float32)
}

// portable are the kernels in Go.
func portable() kernels {
	return kernels{
		name: "portable", quantise: quantiseGo, multiply: multiplyGo, addNorm: addNormGo, gelu: geluGo,
		scores: scoresGo, softmax: softmaxGo, mix: mixGo,
	}
}

// best returns the fastest kernels that this processor can run.
func best() kernels {
	all := available()
	return all[len(all)-1]
}

// Level names the instructions that the embedded model runs with on this processor.
func Level() string { return best().name }

// Level names the instructions in use.
func (m *Model) Level() string { return m.kernels.name }

func quantiseGo(x []float32, q []int8, s []scaled) {
	for g := range len(x) / group {
		v, o := x[g*group:(g+1)*group], q[g*group:(g+1)*group]
		var top float32
		for _, f := range v {
			top = max(top, f, -f)
		}
		d := max(top, 1e-30) / 127
		inv, sum := 1/d, int32(0)
		for i, f := range v {
			k := int32(math.RoundToEven(float64(f * inv)))
			o[i] = int8(k)
			sum += k
		}
		s[g] = scaled{d, -8 * sum}
	}
}

// multiplyGo: a 64-bit integer holds the weights of four rows, 16 bits each, so that one
// multiplication serves four: 32 products of -8..7 and -127..127 sum to at most 32512 and do not spill over.
func multiplyGo(W *matrix, q []int8, s []scaled, y []float32, T int) {
	G := W.cols / group
	var cells [ff][block / 4]int64
	var scale [ff / group][block]float32
	packed := cells[:W.cols]
	for r := 0; r < W.rows; r += block {
		clear(packed)
		for g := range G {
			c := W.w[(r/block*G+g)*cell:][:cell]
			for i := range block {
				scale[g][i] = half(c[2*i:])
			}
			for k, b := range c[32:] {
				row, col := k%64/4, g*group+k/64*8+k%4
				packed[col][row/4] += (int64(b&15) - 8) << (row % 4 * 16)
				packed[col+4][row/4] += (int64(b>>4) - 8) << (row % 4 * 16)
			}
		}
		for t := range T {
			var sum [block]float32
			copy(sum[:], W.bias[r:])
			for g := range G {
				var acc [block / 4]int64
				p := packed[g*group : (g+1)*group]
				for i, a := range q[t*W.cols+g*group:][:group] {
					c, a := &p[i], int64(a)
					acc[0] += a * c[0]
					acc[1] += a * c[1]
					acc[2] += a * c[2]
					acc[3] += a * c[3]
				}
				d := s[t*G+g].d
				for i, v := range acc {
					for j := i * 4; j < i*4+4; j++ {
						n := int16(v)
						v = (v - int64(n)) >> 16
						sum[j] += float32(n) * (scale[g][j] * d)
					}
				}
			}
			copy(y[t*W.rows+r:], sum[:])
		}
	}
}

func addNormGo(x, y, w, b []float32) {
	var sum, sq float32
	for i, v := range y[:Dim] {
		x[i] += v
		sum += x[i]
	}
	mean := sum / Dim
	for _, v := range x[:Dim] {
		sq += (v - mean) * (v - mean)
	}
	inv := float32(1 / math.Sqrt(float64(sq/Dim+eps)))
	for i, v := range x[:Dim] {
		x[i] = (v-mean)*inv*w[i] + b[i]
	}
}

// geluGo takes erf as a rational function (Eigen's), right to about 1e-7.
func geluGo(x []float32) {
	for i, v := range x {
		u := min(max(v*math.Sqrt2/2, -4), 4)
		z := u * u
		p := ((((((-2.72614225801306e-10*z+2.77068142495902e-08)*z-2.10102402082508e-06)*z-5.69250639462346e-05)*z-7.34990630326855e-04)*z-2.95459980854025e-03)*z - 1.60960333262415e-02) * u
		q := (((-1.45660718464996e-05*z-2.13374055278905e-04)*z-1.68282697438203e-03)*z-7.37332916720468e-03)*z - 1.42647390514189e-02
		x[i] = v / 2 * (1 + p/q)
	}
}

func scoresGo(q, k, p []float32) {
	q = q[:hd]
	for i := range p {
		var a, b float32
		r := k[i*hd : (i+1)*hd]
		for j := 0; j < hd; j += 2 {
			a += q[j] * r[j]
			b += q[j+1] * r[j+1]
		}
		p[i] = a + b
	}
}

func softmaxGo(p []float32, scale float32) (sum float32) {
	top := p[0]
	for _, v := range p {
		top = max(top, v)
	}
	for i, v := range p {
		e := float32(math.Exp(float64((v - top) * scale)))
		p[i] = e
		sum += e
	}
	return sum
}

func mixGo(p, q, v, y []float32, f, g float32) {
	var sums [2][hd]float32
	for i, a := range p {
		b := q[i]
		for j, c := range v[i*hd : (i+1)*hd] {
			sums[0][j] += a * c
			sums[1][j] += b * c
		}
	}
	for j := range hd {
		y[j] = sums[0][j] * f
		y[Dim+j] = sums[1][j] * g
	}
}
