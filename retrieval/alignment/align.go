package alignment

import "slices"

// Link is the counterpart of one word of a text among the words of others.
type Link struct {
	Text, Word int     // the Word-th word of the Text-th of the other texts; -1 and -1 where they have no words
	Cosine     float64 // of the two, -1 to 1; above .5 they say the same more often than not
	Content    float64 // the highest cosine to a content word of the others; Cosine where they have none
	Margin     float64 // Cosine less the mean over all words of the others
	Nearest    int     // the word of the text that is nearest to the counterpart; -1 where there is none
	Mutual     bool    // Nearest is the word itself
	Logit      float64 // the word model's: above 0, the others have a counterpart sooner than not
}

// Alignment is what Align finds.
type Alignment struct {
	Links []Link      // one for each word of the text, in its order
	Back  [][]float64 // for each word of each other text, the highest cosine to a word of the text
}

// Align finds the counterpart of each word of a text among the words of all others together.
func Align(text *Text, others ...*Text) Alignment {
	al := Alignment{Links: make([]Link, len(text.Words)), Back: make([][]float64, len(others))}
	nearest := make([][]int, len(others))
	for o, other := range others {
		al.Back[o], nearest[o] = make([]float64, len(other.Words)), make([]int, len(other.Words))
		for j := range al.Back[o] {
			al.Back[o][j] = -1
		}
	}
	vectorsOf := common(text, others)
	vectors := vectorsOf(text)
	compared := make([][]vector, len(others))
	for o, other := range others {
		compared[o] = vectorsOf(other)
	}
	var v wide
	for i := range text.Words {
		v.set(vectors[i])
		al.Links[i] = link(&v, others, compared, func(o, j int, cosine float64) {
			if cosine > al.Back[o][j] {
				al.Back[o][j], nearest[o][j] = cosine, i
			}
		})
	}
	for i := range al.Links {
		l := &al.Links[i]
		if l.Word < 0 {
			continue
		}
		l.Nearest = nearest[l.Text][l.Word]
		l.Mutual = l.Nearest == i
		l.Logit = wordLogit(*l)
	}
	return al
}

// common is what gives vectors that can be compared: where one of the texts is unpacked, all are reduced as it is.
func common(text *Text, others []*Text) func(*Text) []vector {
	if text.unpacked() || slices.ContainsFunc(others, (*Text).unpacked) {
		return (*Text).reducedVectors
	}
	return func(t *Text) []vector { return t.vectors }
}

// link compares one word with all words of the others, and tells seen of each.
func link(v *wide, others []*Text, vectors [][]vector, seen func(other, word int, cosine float64)) Link {
	l := Link{Text: -1, Word: -1, Nearest: -1, Cosine: -1, Content: -1, Logit: noCounterpart}
	sum, n := 0.0, 0
	for o, other := range others {
		for j, word := range other.Words {
			c := v.cosine(vectors[o][j])
			seen(o, j, c)
			sum += c
			n++
			if c > l.Cosine {
				l.Text, l.Word, l.Cosine = o, j, c
			}
			if word.Content {
				l.Content = max(l.Content, c)
			}
		}
	}
	if n == 0 {
		return l
	}
	l.Margin = l.Cosine - sum/float64(n)
	if l.Content == -1 {
		l.Content = l.Cosine
	}
	return l
}

// noCounterpart is the logit of a word where there is nothing to compare it with.
const noCounterpart = -6

// wordLogit is a logistic regression on words of TICO-19 (CC0): those of a sentence against those of a clause appended to
// it, with the sentence's French translation as the other text. AUC .985 for English, .959 for Russian.
func wordLogit(l Link) float64 {
	logit := 10.705*l.Cosine + 4.334*l.Content - 5.393*l.Margin - 5.193
	if l.Mutual {
		logit += 2.611
	}
	return logit
}
