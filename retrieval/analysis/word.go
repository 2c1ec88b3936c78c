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
}

// Add puts a term among the alternatives, or raises its weight.
func (w *Word) Add(term string, weight float64) {
	if term == "" || weight <= 0 {
		return
	}
	for i := range w.Alternatives {
		if a := &w.Alternatives[i]; a.Term == term {
			a.Weight = max(a.Weight, weight)
			return
		}
	}
	w.Alternatives = append(w.Alternatives, Alternative{term, weight})
}
