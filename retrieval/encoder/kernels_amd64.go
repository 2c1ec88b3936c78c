package encoder

import "golang.org/x/sys/cpu"

// available lists the kernels that this processor can run, the fastest last.
func available() []kernels {
	list := []kernels{portable()}
	c := cpu.X86
	if !c.HasAVX2 || !c.HasFMA { // every processor with both has F16C
		return list
	}
	avx2 := kernels{
		name: "AVX2",
		quantise: func(x []float32, q []int8, s []scaled) {
			quantiseAVX2(&x[0], len(x)/group, &q[0], &s[0])
		},
		multiply: multiplyAVX2,
		addNorm:  func(x, y, w, b []float32) { addNormAVX2(&x[0], &y[0], &w[0], &b[0]) },
		gelu:     func(x []float32) { geluAVX2(&x[0], len(x)) },
		scores:   func(q, k, p []float32) { scoresAVX2(&q[0], &k[0], &p[0], len(p)) },
		softmax:  func(p []float32, scale float32) float32 { return softmaxAVX2(&p[0], len(p), scale) },
		mix: func(p, q, v, y []float32, f, g float32) {
			mixAVX2(&p[0], &q[0], &v[0], &y[0], len(p), f, g)
		},
	}
	list = append(list, avx2)
	if c.HasAVX512F && c.HasAVX512BW && c.HasAVX512VL && c.HasAVX512VNNI {
		vnni := avx2 // the rest is too little for wider registers to matter
		vnni.name, vnni.multiply = "AVX-512 VNNI", multiplyVNNI
		list = append(list, vnni)
	}
	return list
}

func multiplyAVX2(W *matrix, q []int8, s []scaled, y []float32, T int) {
	G := W.cols / group
	for r := 0; r < W.rows; r += 8 {
		c := W.w[r/block*G*cell:]
		scales, nibbles := &c[r%block*2], &c[2*block+r%block*4]
		for t := 0; t < T; {
			qt, st, yt := &q[t*W.cols], &s[t*G], &y[t*W.rows+r]
			n := tile(T - t)
			if n == 6 {
				dot6AVX2(scales, nibbles, qt, st, &W.bias[r], yt, G, W.rows)
			} else {
				dot4AVX2(scales, nibbles, qt, st, &W.bias[r], yt, G, W.rows)
			}
			t += n
		}
	}
}

func multiplyVNNI(W *matrix, q []int8, s []scaled, y []float32, T int) {
	G := W.cols / group
	for r := 0; r < W.rows; r += 2 * block {
		w := &W.w[r/block*G*cell]
		for t := 0; t < T; {
			qt, st, yt := &q[t*W.cols], &s[t*G], &y[t*W.rows+r]
			n := tile(T - t)
			if n == 6 {
				dot6VNNI(w, qt, st, &W.bias[r], yt, G, W.rows)
			} else {
				dot4VNNI(w, qt, st, &W.bias[r], yt, G, W.rows)
			}
			t += n
		}
	}
}

// tile returns how many of the tokens left one call takes, 6 or 4: six cost the least each, but the call costs the same when
// they are fewer.
func tile(left int) int {
	switch left {
	case 1, 2, 3, 4, 7, 8:
		return 4
	}
	return 6
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
func mixAVX2(p, q, v, y *float32, n int, f, f2 float32)
