package followup

// Bounds on how much a message may say for itself and still lean on the one before, in words that are no names and say
// something.
const (
	maxShort  = 3 // "pour quelle production ?" of a message without a name
	maxJoined = 5 // of one that an "and" joins to what was said, or that has a pronoun
	maxNamed  = 1 // "Saurel, décoré pour quoi ?" of one with a name that was spoken of
	minOwn    = 2 // of one with a new name that asks something of its own
)

// leans tells that a message needs the one before it. held tells that its names, if it has any, are of what was spoken of.
func (m *message) leans(held bool) bool {
	joined := m.opens() > 0
	switch {
	case len(m.words) == 0:
		return false
	case m.content <= maxJoined && m.refersBack():
		return true
	case len(m.names) == 0 && m.content == 0:
		return joined || m.asks() || m.first(more) >= 0
	case len(m.names) == 0:
		return m.content <= maxShort || joined && m.content <= maxJoined
	case joined:
		// With a subject of its own, a question and enough to say, the "and" before it is a habit of speech.
		return held || !m.asks() || m.content < minOwn
	case m.content == 0 && !m.asks():
		return true
	default:
		asking := m.first(interrogate)
		return held && m.content <= maxNamed && m.names[0].from < asking
	}
}

// mayLean tells a message of which rules cannot be sure.
func (m *message) mayLean() bool {
	return m.opens() > 0 || m.refersBack() || len(m.names) == 0 && m.content <= maxJoined
}

// opens is how many words join the message to the one before it, never all of them.
func (m *message) opens() int {
	if n := m.rules.at(opening, m.folded, 0); n < len(m.words) {
		return n
	}
	return 0
}

// asks tells that the message has a word that asks.
func (m *message) asks() bool { return m.first(interrogate) >= 0 }

// first returns the first word behind the opening where a phrase of a kind begins; -1 for none.
func (m *message) first(k kind) int {
	for i := m.opens(); i < len(m.folded); i++ {
		if m.rules.at(k, m.folded, i) > 0 {
			return i
		}
	}
	return -1
}

// refersBack tells that the message has a pronoun or the like that stands for nothing within it.
func (m *message) refersBack() bool {
	said := 0
	for i := 0; i < len(m.words); i++ {
		if n := m.rules.at(apart, m.folded, i); n > 0 {
			i += n - 1
			continue
		}
		if len(m.names) > 0 && m.names[0].from <= i {
			return false
		}
		// "les élus ont-ils": the subject, said once more.
		again := m.words[i].hyphen && said > 0
		switch {
		case m.rules.at(back, m.folded, i) > 0 && !again,
			m.rules.at(owner, m.folded, i) > 0 && said == 0,
			m.rules.at(pair, m.folded, i) > 0 && len(m.names) == 0:
			return true
		}
		if m.says(m.words[i]) {
			said++
		}
	}
	return false
}
