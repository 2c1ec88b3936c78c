package answer

import (
	"fmt"

	"passerelle/bot"
	"passerelle/bot/cite"
	"passerelle/retrieval"
)

// Explain gives the claims of an answer that were not proven yet, because they are quotes, the checks that a model's claims
// pass. Quotes are not proven before they are shown: they stand in their documents by their offsets. The answer's own
// claims are left as they are.
func Explain(a bot.Answer, gates cite.Gates) (bot.Answer, error) {
	claims := make([]bot.Claim, len(a.Claims))
	for i, c := range a.Claims {
		if len(c.Checks) == 0 {
			proof, err := proofOfQuotes(c, a.Citations, gates)
			if err != nil {
				return a, err
			}
			c.Checks = checks(proof)
		}
		claims[i] = c
	}
	a.Claims = claims
	return a, nil
}

func proofOfQuotes(c bot.Claim, citations []bot.Citation, gates cite.Gates) (cite.Proof, error) {
	claim := cite.Claim{Text: c.Text}
	var sources []cite.Source
	for _, n := range c.Citations {
		for _, cited := range citations {
			if cited.N != n {
				continue
			}
			id, d := fmt.Sprint("citation ", n), cited.Document
			whole := &retrieval.Passage{ID: cited.Passage, Document: d.ID, End: len(d.Text), Text: d.Text}
			sources = append(sources, cite.Source{ID: id, Document: d, Passage: whole})
			claim.Evidence = append(claim.Evidence, cite.Evidence{ID: id, Quote: cited.Quote()})
		}
	}
	prover, err := cite.New(sources, gates)
	if err != nil {
		return cite.Proof{}, err
	}
	return prover.Prove(claim), nil
}
