package vectors_test

import (
	"math"
	"testing"

	"passerelle/retrieval/vectors"
)

// TestEstimates holds estimates against exact dot products, for rows in another order, some twice, some without a vector.
func TestEstimates(t *testing.T) {
	const n = 500
	whole := crowd(t, n)
	names := texts(n)
	part := vectors.New("m", names)
	for i, name := range names {
		if i%10 != 0 {
			if err := part.Put(name, whole.Vector(i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	var rows []int32
	for i := range n + 20 {
		rows = append(rows, int32((i*7)%n))
	}
	sketch := vectors.NewSketchOf(union(t, part), rows)
	var room []float32
	for _, q := range questions(t, 20) {
		exact, err := part.Dots(q)
		if err != nil {
			t.Fatal(err)
		}
		if room, err = sketch.Estimates(q, room); err != nil || len(room) != len(rows) {
			t.Fatalf("%d estimates for %d rows, %v", len(room), len(rows), err)
		}
		squares, sum, known := 0.0, 0.0, 0.0
		for i, r := range rows {
			if r%10 != 0 {
				squares += math.Pow(float64(room[i]-exact[r]), 2)
				sum += float64(room[i])
				known++
			}
		}
		if deviation := math.Sqrt(squares / known); deviation > .02 {
			t.Errorf("estimates err by %.3f", deviation)
		}
		if math.Abs(float64(room[0])-sum/known) > 2e-3 {
			t.Errorf("a row without a vector gets %v, want about the mean, %v", room[0], sum/known)
		}
	}
	if _, err := sketch.Estimates(make([]float32, 3), nil); err == nil {
		t.Error("a question of three numbers is compared")
	}
}

// TestEstimatesOfSums holds estimates of weighted sums of vectors against the same sums of exact dot products.
func TestEstimatesOfSums(t *testing.T) {
	const n = 400
	s := crowd(t, n+100)
	terms := []vectors.Term{{Weight: 3}, {Weight: .5}}
	for i := range n {
		terms[0].Rows = append(terms[0].Rows, int32(i))
		terms[1].Rows = append(terms[1].Rows, int32(n+100-1-i))
	}
	sketch := vectors.NewSketchOfSums(union(t, s), terms...)
	for _, q := range questions(t, 20) {
		exact, err := s.Dots(q)
		if err != nil {
			t.Fatal(err)
		}
		all, err := sketch.Estimates(q, nil)
		if err != nil {
			t.Fatal(err)
		}
		squares := 0.0
		for i := range n {
			want := 3*exact[i] + .5*exact[n+100-1-i]
			squares += math.Pow(float64(all[i]-want), 2)
		}
		if deviation := math.Sqrt(squares / n); deviation > .06 {
			t.Errorf("estimates of sums up to 3.5 err by %.3f", deviation)
		}
		e, err := sketch.Estimator(q)
		if err != nil {
			t.Fatal(err)
		}
		places := []int32{17, 0, 399, 17, 250}
		for i, got := range e.Of(places, nil) {
			if got != all[places[i]] {
				t.Errorf("the row at %d: %v, want %v", places[i], got, all[places[i]])
			}
		}
	}
	if near, err := sketch.Nearest(noise("q"), 3, nil); err != nil || len(near) > 0 {
		t.Errorf("a sum is near: %v, %v", near, err)
	}
}
