package local

import "context"

// ReadAhead reads the sentences of all documents word by word, as the best four of a question are read, so that questions
// find them read: some five milliseconds of one processor each, and none while a question is answered. Of a large corpus,
// whose words lie beside their vectors, it reads none. It is for programs that wait for questions, and returns how many it
// read when there is no room for more, or ctx is done.
func (s *Searcher) ReadAhead(ctx context.Context) int {
	if s.Complete(ctx) != nil {
		return 0
	}
	v, release := s.view()
	if v == nil {
		return 0
	}
	c, packed := v.corpus, v.packed
	release() // texts outlast it
	if packed {
		return 0
	}
	for n := range c.sentences {
		if s.aligner.Full() || s.contact.traffic.yield(ctx) != nil {
			return n
		}
		if _, err := s.readWords(c.text(c.sentences[n])); err != nil {
			return n // the encoder is away, which questions will tell
		}
	}
	return len(c.sentences)
}
