package answer_test

import (
	"bufio"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"passerelle/bot"
	"passerelle/bot/answer"
	"passerelle/retrieval"
	"passerelle/retrieval/ingest"
	"passerelle/retrieval/local"
	"passerelle/seeds"
)

func seedDocuments(t *testing.T) []*retrieval.Document {
	t.Helper()
	documents, err := ingest.Load(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	return documents
}

// seedsSearcher opens the seeds' index in a directory of its own.
func seedsSearcher(t *testing.T) *local.Searcher {
	t.Helper()
	s, err := local.Open(t.Context(), local.Options{Name: "seeds", Documents: seedDocuments(t), Vectors: seeds.Vectors()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// TestSeedFacts asks for ten facts of each of the three long digests, in three languages; see testdata/README.md.
func TestSeedFacts(t *testing.T) {
	file, err := os.Open("testdata/seedfacts.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var rows [][]string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		rows = append(rows, strings.Split(lines.Text(), "\t"))
	}
	header, rows := rows[0], rows[1:]
	if !slices.Equal(header, []string{"gold", "fact", "fr", "ru", "en"}) || len(rows) != 30 {
		t.Fatalf("%d rows under %q", len(rows), header)
	}
	extractive := answer.NewExtractive(seedsSearcher(t))
	for column, floor := range map[int]int{2: 27, 3: 24, 4: 24} {
		t.Run(header[column], func(t *testing.T) {
			shown := 0
			for _, row := range rows {
				fact := regexp.MustCompile("(?i)" + row[1])
				a, err := extractive.Answer(t.Context(), bot.Question{Text: row[column]})
				if err != nil {
					t.Fatal(err)
				}
				if a.Language != header[column] {
					t.Errorf("%q is taken for %s", row[column], a.Language)
				}
				if slices.ContainsFunc(a.Citations, func(c bot.Citation) bool {
					return fact.MatchString(c.Quote()) && slices.Contains(strings.Split(row[0], ","), c.Document.ID)
				}) {
					shown++
					continue
				}
				t.Logf("missed (%s): %s", a.Status, row[column])
			}
			t.Logf("%d of %d facts shown", shown, len(rows))
			if shown < floor {
				t.Errorf("%d facts shown, want at least %d", shown, floor)
			}
		})
	}
}
