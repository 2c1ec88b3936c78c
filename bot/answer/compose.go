package answer

import (
	"slices"
	"strings"

	"passerelle/bot"
	"passerelle/bot/cite"
)

// compose makes the claims of proven sentences, and the citations that they share.
func compose(sentences []proven) ([]bot.Claim, []bot.Citation) {
	var claims []bot.Claim
	var citations []bot.Citation
	for _, s := range sentences {
		claim := bot.Claim{Text: s.text, Checks: checks(s.proof)}
		for _, q := range s.proof.Quotes {
			n := 1 + slices.IndexFunc(citations, func(c bot.Citation) bool { return c.Document == q.Document && c.Span == q.Span })
			if n == 0 {
				n = len(citations) + 1
				citations = append(citations, bot.Citation{
					N: n, Document: q.Document, Passage: q.Passage.ID, Span: q.Span, Instructs: instructs(q.Passage.Text),
				})
			}
			if !slices.Contains(claim.Citations, n) {
				claim.Citations = append(claim.Citations, n)
			}
		}
		claims = append(claims, claim)
	}
	return claims, citations
}

func checks(p cite.Proof) []bot.Check {
	var out []bot.Check
	for _, c := range p.Checks {
		out = append(out, bot.Check{Name: c.Name, OK: c.OK, Looked: c.Looked, Why: c.Why})
	}
	return out
}

// faultsOf says what of a proof failed.
func faultsOf(p cite.Proof) string {
	var out []string
	for _, c := range p.Failed() {
		out = append(out, c.Why)
	}
	return strings.Join(out, "; ")
}
