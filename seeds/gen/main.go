// Command gen writes seeds/vectors.bin: the vectors of the seeds' sentences, passages and documents, so that a new
// installation has them without a minute of encoding. Vectors of unchanged texts are taken over from the present file.
//
// Run it with `go generate ./seeds` after a change of a digest, of the sentence splitter or of the encoder; a test of
// retrieval/local tells when that was forgotten.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"passerelle/retrieval/ingest"
	"passerelle/retrieval/local"
	"passerelle/seeds"
)

func main() {
	out := flag.String("out", "vectors.bin", "the file to write")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	documents, err := ingest.Load(seeds.Files())
	if err != nil {
		return err
	}
	file, err := local.Encode(context.Background(), documents, seeds.Vectors())
	if err != nil {
		return err
	}
	return os.WriteFile(out, file, 0o644)
}
