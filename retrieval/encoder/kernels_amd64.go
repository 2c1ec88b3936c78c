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

// multiply may write up to three rows of y past T.
func (l level) multiply(W *matrix, q []int8, s []scaled, y []float32, T int) {
	if l == portable {
		multiplyGo(W, q, s, y, T)
		return
	}
	G := W.cols / group
	for r := 0; r < W.rows; r += 2 * block {
		for t := 0; t < T; {
			n := tile(T - t)
			l.dot(n, W.w[r/block*G*cell:], &q[t*W.cols], &s[t*G], W.bias[r:], y[t*W.rows+r:], G, W.rows)
			t += n
		}
	}
}

// dot multiplies 32 rows by n tokens, 4 or 6.
func (l level) dot(n int, w []byte, q *int8, s *scaled, bias, y []float32, G, stride int) {
	if l == vnni {
		if n == 6 {
			dot6VNNI(&w[0], q, s, &bias[0], &y[0], G, stride)
		} else {
			dot4VNNI(&w[0], q, s, &bias[0], &y[0], G, stride)
		}
		return
	}
	for r := 0; r < 2*block; r += 8 {
		c := w[r/block*G*cell:]
		scales, nibbles := &c[r%block*2], &c[2*block+r%block*4]
		if n == 6 {
			dot6AVX2(scales, nibbles, q, s, &bias[r], &y[r], G, stride)
		} else {
			dot4AVX2(scales, nibbles, q, s, &bias[r], &y[r], G, stride)
		}
	}
}

// tile returns how many of the next left tokens one call takes, 6 or 4: six are fastest, but tokens past the last one cost as
// much as the others.
func tile(left int) int {
	switch left {
	case 1, 2, 3, 4, 7, 8:
		return 4
	}
	return 6
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

// 32 rows: six tokens, or four
//
//go:noescape
func dot4AVX2(w, n *byte, q *int8, s *scaled, bias, y *float32, G, stride int)

//go:noescape
func dot6VNNI(w *byte, q *int8, s *scaled, bias, y *float32, G, stride int)

//go:noescape
func dot4VNNI(w *byte, q *int8, s *scaled, bias, y *float32, G, stride int)

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
