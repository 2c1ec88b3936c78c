package eval

import (
	"fmt"
	"io"
	"strings"
)

// FollowUp is a message that makes sense only after another one, with what answers it.
type FollowUp struct {
	First string // the message before
	Question
}

// ReadFollowUps reads pairs of messages over the corpus at hand: gold, a comma list of document ids, sentence, the one that
// answers the second message, and for each language the columns first_LANGUAGE and then_LANGUAGE. Every gold id must be
// known.
func ReadFollowUps(r io.Reader, language string, known func(id string) bool) (out []FollowUp, err error) {
	columns := []string{"first_" + language, "then_" + language, "gold", "sentence"}
	err = readTSV(r, columns, nil, func(_ int, cells []string) error {
		f := FollowUp{First: cells[0], Question: Question{Text: cells[1], Language: language, Sentence: cells[3]}}
		for id := range strings.SplitSeq(cells[2], ",") {
			id = strings.TrimSpace(id)
			if !known(id) {
				return fmt.Errorf("gold document %q is not in the corpus", id)
			}
			f.Gold = append(f.Gold, id)
		}
		out = append(out, f)
		return nil
	})
	return out, err
}
