package local

// nearBonus is what the sentences of the first document of Query.Near gain, on the ranking's scale, where the best
// sentence of a corpus stands 2 to 8 above one on another subject; those of the second gain half of it, of the third a
// third. docs/followups.md has what other values give.
const nearBonus = 4

// near is what the sentences of documents gain, by the document's number.
func (s *view) near(ids []string) map[int]float32 {
	out := make(map[int]float32, len(ids))
	for i, id := range ids {
		if n, ok := s.corpus.number[id]; ok && out[n] == 0 {
			out[n] = nearBonus / float32(i+1)
		}
	}
	return out
}
