package encoder

import (
	"math"

	"golang.org/x/text/unicode/norm"
)

// What the model was taught to read before the text.
const (
	passagePrefix = "passage: "
	queryPrefix   = "query: "
)

// Encode turns a question or a passage into 384 floats of length 1; the dot product of two is their similarity (.7 to 1).
// A text of more than 510 pieces is encoded in windows and averaged. Nothing but the result is allocated.
func (m *Model) Encode(text string, isQuery bool) []float32 {
	prefix := passagePrefix
	if isQuery {
		prefix = queryPrefix
	}
	s := m.pool.Get().(*scratch)
	defer m.pool.Put(s)
	m.tokenize(s, prefix, text)
	out := make([]float32, Dim)
	m.encode(s, s.pieces, out)
	return out
}

// EncodeIDs is Encode for pieces from Tokenize.
func (m *Model) EncodeIDs(ids []int32) []float32 {
	s := m.pool.Get().(*scratch)
	defer m.pool.Put(s)
	out := make([]float32, Dim)
	m.encode(s, ids, out)
	return out
}

// encode adds the vector of pieces to out, which is zero.
func (m *Model) encode(s *scratch, ids []int32, out []float32) {
	for {
		n := m.fill(s, ids)
		x := m.forward(s, layers)
		share := float32(max(n, 1)) / float32(len(s.ids))
		for i, v := range x[:len(s.ids)*Dim] {
			out[i%Dim] += float32(share * v) // rounded: compilers for arm64 would fuse the two, and give other bits
		}
		if s.tap > 0 {
			s.tapped = s.tapped[n*Dim:]
		}
		if ids = ids[n:]; len(ids) == 0 {
			break
		}
	}
	unit(out)
}

// fill takes the pieces of one window, between the marks of begin and end, and returns how many it took.
func (m *Model) fill(s *scratch, ids []int32) int {
	n := min(len(ids), window-2)
	s.ids = append(append(append(s.ids[:0], m.bos), ids[:n]...), m.eos)
	return n
}

// unit gives v the length 1.
func unit(v []float32) {
	var q float64
	for _, x := range v {
		q += float64(x) * float64(x)
	}
	r := float32(1 / math.Sqrt(max(q, 1e-12)))
	for i := range v {
		v[i] *= r
	}
}

// scaled says how 32 int8 stand for floats: value = d * q; fix = -8 * sum of q, which moves the weights' nibbles from 0..15 to -8..7.
type scaled struct {
	d   float32
	fix int32
}

// scratch is what one call at a time works in; the model's pool keeps it for the next.
type scratch struct {
	raw, composed, text []byte // the text: as given, in NFKC when it was not, cleaned
	composer            norm.Iter
	steps               []step
	pieces              []int32

	ids                   []int32 // one window, marks included
	tap                   int     // the layer after which tapped gets the rows, 0 for none
	tapped                []float32
	x, qkv, y, mid, p, kv []float32
	q                     []int8
	s                     []scaled
}

// grow gives s the length n; the content is not kept.
func grow[T any](s *[]T, n int) []T {
	if cap(*s) < n {
		*s = make([]T, n+n/4)
	}
	*s = (*s)[:n]
	return *s
}

// forward runs the first n of the 12 layers over s.ids and returns one row of 384 a token.
func (m *Model) forward(s *scratch, n int) []float32 {
	T := len(s.ids)
	P := (T + 23) / 24 * 24 // rows for whole tiles of 4 and 6 tokens (products) and 8 (attention)
	x, qkv, y, mid := grow(&s.x, P*Dim), grow(&s.qkv, P*3*Dim), grow(&s.y, P*Dim), grow(&s.mid, P*ff)
	grow(&s.q, P*ff)
	grow(&s.s, P*ff/group)
	grow(&s.p, 2*P)
	grow(&s.kv, 2*P*hd)
	clear(s.q) // rows past T: any finite numbers do
	clear(s.s)
	clear(y)
	for t, id := range s.ids {
		r := x[t*Dim : (t+1)*Dim]
		m.embed(id, t, r)
		m.kernels.addNorm(r, y, m.lnw, m.lnb)
	}
	for i := range n {
		l := &m.layers[i]
		m.kernels.quantise(x[:T*Dim], s.q, s.s)
		m.kernels.multiply(&l.qkv, s.q, s.s, qkv, T)
		m.attend(s, qkv, y, T)
		m.kernels.quantise(y[:T*Dim], s.q, s.s)
		m.kernels.multiply(&l.ao, s.q, s.s, y, T)
		for t := range T {
			m.kernels.addNorm(x[t*Dim:(t+1)*Dim], y[t*Dim:(t+1)*Dim], l.ln1w, l.ln1b)
		}
		m.kernels.quantise(x[:T*Dim], s.q, s.s)
		m.kernels.multiply(&l.fi, s.q, s.s, mid, T)
		m.kernels.gelu(mid[:T*ff])
		m.kernels.quantise(mid[:T*ff], s.q, s.s)
		m.kernels.multiply(&l.fo, s.q, s.s, y, T)
		for t := range T {
			m.kernels.addNorm(x[t*Dim:(t+1)*Dim], y[t*Dim:(t+1)*Dim], l.ln2w, l.ln2b)
		}
		if s.tap == i+1 {
			copy(s.tapped, x[Dim:(T-1)*Dim]) // between the marks
		}
	}
	return x
}

// attend: y = softmax(q·k / √32) · v, head by head.
func (m *Model) attend(s *scratch, qkv, y []float32, T int) {
	const row = 3 * Dim
	n := (T + 7) &^ 7
	k, v := s.kv[:n*hd], s.kv[n*hd:2*n*hd]
	for h := 0; h < Dim; h += hd {
		for t := range T { // close together: rows 4608 bytes apart would share few cache sets
			copy(k[t*hd:(t+1)*hd], qkv[t*row+Dim+h:])
			copy(v[t*hd:(t+1)*hd], qkv[t*row+2*Dim+h:])
		}
		for t := 0; t < T; t += 2 { // sums over tokens are chains: of one token alone they would keep the processor waiting
			var f [2]float32
			for i := range f { // when T is odd, the last is of padding, and goes nowhere
				p := s.p[i*n : (i+1)*n]
				m.kernels.scores(qkv[(t+i)*row+h:], k, p)
				for j := T; j < n; j++ {
					p[j] = -1e30
				}
				f[i] = 1 / m.kernels.softmax(p, float32(1/math.Sqrt(hd)))
			}
			m.kernels.mix(s.p[:T], s.p[n:n+T], v, y[t*Dim+h:], f[0], f[1])
		}
	}
}
