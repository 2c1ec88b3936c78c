//go:build unix

package local_test

import (
	"cmp"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"passerelle/retrieval"
	"passerelle/retrieval/alignment"
	"passerelle/retrieval/encoder"
)

// BenchmarkSearch asks 200 made-up questions in turn over made-up corpora, of 10,000 passages or as many as PASSERELLE_SCALE
// lists (10000,100000). The questions' vectors are made up, but the embedded encoder runs. Beside the clock's time
// it tells the processor's, which other processes disturb less; the first 200 questions find empty caches
// and are told apart.
func BenchmarkSearch(b *testing.B) {
	model, err := encoder.Embedded()
	if err != nil {
		b.Fatal(err)
	}
	aligner, err := alignment.New(func() (*encoder.Model, error) { return model, nil }, 0)
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range scaleSizes(b) {
		var encoding time.Duration
		s := scaled(b, n, madeUp{model, aligner, &encoding})
		questions := newZipf(7).questions(scaleQuestions)
		ask := func(i int) {
			if _, err := s.Search(b.Context(), retrieval.Query{Text: questions[i%len(questions)], Language: "fr"}); err != nil {
				b.Fatal(err)
			}
		}
		var first []time.Duration
		for i := range questions {
			before := processorTime(b)
			ask(i)
			first = append(first, processorTime(b)-before)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var took, used []time.Duration
			encoding = 0
			for i := 0; b.Loop(); i++ {
				began, before := time.Now(), processorTime(b)
				ask(i)
				took, used = append(took, time.Since(began)), append(used, processorTime(b)-before)
			}
			report(b, took, "")
			report(b, used, "cpu-")
			report(b, first, "first-cpu-")
			b.ReportMetric(milliseconds(encoding)/float64(len(took)), "encoder-ms")
			var memory runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&memory)
			b.ReportMetric(float64(memory.HeapAlloc)/1e6, "heap-MB")
			b.ReportMetric(float64(s.Stats().Bytes)/1e6, "disk-MB")
		})
	}
}

// BenchmarkUpdate adds a document to made-up corpora and removes it again, of 10,000 passages or as many as PASSERELLE_SCALE
// lists: what a change costs beside what it is of.
func BenchmarkUpdate(b *testing.B) {
	for _, n := range scaleSizes(b) {
		s := scaled(b, n, madeUp{})
		all := s.Documents()
		added := append(slices.Clone(all), newZipf(99).documents(1)...)
		added[len(all)].ID = "zz"
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				for _, documents := range [][]*retrieval.Document{added, all} {
					if _, err := s.Update(b.Context(), documents); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

// scaleSizes are what PASSERELLE_SCALE lists, or 10,000.
func scaleSizes(b *testing.B) (sizes []int) {
	for size := range strings.SplitSeq(cmp.Or(os.Getenv("PASSERELLE_SCALE"), "10000"), ",") {
		n, err := strconv.Atoi(size)
		if err != nil {
			b.Fatal(err)
		}
		sizes = append(sizes, n)
	}
	return sizes
}

func report(b *testing.B, all []time.Duration, of string) {
	slices.Sort(all)
	b.ReportMetric(milliseconds(all[len(all)/2]), of+"p50-ms")
	b.ReportMetric(milliseconds(all[len(all)*95/100]), of+"p95-ms")
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// processorTime is what this process has used so far.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
