package answer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"passerelle/bot"
	"passerelle/bot/llm/llmtest"
	"passerelle/retrieval"
)

// factShelf gives every one of llmtest.Falsehoods its occasion.
func factShelf(t *testing.T) *shelf {
	t.Helper()
	s := &shelf{signals: retrieval.Signals{Answerable: 3, Coverage: .8, TypeFound: true}}
	for id, text := range map[string]string{
		"a": "Le gouverneur Sergueï Levtchenko a conduit la délégation à Lyon en novembre 2018. Il a rencontré 45 entreprises de la région.",
		"b": "Le conseil régional prévoit d’ouvrir deux classes bilingues dans le lycée de la ville.",
		"c": "L’usine de Kalouga n’a pas rouvert ses ateliers de peinture cette année.",
		"d": "Selon la direction, l’usine emploie toujours autant d’ouvriers qualifiés.",
		"e": "La ville de Nice a invité celle de Yalta à la fête des jumelages.",
	} {
		s.documents = append(s.documents, &retrieval.Document{ID: id, Title: "Chronique", Source: "Gazette", Language: retrieval.French, Kind: retrieval.KindDigest, Text: text})
	}
	slices.SortFunc(s.documents, func(a, b *retrieval.Document) int { return strings.Compare(a.ID, b.ID) })
	return s
}

// TestFalsehoods tells each falsehood over its true quote, again when it is asked to mend it: it is not shown, neither in
// the end nor on the way, and the reply is made of quotes.
func TestFalsehoods(t *testing.T) {
	for _, lie := range llmtest.Falsehoods() {
		for _, stream := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, stream %v", lie.Name, stream), func(t *testing.T) {
				s := factShelf(t)
				told := map[string]bool{}
				server := llmtest.New(t, llmtest.Drafts(func(p []llmtest.Passage) llmtest.Draft {
					claims := lie.Draw(p)
					for _, c := range claims {
						told[c.Text] = true
					}
					return llmtest.Draft{Answerable: true, Claims: claims}
				}))
				q := question
				q.Progress = func(p bot.Progress) {
					for _, c := range p.Claims {
						t.Errorf("shown on the way: %q", c.Text)
					}
				}
				got := ask(t, newAnswerer(t, server, setting{shelf: s, stream: stream}), q)
				checkShown(t, got, s)
				if len(told) == 0 {
					t.Fatal("the passages gave no occasion for this lie")
				}
				for _, c := range got.Claims {
					if got.Mode == bot.Generative && told[c.Text] {
						t.Errorf("shown: %q with %+v", c.Text, c.Checks)
					}
				}
				if got.Mode != bot.Extractive || got.Notice != bot.NoticeModelUnproven || len(got.Claims) == 0 || len(server.Requests()) != 2 {
					t.Errorf("after %d requests: %+v", len(server.Requests()), got)
				}
			})
		}
	}
}
