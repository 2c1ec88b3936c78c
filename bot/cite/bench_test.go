//go:build unix

package cite_test

import (
	"fmt"
	"syscall"
	"testing"

	"passerelle/bot/cite"
	"passerelle/retrieval/alignment"
	"passerelle/retrieval/encoder"
)

// BenchmarkAllChecks proves the claims of claims-dev.tsv by all checks, each in a request of its own, so that nothing but the
// quotes' vectors is kept from one to the next. In "rules" the claims' vectors are kept too: what is left is what the rules
// and the comparison of words cost. In "claim" each is encoded, since each has another number. cpu-ns/op is the time of all
// processors, which other programs on the machine lengthen less.
func BenchmarkAllChecks(b *testing.B) {
	aligner, err := alignment.New(new(encoder.Lazy).Model, 4*alignment.DefaultCacheBytes)
	if err != nil {
		b.Fatal(err)
	}
	gates, err := cite.NewGates(placesOf(b), lexiconOf(b), aligner)
	if err != nil {
		b.Fatal(err)
	}
	rows := readLabelled(b)
	prove := func(r labelled, claim string) {
		p := proverOf(b, gates, whole("p", r.document))
		p.Prove(cite.Claim{Text: claim, Evidence: []cite.Evidence{{ID: "p", Quote: r.quote}}})
	}
	for _, r := range rows {
		prove(r, r.text)
	}
	n := 0
	b.Run("rules", func(b *testing.B) {
		defer reportCPU(b, cpuTime(b))
		for b.Loop() {
			n++
			prove(rows[n%len(rows)], rows[n%len(rows)].text)
		}
	})
	b.Run("claim", func(b *testing.B) {
		defer reportCPU(b, cpuTime(b))
		for b.Loop() {
			n++
			prove(rows[n%len(rows)], fmt.Sprintf("%s %d", rows[n%len(rows)].text, n))
		}
	})
}

// cpuTime is what the process has used, in nanoseconds.
func cpuTime(b *testing.B) int64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return used.Utime.Nano() + used.Stime.Nano()
}

func reportCPU(b *testing.B, since int64) {
	b.ReportMetric(float64(cpuTime(b)-since)/float64(b.N), "cpu-ns/op")
}
