// Package seeds holds the articles' digests that the program answers from when it is given no other corpus: one
// Markdown file each, with YAML front matter that package retrieval/ingest reads. They are written for this project in
// our own words, in French whatever the language of the original; no file is the article itself, and each names the
// article's publisher and address.
//
// The dates are those of the events told, as precisely as known, else of the publication. The address of three longer
// ones was found by their original's text, which did not name its publisher: moscou-lyon-marseille-2017 (Russia Beyond,
// 19 May 2017), montpellier-obninsk-kalouga (e-Métropolitain, Thursday 5 October 2017, which fixes its "Friday" and
// "Saturday" as 6 and 7 October) and irkoutsk-paris-lyon-2018 (CCI France Russie; irkoutsk-paris-lyon-ccifr is a
// shorter digest of the same page).
package seeds

import (
	"embed"
	"io/fs"
)

//go:embed *.md
var files embed.FS

// Files returns the digests, all in the root folder and named by their ids. It is read-only.
func Files() fs.FS { return files }

//go:generate go run passerelle/seeds/gen -out vectors.bin
//go:embed vectors.bin
var vectors []byte

// Vectors returns the vectors of the digests, in the format of package retrieval/vectors. The caller must not change them.
func Vectors() []byte { return vectors }
