package encoder

import "golang.org/x/sys/cpu"

// best is the fastest level this processor has.
func best() level {
	switch c := cpu.X86; {
	case !c.HasAVX2 || !c.HasFMA: // every processor with both has F16C
		return portable
	case c.HasAVX512F && c.HasAVX512BW && c.HasAVX512VL && c.HasAVX512VNNI:
		return vnni
	default:
		return avx2
	}
}

func (l level) quantise(x []float32, q []int8, s []scaled) {
	if l == portable {
		quantiseGo(x, q, s)
	} else {
		quantiseAVX2(&x[0], len(x)/group, &q[0], &s[0])
	}
}

// multiply may write up to five rows of y past T.
func (l level) multiply(W *matrix, q []int8, s []scaled, y []float32, T int) {
	if l == portable {
		multiplyGo(W, q, s, y, T)
		return
	}
	G := W.cols / group
	for r := 0; r < W.rows; r += block {
		w := W.w[r/block*G*cell:]
		for t := 0; t < T; t += 6 {
			qt, st, yt := &q[t*W.cols], &s[t*G], &y[t*W.rows+r]
			if l == vnni {
				dot6VNNI(&w[0], qt, st, &W.bias[r], yt, G, W.rows)
			} else {
				dot6AVX2(&w[0], &w[32], qt, st, &W.bias[r], yt, G, W.rows)
				dot6AVX2(&w[16], &w[64], qt, st, &W.bias[r+8], &y[t*W.rows+r+8], G, W.rows)
			}
		}
	}
}

func (l level) addNorm(x, y, w, b []float32) {
	if l == portable {
		addNormGo(x, y, w, b)
	} else {
		addNormAVX2(&x[0], &y[0], &w[0], &b[0])
	}
}

func (l level) gelu(x []float32) {
	if l == portable {
		geluGo(x)
	} else {
		geluAVX2(&x[0], len(x))
	}
}

func (l level) scores(q, k, p []float32) {
	if l == portable {
		scoresGo(q, k, p)
	} else {
		scoresAVX2(&q[0], &k[0], &p[0], len(p))
	}
}

func (l level) softmax(p []float32, scale float32) float32 {
	if l == portable {
		return softmaxGo(p, scale)
	}
	return softmaxAVX2(&p[0], len(p), scale)
}

func (l level) mix(p, v, y []float32, f float32) {
	if l == portable {
		mixGo(p, v, y, f)
	} else {
		mixAVX2(&p[0], &v[0], &y[0], len(p), f)
	}
}

//go:noescape
func quantiseAVX2(x *float32, groups int, q *int8, s *scaled)

// eight rows: scales at w, nibbles at n
//
//go:noescape
func dot6AVX2(w, n *byte, q *int8, s *scaled, bias, y *float32, G, stride int)

//go:noescape
func dot6VNNI(w *byte, q *int8, s *scaled, bias, y *float32, G, stride int)

//go:noescape
func addNormAVX2(x, y, w, b *float32)

//go:noescape
func geluAVX2(x *float32, n int)

//go:noescape
func scoresAVX2(q, k, p *float32, n int)

//go:noescape
func softmaxAVX2(p *float32, n int, scale float32) float32

//go:noescape
func mixAVX2(p, v, y *float32, n int, f float32)
