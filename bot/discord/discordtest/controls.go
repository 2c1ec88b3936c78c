package discordtest

import (
	"slices"
	"strconv"
	"strings"
)

// Form is what the bot asks a person to fill in.
type Form struct {
	CustomID   string      `json:"custom_id"`
	Title      string      `json:"title"`
	Components []Component `json:"components"`
}

// Press presses the button of a message that has a label, as a person would. Of u, only who and where is read.
func (s *Server) Press(m Message, label string, u Use) *Interaction {
	s.t.Helper()
	for _, b := range m.Buttons() {
		if b.Label == label && b.CustomID != "" {
			return s.control(m, b.CustomID, map[string]any{"custom_id": b.CustomID, "component_type": 2}, u)
		}
	}
	s.t.Fatalf("discordtest: no button %q in %+v", label, m.Buttons())
	return nil
}

// PressID uses a control of any id on a message, as a client of a message from long ago may.
func (s *Server) PressID(m Message, id string, u Use) *Interaction {
	s.t.Helper()
	return s.control(m, id, map[string]any{"custom_id": id, "component_type": 2}, u)
}

// Choose chooses the n-th option, from 0, of the message's select.
func (s *Server) Choose(m Message, n int, u Use) *Interaction {
	s.t.Helper()
	selects := m.Selects()
	if len(selects) == 0 || n >= len(selects[0].Options) {
		s.t.Fatalf("discordtest: no option %d to choose in %+v", n, selects)
	}
	chosen := selects[0]
	return s.control(m, chosen.CustomID, map[string]any{"custom_id": chosen.CustomID, "component_type": 3, "values": []any{chosen.Options[n].Value}}, u)
}

func (s *Server) control(m Message, id string, data map[string]any, u Use) *Interaction {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	u.Channel, u.Direct = m.ChannelID, m.ChannelID == DMID
	shown := s.find(m.ID)
	if shown == nil {
		shown = &m
	}
	return s.begin(u, "control "+id, 3, data, shown)
}

// Submit fills the form that the bot opened with a text and sends it.
func (i *Interaction) Submit(text string) *Interaction {
	s := i.server
	s.t.Helper()
	var form Form
	s.await("form for "+i.what, func() bool {
		form = i.form
		return form.CustomID != ""
	})
	var rows []any
	for _, r := range form.Components {
		var inputs []any
		for _, input := range r.Components {
			inputs = append(inputs, map[string]any{"type": 4, "id": 2, "custom_id": input.CustomID, "value": text})
		}
		rows = append(rows, map[string]any{"type": 1, "id": 1, "components": inputs})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.begin(Use{By: i.by, Channel: i.channel}, "form "+form.CustomID, 5, map[string]any{"custom_id": form.CustomID, "components": rows}, i.on)
}

// Exists tells that a message still stands where it was written.
func (s *Server) Exists(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.find(id) != nil
}

// WaitGone waits until a message has been deleted.
func (s *Server) WaitGone(id string) {
	s.t.Helper()
	s.await("deletion of message "+id, func() bool { return s.find(id) == nil })
}

// Thread is one that the bot started: its id is that of the message under which it stands.
type Thread struct {
	ID, Name, Parent string
}

// WaitMessages waits for n messages of the bot in a channel or thread.
func (s *Server) WaitMessages(channel string, n int) []Message {
	s.t.Helper()
	var out []Message
	s.await(strconv.Itoa(n)+" messages in "+channel, func() bool {
		out = nil
		for _, m := range s.messages {
			if m.ChannelID == channel && m.Author.ID == BotID {
				out = append(out, *m)
			}
		}
		return len(out) >= n
	})
	return out
}

// Threads are those that the bot started.
func (s *Server) Threads() []Thread {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.threads)
}

func (s *Server) thread(id string) *Thread {
	for i := range s.threads {
		if s.threads[i].ID == id {
			return &s.threads[i]
		}
	}
	return nil
}

// startThread starts a thread under a message; within a thread there is none.
func (s *Server) startThread(channel, message string, body []byte) answer {
	sent, err := decode[struct{ Name string }](body)
	under := s.find(message)
	switch {
	case err != nil:
		return failure(400, 50109, err.Error())
	case under == nil || under.ChannelID != channel:
		return failure(404, 10008, "Unknown Message")
	case channel == DMID || s.thread(channel) != nil:
		return failure(400, 50024, "Cannot execute action on this channel type")
	case s.thread(message) != nil:
		return failure(400, 160004, "A thread has already been created for this message")
	}
	s.threads = append(s.threads, Thread{message, sent.Name, channel})
	return answer{status: 201, body: map[string]any{"id": message, "type": 11, "name": sent.Name, "parent_id": channel, "guild_id": GuildID}}
}

func (s *Server) getChannel(id string) answer {
	if t := s.thread(id); t != nil {
		return answer{status: 200, body: map[string]any{"id": id, "type": 11, "name": t.Name, "parent_id": t.Parent}}
	}
	if id == ChannelID || id == OtherChannelID {
		return answer{status: 200, body: map[string]any{"id": id, "type": 0, "name": "salon-" + id[len(id)-1:], "parent_id": nil}}
	}
	return failure(404, 10003, "Unknown Channel")
}

// deleteMessage deletes one of the bot's messages.
func (s *Server) deleteMessage(id string) answer {
	at := slices.IndexFunc(s.messages, func(m *Message) bool { return m.ID == id && m.Author.ID == BotID })
	if at < 0 {
		return failure(404, 10008, "Unknown Message")
	}
	s.messages = slices.Delete(s.messages, at, at+1)
	return answer{status: 204}
}

// deleteOriginal deletes the response to an interaction, or the message that it was acknowledged as a change of.
func (s *Server) deleteOriginal(token string) answer {
	i := s.interactions[token]
	switch {
	case i == nil:
		return failure(404, 10015, "Unknown Webhook")
	case i.updates && i.on != nil:
		return s.deleteMessage(i.on.ID)
	case len(i.messages) > 0:
		return s.deleteMessage(i.messages[0].ID)
	}
	return failure(404, 10008, "Unknown Message")
}

// Says is whether a text holds all of some parts; it is for tests that wait.
func Says(parts ...string) func(text string) bool {
	return func(text string) bool {
		return !slices.ContainsFunc(parts, func(p string) bool { return !strings.Contains(text, p) })
	}
}
