// Command gen makes the files of retrieval/lexicon/data. Each source is made only if its input is given;
// docs/retrieval-lexicon.md says where the inputs come from.
//
//	go run ./retrieval/lexicon/gen -glossary retrieval/lexicon/glossary.tsv -parallel tico19.tsv
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run() error {
	var (
		glossaryPath = flag.String("glossary", "", "our own list, retrieval/lexicon/glossary.tsv")
		parallelPath = flag.String("parallel", "", "TICO-19 as a table with columns fr, ru, en")
		out          = flag.String("out", "retrieval/lexicon/data", "folder of the files made")
	)
	flag.Parse()
	if *glossaryPath != "" {
		p, err := glossary(*glossaryPath)
		if err != nil {
			return err
		}
		if err := p.write(filepath.Join(*out, "glossary.tsv"), glossaryHeader, glossaryTerms); err != nil {
			return err
		}
	}
	if *parallelPath != "" {
		rows, err := readParallel(*parallelPath)
		if err != nil {
			return err
		}
		if err := align(rows).write(filepath.Join(*out, "parallel.tsv"), parallelHeader, maxTerms); err != nil {
			return err
		}
	}
	return nil
}

// Terms a key has at most in a file.
const (
	maxTerms      = 4
	glossaryTerms = 12
)

const (
	glossaryHeader = `Made by retrieval/lexicon/gen from retrieval/lexicon/glossary.tsv. Licence: MIT, as the rest of this project.`
	parallelHeader = `Made by retrieval/lexicon/gen: words aligned in TICO-19's sentences. Licence of the source: CC0.`
)
