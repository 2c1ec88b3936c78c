package local

// The third passage of a document is placed as if it were worse by crowding, the fourth by twice that, so that it stands
// before other documents only where it is clearly better, as it is where the question names its document. On 158
// development questions in three languages that is the most that costs no fact among the first five passages. Sentences
// are not spread: any crowding loses one or two facts of a hundred among the first four.
const (
	uncrowded = 2
	crowding  = .5
)

// placed is a sentence with the score that it is placed by.
type placed struct {
	sentence int
	score    float32
	crowded  float32 // what the score is less because of its document's sentences before
}

// spread takes at most limit of these sentences, whose scores descend, each for its passage, so that no document crowds out
// the others.
func (s *view) spread(f *found, order []int, limit int) []placed {
	out := make([]placed, 0, min(limit, len(order)))
	used := make([]bool, len(order))
	count := map[int]int{}
	first := 0
	for len(out) < cap(out) {
		best, at := placed{}, -1
		for i := first; i < len(order); i++ {
			score := f.of(order[i]).score
			if at >= 0 && score <= best.score {
				break
			}
			if used[i] {
				continue
			}
			crowded := crowding * float32(max(0, 1+count[s.corpus.sentences[order[i]].document]-uncrowded))
			if at < 0 || score-crowded > best.score {
				best, at = placed{order[i], score - crowded, crowded}, i
			}
		}
		used[at] = true
		for first < len(used) && used[first] {
			first++
		}
		count[s.corpus.sentences[best.sentence].document]++
		out = append(out, best)
	}
	return out
}
