package local

import (
	"math"
	"slices"
)

// regression is a logistic regression with L2, classes balanced, solved by Newton's method.
type regression struct {
	rows    [][]float64
	yes     []bool
	weights []float64
}

func (r *regression) add(x []float64, yes bool, weight float64) {
	r.rows, r.yes, r.weights = append(r.rows, slices.Clone(x)), append(r.yes, yes), append(r.weights, weight)
}

// solve returns a judge whose Bias has the intercept under "".
func (r *regression) solve(names []string) judge {
	j := r.standardise(names)
	n := len(names) + 1
	var total [2]float64
	for i, w := range r.weights {
		total[int(is(r.yes[i]))] += w
	}
	w := make([]float64, n)
	for range 25 {
		gradient, hessian := make([]float64, n), make([][]float64, n)
		for a := range hessian {
			hessian[a] = make([]float64, n)
			if a > 0 {
				hessian[a][a], gradient[a] = ridge, ridge*w[a]
			}
		}
		for i, row := range r.rows {
			x := append([]float64{1}, row...)
			sum := 0.0
			for a := range x {
				sum += w[a] * x[a]
			}
			p := logistic(sum)
			weight := r.weights[i] * (total[0] + total[1]) / (2 * total[int(is(r.yes[i]))])
			for a := range x {
				gradient[a] += weight * (p - is(r.yes[i])) * x[a]
				for b := range x {
					hessian[a][b] += weight * p * (1 - p) * x[a] * x[b]
				}
			}
		}
		for a, step := range gauss(hessian, gradient) {
			w[a] -= step
		}
	}
	for a := range names {
		j.Signals[a].W = round(w[a+1])
	}
	j.Bias = map[string]float64{"": w[0]}
	return j
}

// standardise brings the rows to mean 0 and deviation 1.
func (r *regression) standardise(names []string) (j judge) {
	for a, name := range names {
		var sum, squares float64
		for _, row := range r.rows {
			sum += row[a]
			squares += row[a] * row[a]
		}
		n := float64(len(r.rows))
		mean := sum / n
		deviation := math.Sqrt(max(squares/n-mean*mean, 0))
		if deviation < 1e-6 {
			deviation = 1
		}
		s := weighed{Name: name, Mean: round(mean), Deviation: round(deviation)}
		for _, row := range r.rows {
			row[a] = (row[a] - s.Mean) / s.Deviation
		}
		j.Signals = append(j.Signals, s)
	}
	return j
}

func round(x float64) float64 { return math.Round(x*1e4) / 1e4 }

// gauss solves a·x = b for a positive definite a, which it overwrites.
func gauss(a [][]float64, b []float64) []float64 {
	n := len(b)
	for i := range n {
		for k := i + 1; k < n; k++ {
			f := a[k][i] / a[i][i]
			for j := i; j < n; j++ {
				a[k][j] -= f * a[i][j]
			}
			b[k] -= f * b[i]
		}
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			b[i] -= a[i][k] * b[k]
		}
		b[i] /= a[i][i]
	}
	return b
}
