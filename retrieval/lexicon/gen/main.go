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
		measurePath  = flag.String("measure", "", "make nothing, print what each source finds in TICO-19, a table with columns fr, ru, en")
		parallelPath = flag.String("parallel", "", "TICO-19 as a table with columns fr, ru, en")
		wordsPath    = flag.String("words", "", "folder of frequency lists fr.txt, ru.txt, en.txt, for -freedict and -encoder")
		encoderToo   = flag.Bool("encoder", false, "make the encoder's neighbours too; takes some minutes")
		documents    = flag.String("documents", "seeds", "folder of French texts whose words the encoder's neighbours include")
		out          = flag.String("out", "retrieval/lexicon/data", "folder of the files made")
		regionsToo   = flag.Bool("regions", false, "make the names of countries and languages too")
		freedictPath = flag.String("freedict", "", "folder of FreeDict's dictionaries as dictd has them, /usr/share/dictd in Debian")
	)
	flag.Parse()
	if *measurePath != "" {
		return measure(*measurePath)
	}
	save := func(source string, p pairs, err error) error {
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(*out, source+".tsv"), []byte(p.text(headers[source], termsMost[source])), 0o644)
	}
	if *glossaryPath != "" {
		p, err := glossary(*glossaryPath)
		if err := save("glossary", p, err); err != nil {
			return err
		}
	}
	if *regionsToo {
		if err := save("regions", regions(), nil); err != nil {
			return err
		}
	}
	if *freedictPath != "" {
		frequent, err := frequentStems(*wordsPath)
		if err != nil {
			return err
		}
		p, err := freedict(*freedictPath, frequent)
		if err := save("freedict", p, err); err != nil {
			return err
		}
	}
	if *parallelPath != "" {
		rows, err := readParallel(*parallelPath)
		if err != nil {
			return err
		}
		if err := save("parallel", align(rows), nil); err != nil {
			return err
		}
	}
	if *encoderToo {
		p, err := neighbours(*wordsPath, *documents)
		if err := save("encoder", p, err); err != nil {
			return err
		}
	}
	return nil
}

// termsMost is how many terms a key has at most in a file.
var termsMost = map[string]int{"glossary": 12, "regions": 4, "freedict": 6, "parallel": 4, "encoder": 3}

// headers say where each file comes from and under which licence.
var headers = map[string]string{
	"glossary": `Made by retrieval/lexicon/gen from retrieval/lexicon/glossary.tsv, written by hand for this project.
Licence: MIT, as the rest of the project.`,
	"regions": `Made by retrieval/lexicon/gen: names of countries and languages from Unicode CLDR, as golang.org/x/text has them.
Licence of the source: Unicode License V3, © Unicode, Inc.`,
	"freedict": `Made by retrieval/lexicon/gen from FreeDict's dictionaries of 2022.11.18 by Karl Bartel (WikDict), from Wiktionary by
way of DBnary: French-Russian, and 25 more through which two of French, Russian and English meet in a third language.
Changed: stems instead of words, definitions left out, weights added, rare words (by wordfreq 3.1.1 of Robyn Speer, data
CC BY-SA 4.0) left out.
Licence of the sources: Creative Commons Attribution-ShareAlike 3.0 Unported; of this file: the same, version 4.0
(https://creativecommons.org/licenses/by-sa/4.0/).`,
	"parallel": `Made by retrieval/lexicon/gen: words aligned in TICO-19's sentences.
Licence of the source: CC0.`,
	"encoder": `Made by retrieval/lexicon/gen: neighbours in the space of the embedded encoder (multilingual-e5-small, MIT). The words
tried are the most frequent of wordfreq 3.1.1 by Robyn Speer (data CC BY-SA 4.0) and those of seeds.
Licence of this file: Creative Commons Attribution-ShareAlike 4.0 International, as of that list
(https://creativecommons.org/licenses/by-sa/4.0/).`,
}
