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
		if math.Abs(float64(room[0])-sum/known) > 1e-4 {
			t.Errorf("a row without a vector gets %v, want the mean, %v", room[0], sum/known)
		}
	}
	if _, err := sketch.Estimates(make([]float32, 3), nil); err == nil {
		t.Error("a question of three numbers is compared")
	}
}
