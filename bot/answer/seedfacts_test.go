package answer_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"passerelle/bot"
	"passerelle/bot/answer"
	"passerelle/internal/tsvtest"
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
	rows := tsvtest.Read(t, "testdata/seedfacts.tsv", "gold", "fact", "fr", "ru", "en")
	if len(rows) != 30 {
		t.Fatalf("%d rows", len(rows))
	}
	extractive := answer.NewExtractive(seedsSearcher(t))
	for language, floor := range map[string]int{"fr": 27, "ru": 24, "en": 24} {
		t.Run(language, func(t *testing.T) {
			shown := 0
			for _, row := range rows {
				fact := regexp.MustCompile("(?i)" + row["fact"])
				a, err := extractive.Answer(t.Context(), bot.Question{Text: row[language]})
				if err != nil {
					t.Fatal(err)
				}
				if a.Language != language {
					t.Errorf("%q is taken for %s", row[language], a.Language)
				}
				if slices.ContainsFunc(a.Citations, func(c bot.Citation) bool {
					return fact.MatchString(c.Quote()) && slices.Contains(strings.Split(row["gold"], ","), c.Document.ID)
				}) {
					shown++
					continue
				}
				t.Logf("missed (%s): %s", a.Status, row[language])
			}
			t.Logf("%d of %d facts shown", shown, len(rows))
			if shown < floor {
				t.Errorf("%d facts shown, want at least %d", shown, floor)
			}
		})
	}
}
