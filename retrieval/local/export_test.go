package local

// Update tells whether tests write their goldens.
func Update() bool { return *update }

// Shortlist makes a searcher look closer at so many passages and rate the sentences of so many; 0 makes it rate all.
func (s *Searcher) Shortlist(long, short int) {
	v := s.current
	v.thorough, v.longlisted, v.shortlisted = 0, long, short
	if long == 0 {
		v.thorough = len(v.corpus.passages)
	}
}

// What a large corpus is searched with.
const (
	Longlisted  = longlisted
	Shortlisted = shortlisted
)
