package store

// ForgottenFor is how long it is remembered that somebody asked to be forgotten.
const ForgottenFor = forgottenFor

// Forgotten is of how many people that is remembered.
func (s *Store) Forgotten() int { return len(s.gone.at) }
