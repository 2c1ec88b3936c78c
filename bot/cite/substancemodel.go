package cite

import (
	_ "embed"
	"fmt"
	"math"
	"strconv"
	"strings"
)

//go:embed substance.tsv
var substanceFile string

// substanceModel judges claims twice, each time from their words up.
type substanceModel struct {
	detail  judge // against claims with an invented detail, the rest of which is right
	subject judge // against claims beside a quote about another thing
}

// judge is two logistic regressions: that a word of a claim has a counterpart in its quotes, and that the claim as a whole
// has. The score of the second must reach the least of the claim's language.
type judge struct {
	word, claim []float64 // weights in the order of wordFeatures and claimFeatures, then the constant
	least       map[string]float64
}

// Names of what the two regressions look at, as in substance.tsv.
var (
	wordFeatures = []string{
		"cosine", "content", "margin", "mutual", "mutual cosine", "shared", "shared cosine", "stem", "translated", "synonym", "rarity",
		"before", "behind", "two before", "two behind",
	}
	claimFeatures = []string{"worst1", "worst2", "worst3", "worst5", "mean", "cosine", "share", "left", "length"}
)

const constant = "constant"

// readSubstance reads lines of "detail" or "subject", of "word", "claim" or "least", a name, and a number, between tabs.
func readSubstance(file string) (substanceModel, error) {
	numbers := map[string]float64{}
	for i, line := range strings.Split(file, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		columns := strings.Split(line, "\t")
		if len(columns) != 4 {
			return substanceModel{}, fmt.Errorf("line %d: %d columns, not 4", i+1, len(columns))
		}
		x, err := strconv.ParseFloat(columns[3], 64)
		if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			return substanceModel{}, fmt.Errorf("line %d: %q is no number", i+1, columns[3])
		}
		numbers[strings.Join(columns[:3], "\t")] = x
	}
	var err error
	take := func(of, kind string, names ...string) (out []float64) {
		for _, name := range names {
			x, ok := numbers[of+"\t"+kind+"\t"+name]
			if !ok && err == nil {
				err = fmt.Errorf("there is no line %s, %s, %s", of, kind, name)
			}
			out = append(out, x)
		}
		return out
	}
	read := func(of string) judge {
		j := judge{least: map[string]float64{}}
		j.word = append(take(of, "word", wordFeatures...), take(of, "word", constant)...)
		j.claim = append(take(of, "claim", claimFeatures...), take(of, "claim", constant)...)
		for _, language := range []string{"fr", "ru", "en"} {
			j.least[language] = take(of, "least", language)[0]
		}
		return j
	}
	return substanceModel{read("detail"), read("subject")}, err
}

// features are in the order of wordFeatures.
func (w wordMatch) features() []float64 {
	mutual, shared := truth(w.link.Mutual), truth(w.shared())
	return []float64{
		w.link.Cosine, w.link.Content, w.link.Margin, mutual, mutual * w.link.Cosine, shared, shared * w.link.Cosine,
		truth(w.stem), w.translated, w.synonym, w.Rarity,
		w.around[0], w.around[1], w.around[2], w.around[3],
	}
}

// shared tells that the word's counterpart is rather that of a neighbour of the word: two words for one of the quote's, as
// in joint venture and coentreprise.
func (w wordMatch) shared() bool {
	const neighbours = 2
	return w.link.Word >= 0 && !w.link.Mutual && w.distance >= -neighbours && w.distance <= neighbours
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Of the logits of words.
const (
	mostLogit = 6 // none is farther from 0
	ownLogit  = 3 // the least of a word that stands in a quote of the claim's language, or is part of a term that does
)

// wordLogits are above 0 for words that have a counterpart sooner than not.
func (j judge) wordLogits(c match) []float64 {
	out := make([]float64, len(c.words))
	for i, w := range c.words {
		out[i] = min(max(linear(j.word, w.features()), -mostLogit), mostLogit)
		if w.stem || w.term {
			out[i] = max(out[i], ownLogit)
		}
	}
	return out
}

// score is above 0 where the quotes speak of all the claim sooner than not.
func (j judge) score(c match) float64 { return linear(j.claim, claimSums(c, j.wordLogits(c))) }

// fault is "" for a claim that the quotes speak of, else the words that they do not speak of.
func (j judge) fault(c match) string {
	score := j.score(c)
	if score >= j.least[c.language] {
		return ""
	}
	var missing []string
	for i, logit := range j.wordLogits(c) {
		if logit < 0 {
			missing = append(missing, c.words[i].Text)
		}
	}
	if len(missing) == 0 {
		missing = []string{"nearly all of it"}
	}
	return fmt.Sprintf("%s (%.1f, want %.1f)", bounded(strings.Join(missing, ", ")), score, j.least[c.language])
}

// claimSums are in the order of claimFeatures, rare words counting more: the means of the worst two, three and five
// words in a row and of all, of their cosines, the share and the weight of words without a counterpart, and the length.
func claimSums(c match, logits []float64) []float64 {
	var weights, cosines, mean, without, left float64
	for i, w := range c.words {
		weights += w.Rarity
		cosines += w.Rarity * w.link.Cosine
		mean += w.Rarity * logits[i]
		if logits[i] < 0 {
			without += w.Rarity
		}
		left += w.Rarity / (1 + math.Exp(logits[i]))
	}
	return []float64{
		worst(logits, 1), worst(logits, 2), worst(logits, 3), worst(logits, 5), mean / weights, cosines / weights, without / weights, left,
		math.Log(float64(len(logits))),
	}
}

// worst is the lowest mean of n logits in a row, or of all where there are fewer.
func worst(logits []float64, n int) float64 {
	n = min(n, len(logits))
	lowest := math.Inf(1)
	for i := range len(logits) - n + 1 {
		sum := 0.0
		for _, x := range logits[i : i+n] {
			sum += x
		}
		lowest = min(lowest, sum/float64(n))
	}
	return lowest
}

// linear is the sum of weighted features and the constant, which is the last weight.
func linear(weights, features []float64) float64 {
	sum := weights[len(features)]
	for i, x := range features {
		sum += weights[i] * x
	}
	return sum
}
