package answer_test

import (
	"testing"

	"passerelle/bot"
	"passerelle/bot/answer"
	"passerelle/retrieval/ingest"
	"passerelle/retrieval/local"
	"passerelle/seeds"
)

// BenchmarkAsk answers questions over the seeds in three languages, one after another, as a chat does.
func BenchmarkAsk(b *testing.B) {
	documents, err := ingest.Load(seeds.Files())
	if err != nil {
		b.Fatal(err)
	}
	s, err := local.Open(b.Context(), local.Options{Name: "seeds", Documents: documents, Vectors: seeds.Vectors()})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	extractive := answer.NewExtractive(s)
	for _, q := range []struct{ language, text string }{
		{"fr", "Quelle usine française a ouvert dans la région de Kalouga ?"},
		{"ru", "Какой французский завод открылся в Калужской области?"},
		{"en", "Which French plant opened in the Kaluga region?"},
	} {
		b.Run(q.language, func(b *testing.B) {
			for b.Loop() {
				if _, err := extractive.Answer(b.Context(), bot.Question{Text: q.text}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
