// Package fusion makes one ranking of several: how near a question is in meaning to a sentence, its passage and its
// document, how many of its words they have, and whether the sentence holds what is asked for.
package fusion

// Features are what is known of one sentence for one question. Cosines are of the encoder's vectors (.7 to 1, close
// together), words are BM25 scores as they come (their size says how much the words are worth), Type is 0 to 1.
type Features struct {
	CosSentence, CosTitled, CosPassage, CosDocument float32
	WordsSentence, WordsPassage, WordsDocument      float32
	Type                                            float32

	CoverSentence, CoverPassage, CoverDocument float32 // 0 to 1: share of the question's words, by idf
	CoverNames                                 float32 // the same of its names, in the document

	CosNeighbour float32 // the better of the sentences before and after
	Opening      float32 // 1 for a document's first sentence, which is like its title whatever is asked
	Period       float32 // 1 where the document is of a time that the question speaks of

	// Of the few best sentences, which are read word by word, how much more they have than the one of them that has least;
	// 0 for all others.
	Aligned float32 // mean cosine of the question's words with their counterparts, by rarity
	Subject float32 // mean likeness of what the question asks about, -1 to 1
}

// Weights are the weights of Features, field by field.
type Weights struct {
	CosSentence, CosTitled, CosPassage, CosDocument float32
	WordsSentence, WordsPassage, WordsDocument      float32
	Type                                            float32
	CoverSentence, CoverPassage, CoverDocument      float32
	CoverNames                                      float32
	CosNeighbour, Opening, Period                   float32
	Aligned, Subject                                float32
}

// Score is the weighted sum.
func (w Weights) Score(f Features) float32 {
	return w.CosSentence*f.CosSentence + w.CosTitled*f.CosTitled + w.CosPassage*f.CosPassage + w.CosDocument*f.CosDocument +
		w.WordsSentence*f.WordsSentence + w.WordsPassage*f.WordsPassage + w.WordsDocument*f.WordsDocument + w.Type*f.Type +
		w.CoverSentence*f.CoverSentence + w.CoverPassage*f.CoverPassage + w.CoverDocument*f.CoverDocument + w.CoverNames*f.CoverNames +
		w.CosNeighbour*f.CosNeighbour + w.Opening*f.Opening + w.Period*f.Period + w.Aligned*f.Aligned + w.Subject*f.Subject
}
