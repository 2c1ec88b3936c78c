package discordtest

import "maps"

// Now tells what has become of an interaction so far, without waiting: the response and its follow-ups, and whether the
// bot has answered at all.
func (i *Interaction) Now() (shown []Message, acknowledged bool) {
	i.server.mu.Lock()
	defer i.server.mu.Unlock()
	for _, m := range i.messages {
		shown = append(shown, *m)
	}
	return shown, !i.acknowledged.IsZero()
}

// Asks tells whether the bot has answered with a form to fill in.
func (i *Interaction) Asks() bool {
	i.server.mu.Lock()
	defer i.server.mu.Unlock()
	return i.form.CustomID != ""
}

// Excuse is for a bot that was killed: its sessions end, and what it left without an answer breaks no rule.
func (s *Server) Excuse() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.gateway.sessions)
	maps.DeleteFunc(s.interactions, func(_ string, i *Interaction) bool { return i.acknowledged.IsZero() })
}
