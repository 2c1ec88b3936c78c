package discordtest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

var (
	botUser = User{ID: BotID, Username: "passerelle", Discriminator: "0", Bot: true}
	person  = User{ID: UserID, Username: "alice", Discriminator: "0"}
)

// Types of answers to an interaction.
const (
	typeMessage = 4
	TypeDefer   = 5
	typeUpdate  = 6
	typeChoices = 8
	typeForm    = 9
)

// ackLimit is how long Discord waits for the answer to an interaction.
const ackLimit = 3 * time.Second

// Say posts a person's message to the guild's channel and returns its id. The text may mention the bot with Mention.
func (s *Server) Say(text string) string { return s.Post(Message{ChannelID: ChannelID, Content: text}) }

// Direct sends a person's direct message to the bot and returns its id.
func (s *Server) Direct(text string) string { return s.Post(Message{ChannelID: DMID, Content: text}) }

// Mention is the bot's mention as it stands in a text.
const Mention = "<@" + BotID + ">"

// Reply posts a person's reply to a message and returns its id. With ping, as clients do unless told otherwise, it
// mentions the author of that message.
func (s *Server) Reply(to, text string, ping bool) string {
	s.t.Helper()
	s.mu.Lock()
	referenced := s.find(to)
	s.mu.Unlock()
	if referenced == nil {
		s.t.Fatalf("discordtest: no message %s to reply to", to)
	}
	m := Message{ChannelID: referenced.ChannelID, Content: text, Type: replyMessage, Referenced: referenced, Reference: &Reference{MessageID: to, ChannelID: referenced.ChannelID}}
	if ping {
		m.Mentions = []User{referenced.Author}
	}
	return s.Post(m)
}

// Post dispatches a message as it is, with an id and, unless it has one, a person for author, and returns its id. As in
// Discord, a bot without the message content intent does not see the text of a guild's message that does not mention it.
func (s *Server) Post(m Message) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.ID, m.Timestamp, m.Attachments = s.fresh(), time.Now().UTC().Format(time.RFC3339), []struct{}{}
	if m.Author.ID == "" {
		m.Author = person
	}
	if strings.Contains(m.Content, Mention) || strings.Contains(m.Content, "<@!"+BotID+">") {
		m.Mentions = append(m.Mentions, botUser)
	}
	intent := intentDirectMessages
	if m.ChannelID != DMID {
		m.GuildID, intent = GuildID, intentGuildMessages
	}
	s.messages = append(s.messages, &m)
	seen := m
	mentioned := false
	for _, u := range m.Mentions {
		mentioned = mentioned || u.ID == BotID
	}
	if m.GuildID != "" && !mentioned && !s.gateway.readsContent() {
		seen.Content, seen.Embeds = "", nil
	}
	s.dispatch("MESSAGE_CREATE", intent, seen)
	s.notify()
	return m.ID
}

// Use is one use of a command.
type Use struct {
	Command string
	Options map[string]string
	Focused string // the option that is being typed, for Type
	Locale  string // of the person's client; "" is en-US
	Direct  bool   // in the channel between the person and the bot instead of the guild's
	Message string // the id of the message that a command is used on; "" for a command that is typed
	Channel string // another channel of the guild than ChannelID
	By      User   // another person
	Manages bool   // the person may manage the guild
	Nowhere bool   // Discord says nothing of the channel but its id
}

// author is who uses it.
func (u Use) author() User {
	if u.By.ID != "" {
		return u.By
	}
	return person
}

// Interaction is a use of a command that the bot was told of.
type Interaction struct {
	ID, Token    string
	Type         int // of the bot's answer; 0 while there is none
	server       *Server
	what         string
	channel      string
	autocomplete bool
	sent         time.Time
	acknowledged time.Time
	choices      []Choice
	form         Form
	private      int // the flag of a response for the eyes of the one who asked alone
	messages     []*Message
	by           User
	on           *Message // whose control was used
	updates      bool     // it was acknowledged as a change of that message
	event        map[string]any
}

func (i *Interaction) metadata() *Metadata { return &Metadata{ID: i.ID, Type: 2, User: i.by} }

// Slash runs a command, which must be registered with these options, as a person would.
func (s *Server) Slash(u Use) *Interaction {
	s.t.Helper()
	return s.interact(u, 2)
}

// Type types into the focused option and returns the choices that the bot offers, with the time that they took.
func (s *Server) Type(u Use) ([]Choice, time.Duration) {
	s.t.Helper()
	i := s.interact(u, 4)
	s.await("choices for "+u.Command+" "+u.Focused, func() bool { return !i.acknowledged.IsZero() })
	return i.choices, i.acknowledged.Sub(i.sent)
}

// Acknowledged waits for the bot's first answer and returns the time that it took.
func (i *Interaction) Acknowledged() time.Duration {
	i.server.t.Helper()
	i.server.await("answer to "+i.what, func() bool { return !i.acknowledged.IsZero() })
	return i.acknowledged.Sub(i.sent)
}

// Wait waits for the response and its follow-ups, n messages in all.
func (i *Interaction) Wait(n int) []Message {
	i.server.t.Helper()
	var out []Message
	i.server.await(fmt.Sprintf("%d messages for %s", n, i.what), func() bool {
		out = nil
		for _, m := range i.messages {
			out = append(out, *m)
		}
		return len(out) >= n
	})
	return out
}

// WaitUntil waits for a response whose text is as wanted: it may say other things on the way.
func (i *Interaction) WaitUntil(what string, wanted func(text string) bool) Message {
	i.server.t.Helper()
	var out Message
	i.server.await(what+" for "+i.what, func() bool {
		if len(i.messages) == 0 {
			return false
		}
		out = *i.messages[0]
		return wanted(out.Text())
	})
	return out
}

// Again dispatches the same interaction a second time.
func (i *Interaction) Again() {
	i.server.mu.Lock()
	defer i.server.mu.Unlock()
	i.server.tell(i)
}

func (s *Server) interact(u Use, kind int) *Interaction {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	command, err := s.registered(u, kind)
	if err != nil {
		s.t.Fatalf("discordtest: %v", err)
	}
	var options []any
	for _, o := range command.Options {
		if value, ok := u.Options[o.Name]; ok {
			options = append(options, map[string]any{"name": o.Name, "type": o.Type, "value": typed(o.Type, value), "focused": kind == 4 && o.Name == u.Focused})
		}
	}
	if u.Locale == "" {
		u.Locale = "en-US"
	}
	data := map[string]any{"id": command.ID, "name": command.Name, "type": 1, "options": options}
	if u.Message != "" {
		target := s.find(u.Message)
		if target == nil {
			s.t.Fatalf("discordtest: no message %s to use %s on", u.Message, u.Command)
		}
		data["type"], data["target_id"] = 3, u.Message
		data["resolved"] = map[string]any{"messages": map[string]any{u.Message: target}}
	}
	return s.begin(u, "/"+u.Command, kind, data, nil)
}

// begin dispatches an interaction. The Server is locked.
func (s *Server) begin(u Use, what string, kind int, data map[string]any, on *Message) *Interaction {
	if u.Locale == "" {
		u.Locale = "en-US"
	}
	i := &Interaction{ID: s.fresh(), Token: "token-" + s.fresh(), server: s, what: what, autocomplete: kind == 4, sent: time.Now(), channel: ChannelID, by: u.author(), on: on}
	i.event = map[string]any{
		"id": i.ID, "application_id": BotID, "type": kind, "token": i.Token, "version": 1, "locale": u.Locale, "app_permissions": "0", "data": data,
	}
	if on != nil {
		i.event["message"] = on
	}
	if u.Direct {
		i.channel = DMID
		i.event["user"] = i.by
	} else {
		if u.Channel != "" {
			i.channel = u.Channel
		}
		permissions := "0"
		if u.Manages {
			permissions = "32"
		}
		i.event["guild_id"], i.event["guild_locale"] = GuildID, "en-US"
		i.event["member"] = map[string]any{"user": i.by, "roles": []any{}, "permissions": permissions}
	}
	i.event["channel_id"] = i.channel
	if told := s.getChannel(i.channel); told.status == 200 && !u.Nowhere {
		i.event["channel"] = told.body
	}
	s.interactions[i.Token] = i
	s.tell(i)
	s.notify()
	return i
}

// typed is a value as Discord sends it for an option of a type.
func typed(kind int, value string) any {
	if kind == 4 || kind == 5 {
		var v any
		if json.Unmarshal([]byte(value), &v) == nil {
			return v
		}
	}
	return value
}

// registered finds the command that a person uses, as the client would let them.
func (s *Server) registered(u Use, kind int) (Command, error) {
	for _, c := range append(append([]Command{}, s.commands[GuildID]...), s.commands[""]...) {
		if c.Name != u.Command || (c.Type == 3) != (u.Message != "") {
			continue
		}
		known := map[string]Command{}
		for _, o := range c.Options {
			known[o.Name] = o
			if _, given := u.Options[o.Name]; o.Required && !given && kind == 2 {
				return c, fmt.Errorf("/%s needs the option %s", c.Name, o.Name)
			}
		}
		for name := range u.Options {
			if _, ok := known[name]; !ok {
				return c, fmt.Errorf("/%s has no option %s", c.Name, name)
			}
		}
		if kind == 4 && !known[u.Focused].Autocomplete {
			return c, fmt.Errorf("/%s: option %q is not completed", c.Name, u.Focused)
		}
		return c, nil
	}
	return Command{}, fmt.Errorf("no command /%s is registered", u.Command)
}
