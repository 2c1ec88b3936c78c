package vectors_test

import (
	"errors"
	"slices"
	"testing"

	"passerelle/retrieval/vectors"
)

func TestNearestIsOfTheSet(t *testing.T) {
	all := texts(900)
	s := filled(t, all, 850)
	sketch := vectors.NewSketch(union(t, s))
	odd := func(row int) bool { return row%2 == 1 }
	q := noise("question")
	exact, err := s.Nearest(q, 10, odd)
	if err != nil {
		t.Fatal(err)
	}
	dots, err := s.Dots(q)
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range exact {
		if n.Row >= 850 || odd(n.Row) || n.Dot != dots[n.Row] || i > 0 && n.Dot > exact[i-1].Dot {
			t.Errorf("neighbour %d: %v", i, n)
		}
	}
	better := 0
	for r := range 850 {
		if !odd(r) && dots[r] > exact[9].Dot {
			better++
		}
	}
	if len(exact) != 10 || better != 9 {
		t.Errorf("%d neighbours, %d rows before the last", len(exact), better)
	}
	// 425 rows are left: nearly all are candidates
	near, err := sketch.Nearest(q, 10, odd)
	if err != nil || !slices.Equal(near, exact) {
		t.Errorf("near %v, %v; exact %v", near, err, exact)
	}
	if near, err = sketch.Nearest(q, 2000, nil); err != nil || len(near) != 850 {
		t.Errorf("%d of 850 rows, %v", len(near), err)
	}
	if _, err := sketch.Nearest(q[1:], 1, nil); !errors.Is(err, vectors.ErrDimension) {
		t.Errorf("a shorter question: %v", err)
	}
	if near, err := vectors.NewSketch(union(t, vectors.New("m", all))).Nearest(q, 3, nil); err != nil || len(near) != 0 {
		t.Errorf("an empty set: %v, %v", near, err)
	}
}
