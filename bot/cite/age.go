package cite

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// age refuses words for "now" in a claim none of whose sources is young enough. A claim that only repeats its quote may
// have them: it is shown as the source's words, with its date.
func (p *Prover) age(claim *reading, quotes []Quote) (looked, why string) {
	if len(claim.hits[cueNow]) == 0 || len(quotes) == 0 {
		return "", ""
	}
	var words []string
	for _, h := range claim.hits[cueNow] {
		words = append(words, claim.written(h))
	}
	looked = strings.Join(words, ", ")
	now := time.Now
	if p.gates.Now != nil {
		now = p.gates.Now
	}
	limit := now().Add(-p.gates.MaxAge)
	oldest := ""
	for _, q := range quotes {
		if normalise(q.Text()).form == normalise(claim.text).form || !q.Document.Date.IsZero() && !q.Document.Date.To.Before(limit) {
			return looked, ""
		}
		oldest = cmp.Or(q.Document.Date.Text, "no known date")
	}
	return looked, fmt.Sprintf("it says %q of a source of %s", words[0], oldest)
}
