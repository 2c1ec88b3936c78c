package cite

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"passerelle/retrieval"
	"passerelle/retrieval/alignment"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/lexicon"
)

// Link is a word of a claim and the word of a quote that says the same, as bytes of either.
type Link struct {
	Claim, Quote retrieval.Span
	Strength     float64 // as the Aligner has it; a word's strongest link counts
}

// Written is a text in a language: "fr", "ru" or "en".
type Written struct{ Text, Language string }

// Aligner tells which words of two texts, in whichever languages, speak of the same. It is safe for concurrent use.
type Aligner interface {
	Align(claim, quote Written) ([]Link, error)
}

// WordVectors aligns by the vectors that the encoder gives the words.
type WordVectors struct{ aligner *alignment.Aligner }

// NewWordVectors makes an Aligner of the encoder's.
func NewWordVectors(a *alignment.Aligner) *WordVectors { return &WordVectors{a} }

// minCosine is from where on two words say the same sooner than not; names are linked as others are.
const minCosine = .5

// Align links each word of the claim to the nearest of the quote. It fails where the encoder cannot be loaded, or a text
// is too long for it.
func (v *WordVectors) Align(claim, quote Written) ([]Link, error) {
	from, err := v.aligner.Text(claim.Text, claim.Language)
	if err != nil {
		return nil, err
	}
	to, err := v.aligner.Text(quote.Text, quote.Language)
	if err != nil {
		return nil, err
	}
	var out []Link
	for i, l := range alignment.Align(from, to).Links {
		if l.Word < 0 || l.Cosine < minCosine {
			continue
		}
		a, b := from.Words[i], to.Words[l.Word]
		out = append(out, Link{retrieval.Span{Start: a.Start, End: a.End}, retrieval.Span{Start: b.Start, End: b.End}, l.Cosine})
	}
	return out, nil
}

// links are the words of one reading that say the same as a word of another: links[i] are places in the other's words.
type links [][]int

func (l links) reversed(n int) links {
	out := make(links, n)
	for i, to := range l {
		for _, j := range to {
			out[j] = append(out[j], i)
		}
	}
	return out
}

// minNameLikeness is how alike two words with capitals must be to be one name.
const minNameLikeness = .7

// wordLinks links words by their stems, by the lexicon, and names by their sound.
func wordLinks(lex *lexicon.Lexicon, a, b *reading) links {
	out := make(links, len(a.words))
	stems := map[string][]int{}
	var names []int
	keys := map[int][]string{}
	for j := range b.words {
		w := &b.words[j]
		if !b.says(j) {
			continue
		}
		stems[w.stem] = append(stems[w.stem], j)
		if w.capital {
			names = append(names, j)
			keys[j] = analysis.NameForms(w.form, b.language)
		}
	}
	for i := range a.words {
		w := &a.words[i]
		if !a.says(i) {
			continue
		}
		out[i] = append(out[i], stems[w.stem]...)
		if len(out[i]) == 0 && w.capital && len(names) > 0 {
			forms := analysis.NameForms(w.form, a.language)
			for _, j := range names {
				if slices.ContainsFunc(forms, func(f string) bool {
					return slices.ContainsFunc(keys[j], func(k string) bool { return analysis.NameSimilarity(f, k) >= minNameLikeness })
				}) {
					out[i] = append(out[i], j)
				}
			}
		}
		if len(out[i]) > 0 || lex == nil {
			continue
		}
		if a.language == b.language {
			continue
		}
		for _, t := range lex.Translate(w.form, a.language, b.language) {
			for _, j := range stems[t.Term] {
				if !slices.Contains(out[i], j) {
					out[i] = append(out[i], j)
				}
			}
		}
	}
	return out
}

// alignedLinks brings an Aligner's links to words.
func alignedLinks(list []Link, a, b *reading) links {
	out := make(links, len(a.words))
	best := make([]float64, len(a.words))
	for _, l := range list {
		i, j := a.wordAt(l.Claim.Start), b.wordAt(l.Quote.Start)
		if i < 0 || j < 0 || !a.says(i) || !b.says(j) || len(out[i]) > 0 && l.Strength <= best[i] {
			continue
		}
		out[i], best[i] = []int{j}, l.Strength
	}
	return out
}

// wordAt returns the word that has this byte of the text; -1 for none.
func (r *reading) wordAt(at int) int {
	i, found := slices.BinarySearchFunc(r.words, at, func(w cueWord, at int) int {
		switch {
		case w.End <= at:
			return -1
		case w.Start > at:
			return 1
		}
		return 0
	})
	if !found {
		return -1
	}
	return i
}

// says tells a word that says something of a subject, and no function word.
func (r *reading) says(i int) bool { return r.words[i].stem != "" }

// stems gives the words that say something their stems.
func (r *reading) stems() {
	for i := range r.words {
		w := &r.words[i]
		if utf8.RuneCountInString(w.form) > 1 && w.form[len(w.form)-1] != '\'' && w.form[0] != '\'' && w.form != "n't" && !analysis.IsStop(analysis.Fold(w.form), r.language) {
			w.stem = cmp.Or(analysis.Stem(w.form, r.language), w.form)
		}
	}
}
