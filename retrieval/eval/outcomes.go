package eval

import "io"

// Asked is a question of which only its kind is known: what it is about, or in what way nothing answers it.
type Asked struct {
	Text, Language string
	Kind           string // "" where the set does not say
	Sentence       string // that answers; "" where nothing does, or the set does not say
}

// ReadAsked reads questions with a column for each language and, where there are such columns, kind and sentence.
func ReadAsked(r io.Reader, language string) (out []Asked, err error) {
	err = readTSV(r, []string{language}, []string{"kind", "sentence"}, func(_ int, cells []string) error {
		out = append(out, Asked{Text: cells[0], Language: language, Kind: cells[1], Sentence: cells[2]})
		return nil
	})
	return out, err
}
