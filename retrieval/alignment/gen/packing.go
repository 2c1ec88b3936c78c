package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"passerelle/retrieval/alignment"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/encoder"
	"passerelle/retrieval/ingest"
	"passerelle/seeds"
)

// What retrieval/alignment/packing.go reads.
const (
	packedDims   = 192
	packedGroups = 96
	packedCodes  = 16
	packedBits   = 4 * packedGroups
)

// packedSample is how many words of TICO-19, and as many of the seeds, are learned from.
const packedSample = 20_000

// packing learns the directions, groups and centroids by which word vectors are packed.
func packing(parallel string) ([]byte, error) {
	vectors, err := wordVectors(parallel)
	if err != nil {
		return nil, err
	}
	values, directions := principal(covariance(vectors))
	groups := group(rates(values[:packedDims], packedBits))
	var order []int
	out := make([]byte, 0, packedGroups)
	for _, g := range groups {
		order = append(order, g...)
		out = append(out, byte(len(g)))
	}
	rows := make([]float64, 0, packedDims*encoder.Dim)
	for _, d := range order {
		rows = append(rows, directions[d]...)
	}
	var centroids []float64
	random := rand.New(rand.NewPCG(1, 1)) //nolint:gosec // the same each time
	for _, g := range groups {
		centroids = append(centroids, means16(components(vectors, directions, g), len(g), random)...)
	}
	rowBytes, rowStep := int8s(rows)
	centroidBytes, centroidStep := int8s(centroids)
	out = binary.LittleEndian.AppendUint32(out, math.Float32bits(rowStep))
	out = binary.LittleEndian.AppendUint32(out, math.Float32bits(centroidStep))
	return slices.Concat(out, rowBytes, centroidBytes), nil
}

func int8s(x []float64) (out []byte, step float32) {
	most := 0.0
	for _, v := range x {
		most = max(most, math.Abs(v))
	}
	step = float32(most / math.MaxInt8)
	out = make([]byte, len(x))
	for i, v := range x {
		out[i] = byte(int8(math.Round(v / most * math.MaxInt8)))
	}
	return out, step
}

// wordVectors are those of content words and numbers, half of TICO-19 in its three languages, half of the seeds.
func wordVectors(parallel string) ([][]float32, error) {
	table, err := readTable(parallel)
	if err != nil {
		return nil, err
	}
	var tico, ours []text
	for i := range table[languages[0]] {
		for _, language := range languages {
			tico = append(tico, text{table[language][i], language})
		}
	}
	documents, err := ingest.Load(seeds.Files())
	if err != nil {
		return nil, err
	}
	for _, d := range documents {
		for _, s := range ingest.Sentences(d.Text) {
			ours = append(ours, text{d.Text[s.Start:s.End], analysis.DetectLanguage(d.Text[s.Start:s.End])})
		}
	}
	aligner, err := alignment.New(new(encoder.Lazy).Model, 0)
	if err != nil {
		return nil, err
	}
	a, err := sample(aligner, tico)
	if err != nil {
		return nil, err
	}
	b, err := sample(aligner, ours)
	return append(a, b...), err
}

type text struct{ text, language string }

// sample takes the words of as many texts, drawn by chance, as it needs.
func sample(a *alignment.Aligner, texts []text) (out [][]float32, err error) {
	random := rand.New(rand.NewPCG(2, 2)) //nolint:gosec // the same each time
	for _, i := range random.Perm(len(texts)) {
		_, t, err := a.Passage(texts[i].text, texts[i].language)
		if err != nil {
			return nil, err
		}
		for w, word := range t.Words {
			if v := t.Vector(w); v != nil && (word.Content || word.Number) {
				out = append(out, v)
			}
		}
		if len(out) >= packedSample {
			return out[:packedSample], nil
		}
	}
	return nil, fmt.Errorf("%d words, want %d", len(out), packedSample)
}

func covariance(vectors [][]float32) [][]float64 {
	c := make([][]float64, encoder.Dim)
	for i := range c {
		c[i] = make([]float64, encoder.Dim)
	}
	for _, v := range vectors {
		for i, x := range v {
			for j, y := range v[:i+1] {
				c[i][j] += float64(x) * float64(y)
			}
		}
	}
	for i := range c {
		for j := range c[:i+1] {
			c[i][j] /= float64(len(vectors))
			c[j][i] = c[i][j]
		}
	}
	return c
}

// principal gives the eigenvalues of a symmetric matrix, the largest first, with their vectors (Jacobi's method). The matrix
// is changed.
func principal(c [][]float64) (values []float64, vectors [][]float64) {
	n := len(c)
	vectors = make([][]float64, n)
	for i := range vectors {
		vectors[i] = make([]float64, n)
		vectors[i][i] = 1
	}
	for range 12 { // sweeps: after some eight nothing moves
		for p := range n {
			for q := p + 1; q < n; q++ {
				rotate(c, vectors, p, q)
			}
		}
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		if c[a][a] > c[b][b] {
			return -1
		}
		return 1
	})
	sorted := make([][]float64, n)
	for i, o := range order {
		values = append(values, c[o][o])
		sorted[i] = vectors[o]
	}
	return values, sorted
}

// rotate makes c[p][q] zero.
func rotate(c, vectors [][]float64, p, q int) {
	if math.Abs(c[p][q]) < 1e-14 {
		return
	}
	theta := (c[q][q] - c[p][p]) / (2 * c[p][q])
	t := 1 / (math.Abs(theta) + math.Sqrt(theta*theta+1))
	if theta < 0 {
		t = -t
	}
	cos := 1 / math.Sqrt(t*t+1)
	sin := t * cos
	turn := func(x, y []float64) {
		for k := range x {
			x[k], y[k] = cos*x[k]-sin*y[k], sin*x[k]+cos*y[k]
		}
	}
	for _, row := range c {
		row[p], row[q] = cos*row[p]-sin*row[q], sin*row[p]+cos*row[q]
	}
	turn(c[p], c[q])
	turn(vectors[p], vectors[q])
}

// rates shares bits out among components of these variances, such that the error is least (reverse water-filling).
func rates(variances []float64, total float64) []float64 {
	out := make([]float64, len(variances))
	low, high := 0.0, variances[0]
	for range 100 {
		level, sum := (low+high)/2, 0.0
		for i, v := range variances {
			out[i] = max(0, math.Log2(v/level)/2)
			sum += out[i]
		}
		if sum > total {
			low = level
		} else {
			high = level
		}
	}
	return out
}

// group puts each component, the largest rate first, where the least bits are needed so far.
func group(rates []float64) [][]int {
	groups, load := make([][]int, packedGroups), make([]float64, packedGroups)
	for d, r := range rates {
		g := 0
		for i, l := range load {
			if l < load[g] {
				g = i
			}
		}
		groups[g] = append(groups[g], d)
		load[g] += r
	}
	return groups
}

func components(vectors [][]float32, directions [][]float64, dims []int) [][]float64 {
	out := make([][]float64, len(vectors))
	for i, v := range vectors {
		for _, d := range dims {
			sum := 0.0
			for k, x := range v {
				sum += float64(x) * directions[d][k]
			}
			out[i] = append(out[i], sum)
		}
	}
	return out
}

// means16 gives the 16 centroids of points of so many dimensions (k-means).
func means16(points [][]float64, dims int, random *rand.Rand) []float64 {
	centroids := make([]float64, packedCodes*dims)
	for c := range packedCodes {
		copy(centroids[c*dims:], points[random.IntN(len(points))])
	}
	for range 25 {
		sums, n := make([]float64, len(centroids)), make([]float64, packedCodes)
		for _, p := range points {
			c := closest(p, centroids)
			n[c]++
			for i, x := range p {
				sums[c*dims+i] += x
			}
		}
		for c := range packedCodes {
			for i := range dims {
				if n[c] > 0 {
					centroids[c*dims+i] = sums[c*dims+i] / n[c]
				} else {
					centroids[c*dims+i] = points[random.IntN(len(points))][i]
				}
			}
		}
	}
	return centroids
}

func closest(p, centroids []float64) (closest int) {
	least := math.Inf(1)
	for c := range packedCodes {
		distance := 0.0
		for i, x := range p {
			d := x - centroids[c*len(p)+i]
			distance += d * d
		}
		if distance < least {
			closest, least = c, distance
		}
	}
	return closest
}
