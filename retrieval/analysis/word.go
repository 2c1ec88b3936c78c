package analysis

// Word is one word of a question with the terms that documents may have in its place.
type Word struct {
	Text         string        // as the person wrote it
	Name         bool          // it names a place, a person, a body or a year
	Alternatives []Alternative // its own terms first; no term twice
}

// Alternative is a term that counts as a word of a question by its weight, above 0 and at most 1.
type Alternative struct {
	Term   string
	Weight float64
	From   Origin
}

// Origin says how a term came to stand for a word; "" is not known.
type Origin string

// Origins of terms.
const (
	FromWord        Origin = "word"        // the word's own stem, or number
	FromSpelling    Origin = "spelling"    // a word that is typed so without accents
	FromSynonym     Origin = "synonym"     // another word of the same language
	FromTranslation Origin = "translation" // a word of another language
	FromSound       Origin = "sound"       // a name that sounds like it
	FromPlace       Origin = "place"       // the place that it names, as a concept
	FromPlaceName   Origin = "place name"  // a word of that place's name in a language of the documents
)

// Add puts a term of unknown origin among the alternatives, or raises its weight.
func (w *Word) Add(term string, weight float64) { w.AddFrom("", term, weight) }

// AddFrom puts a term among the alternatives, or raises its weight.
func (w *Word) AddFrom(from Origin, term string, weight float64) {
	if term == "" || weight <= 0 {
		return
	}
	for i := range w.Alternatives {
		if a := &w.Alternatives[i]; a.Term == term {
			if weight > a.Weight {
				a.Weight, a.From = weight, from
			}
			return
		}
	}
	w.Alternatives = append(w.Alternatives, Alternative{term, weight, from})
}
