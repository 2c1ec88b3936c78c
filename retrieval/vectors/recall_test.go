package vectors_test

import (
	"bufio"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"passerelle/retrieval/encoder"
	"passerelle/retrieval/vectors"
	"passerelle/seeds"
)

// crowd is a set of n vectors: those of the seeds, and then the same again and again, each time turned by noise, so that
// its cosine with the vector that it comes from is about .9.
func crowd(t testing.TB, n int) *vectors.Set {
	t.Helper()
	known, err := vectors.Read(seeds.Vectors())
	if err != nil {
		t.Fatal(err)
	}
	names := texts(n)
	s := vectors.New("m", names)
	r := rand.New(rand.NewPCG(8, 8))
	for i, name := range names {
		v := known.Vector(i % known.Rows())
		norm := 0.0
		for j := range v {
			if i >= known.Rows() {
				v[j] += float32(r.NormFloat64() * math.Sqrt(1/(.9*.9)-1) / math.Sqrt(dim))
			}
			norm += float64(v[j]) * float64(v[j])
		}
		for j := range v {
			v[j] /= float32(math.Sqrt(norm))
		}
		if err := s.Put(name, v); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// questions are vectors of real questions, in three languages.
func questions(t testing.TB, n int) (out [][]float32) {
	t.Helper()
	m, err := encoder.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open("../local/testdata/questions-dev.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	lines := bufio.NewScanner(f)
	lines.Scan() // the header
	for len(out) < n && lines.Scan() {
		columns := strings.Split(lines.Text(), "\t")
		out = append(out, m.Encode(columns[3+len(out)%3], true))
	}
	return out
}

// TestRecall measures how much of the exact ten nearest a sketch finds.
func TestRecall(t *testing.T) {
	if testing.Short() {
		t.Skip("encodes questions and scans 100,000 vectors")
	}
	asked := questions(t, 40)
	for _, rows := range []int{5000, 100_000} {
		t.Run(strconv.Itoa(rows), func(t *testing.T) {
			s := crowd(t, rows)
			sketch := vectors.NewSketch(union(t, s))
			exact := make([]map[int]bool, len(asked))
			for i, q := range asked {
				all, err := s.Nearest(q, 10, nil)
				if err != nil {
					t.Fatal(err)
				}
				exact[i] = map[int]bool{}
				for _, n := range all {
					exact[i][n.Row] = true
				}
			}
			for _, candidates := range []int{100, 400, vectors.LeastCandidates} {
				found := 0
				for i, q := range asked {
					near, err := sketch.NearestOf(q, 10, candidates)
					if err != nil {
						t.Fatal(err)
					}
					for _, n := range near {
						if exact[i][n.Row] {
							found++
						}
					}
				}
				recall := float64(found) / float64(10*len(asked))
				t.Logf("%d rows, %d candidates: recall@10 %.4f", rows, candidates, recall)
				if candidates == vectors.LeastCandidates && recall < .99 {
					t.Errorf("recall@10 is %.4f with %d candidates", recall, candidates)
				}
			}
		})
	}
}

func BenchmarkNearest(b *testing.B) {
	for _, rows := range []int{10_000, 100_000} {
		s := crowd(b, rows)
		sketch := vectors.NewSketch(union(b, s))
		q := noise("q")
		b.Run("sketch/"+strconv.Itoa(rows), func(b *testing.B) {
			for b.Loop() {
				if _, err := sketch.Nearest(q, 10, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(sketch.Bytes())/float64(rows), "B/row")
		})
		b.Run("exact/"+strconv.Itoa(rows), func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Nearest(q, 10, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkEstimates(b *testing.B) {
	const rows = 100_000
	sketch := vectors.NewSketch(union(b, crowd(b, rows)))
	q := noise("q")
	var room []float32
	for b.Loop() {
		var err error
		if room, err = sketch.Estimates(q, room); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDotsOf compares a question with 2,500 runs of nine rows that lie anywhere among a million.
func BenchmarkDotsOf(b *testing.B) {
	all := make([]string, 1_000_000)
	for i := range all {
		all[i] = strconv.Itoa(i)
	}
	s := vectors.New("m", all)
	v := noise("v")
	for _, text := range all {
		if err := s.Put(text, v); err != nil {
			b.Fatal(err)
		}
	}
	q, err := union(b, s).Question(noise("q"))
	if err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 1))
	var rows [8][]int32
	for i := range rows {
		for range 2500 {
			first := r.IntN(len(all) - 9)
			for n := range 9 {
				rows[i] = append(rows[i], int32(first+n))
			}
		}
	}
	room := make([]float32, len(rows[0]))
	b.Run("one by one", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			for n, row := range rows[i%len(rows)] {
				room[n] = q.Dot(int(row))
			}
		}
	})
	b.Run("together", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			room = q.Dots(rows[i%len(rows)], room)
		}
	})
}

func BenchmarkNewSketch(b *testing.B) {
	u := union(b, crowd(b, 20_000))
	for b.Loop() {
		vectors.NewSketch(u)
	}
}
