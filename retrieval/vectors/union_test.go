package vectors_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"passerelle/retrieval/vectors"
)

func union(t testing.TB, sets ...*vectors.Set) *vectors.Union {
	t.Helper()
	u, err := vectors.NewUnion(sets...)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestUnion holds a union of sets of all sizes, some empty, some from a file, some without all vectors, against one set of
// the same texts.
func TestUnion(t *testing.T) {
	all := texts(300)
	one := filled(t, all, 300)
	q := noise("question")
	want, err := one.Dots(q)
	if err != nil {
		t.Fatal(err)
	}
	read, err := vectors.Read(filled(t, all[100:101], 1).Bytes())
	if err != nil {
		t.Fatal(err)
	}
	sets := []*vectors.Set{
		vectors.New("m", nil), filled(t, all[:100], 100), read, vectors.New("m", nil), vectors.New("m", nil),
		filled(t, all[101:250], 149), filled(t, all[250:], 40), vectors.New("m", nil),
	}
	u := union(t, sets...)
	if u.Rows() != 300 || u.Len() != 290 || u.Whole() || u.Offset(2) != 100 || u.Offset(5) != 101 || u.Offset(6) != 250 {
		t.Fatalf("%d of %d rows, offsets %d, %d, %d", u.Len(), u.Rows(), u.Offset(2), u.Offset(5), u.Offset(6))
	}
	got, err := u.Dots(q)
	if err != nil {
		t.Fatal(err)
	}
	for r := range got {
		if r >= 290 {
			if !math.IsNaN(float64(got[r])) || u.Vector(r) != nil {
				t.Errorf("row %d has no vector, and a dot product of %v", r, got[r])
			}
		} else if got[r] != want[r] || !slices.Equal(u.Vector(r), one.Vector(r)) {
			t.Errorf("row %d: %v, want %v", r, got[r], want[r])
		}
	}
	question, err := u.Question(q)
	if err != nil {
		t.Fatal(err)
	}
	var rows []int32
	for i := range 1000 { // several times the same, from set to set and on in one
		rows = append(rows, int32(i*(1+i/500*6)%300))
	}
	for i, dot := range question.Dots(rows, nil) {
		if one := question.Dot(int(rows[i])); dot != one && (dot == dot || one == one) {
			t.Errorf("row %d among others: %v, alone %v", rows[i], dot, one)
		}
	}
	exact, err := u.Nearest(q, 10, nil)
	if err != nil {
		t.Fatal(err)
	}
	near, err := vectors.NewSketch(u).Nearest(q, 10, nil)
	if err != nil || !slices.Equal(near, exact) {
		t.Errorf("near %v, %v; exact %v", near, err, exact)
	}
}

func TestUnionOfOthers(t *testing.T) {
	if _, err := vectors.NewUnion(vectors.New("m", nil), vectors.New("other", nil)); !errors.Is(err, vectors.ErrModel) {
		t.Errorf("two models: %v", err)
	}
	short := vectors.New("m", texts(1))
	if err := short.Put("text 0", []float32{1, 0}); err != nil {
		t.Fatal(err)
	}
	u := union(t, filled(t, texts(5), 5), short)
	if _, err := u.Question(noise("q")); !errors.Is(err, vectors.ErrDimension) {
		t.Errorf("two dimensions: %v", err)
	}
	if n := vectors.NewSketch(u).Bytes(); n == 0 {
		t.Error("no sketch of the rows of one dimension")
	}
	none := union(t)
	if dots, err := none.Dots(noise("q")); err != nil || len(dots) != 0 || none.Rows() != 0 || !none.Whole() {
		t.Errorf("a union of nothing: %v, %v", dots, err)
	}
}

// TestUnionWhileFilled is for the race detector.
func TestUnionWhileFilled(t *testing.T) {
	all := texts(120)
	s := vectors.New("m", all[20:])
	u := union(t, filled(t, all[:20], 20), s)
	done := make(chan error)
	go func() {
		for !u.Whole() {
			if _, err := u.Dots(noise("question")); err != nil {
				done <- err
				return
			}
			vectors.NewSketch(u)
		}
		done <- nil
	}()
	for _, text := range all[20:] {
		if err := s.Put(text, noise(text)); err != nil {
			t.Error(err)
		}
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}
