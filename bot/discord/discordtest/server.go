// Package discordtest is a Discord for tests: a real HTTP server with the part of the REST API that a chat bot uses, and
// a real gateway over WebSocket. It keeps to Discord's rules: every request body is checked against Discord's own
// OpenAPI description and against the limits that its reference states in prose; what breaks one is refused as Discord
// would, and fails the test.
//
// A test plays the people: it says something, runs a command or types into an option, and waits for what the bot makes
// of it. Nothing sleeps; what does not come within Patience fails the test with the requests seen so far.
package discordtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Patience is how long a test waits for the bot.
const Patience = 20 * time.Second

// Ids of the small world that every Server begins with.
const (
	BotID          = "100000000000000001" // of the bot's user and of its application
	GuildID        = "200000000000000001"
	ChannelID      = "300000000000000001" // of the guild
	OtherChannelID = "300000000000000002" // of the guild, too
	UserID         = "400000000000000001" // of a person, who is a member of the guild
	DMID           = "500000000000000001" // the channel between the bot and the person
	firstFreshID   = 600000000000000000
)

// Server is a running Discord.
type Server struct {
	URL   string // scheme and host, to replace Discord's own
	Token string // the bot's, without "Bot "

	t     testing.TB
	http  *httptest.Server
	rules *rules

	mu            sync.Mutex
	changed       chan struct{} // closed and replaced at every change
	lastID        uint64
	requests      []Request
	files         map[string]string // that came with messages, by name
	faults        []Fault
	violations    []string
	commands      map[string][]Command        // by guild, "" for everywhere
	registrations map[string][]map[string]any // the same as they were sent
	messages      []*Message
	threads       []Thread
	nonces        map[string]*Message
	interactions  map[string]*Interaction // by token
	gateway       gateway
	application   Application
	posts         sync.WaitGroup // interactions on their way by HTTP
}

// Request is one REST call that the bot made.
type Request struct {
	Method, Path string // without /api and version
	Header       http.Header
	Body         []byte
	Status       int // of the answer
	At           time.Time
}

// Message is one that stands in a channel.
type Message struct {
	ID          string      `json:"id"`
	ChannelID   string      `json:"channel_id"`
	GuildID     string      `json:"guild_id,omitempty"`
	Type        int         `json:"type"`
	Content     string      `json:"content"`
	Flags       int         `json:"flags"`
	Embeds      []Embed     `json:"embeds"`
	Components  []Component `json:"components"`
	Author      User        `json:"author"`
	Mentions    []User      `json:"mentions"`
	Reference   *Reference  `json:"message_reference,omitempty"`
	Referenced  *Message    `json:"referenced_message,omitempty"`
	WebhookID   string      `json:"webhook_id,omitempty"`
	Timestamp   string      `json:"timestamp"`
	Attachments []struct{}  `json:"attachments"`
	Metadata    *Metadata   `json:"interaction_metadata,omitempty"` // of the interaction that it responds to, if any
}

// Text is all that a person reads of the message, a line for each part.
func (m Message) Text() string {
	lines := append([]string{m.Content}, texts(m.Components)...)
	for _, e := range m.Embeds {
		lines = append(lines, e.Title, e.Description)
		for _, f := range e.Fields {
			lines = append(lines, f.Name, f.Value)
		}
		lines = append(lines, e.Footer.Text)
	}
	return strings.Join(slices.DeleteFunc(lines, func(s string) bool { return s == "" }), "\n")
}

// Buttons are the message's buttons, from top to bottom.
func (m Message) Buttons() []Component {
	return every(m.Components, func(c Component) bool { return c.Type == 2 })
}

// Selects are the message's selects.
func (m Message) Selects() []Component {
	return every(m.Components, func(c Component) bool { return c.Type == 3 })
}

// Ephemeral tells that the one who asked alone sees the message.
func (m Message) Ephemeral() bool { return m.Flags&flagEphemeral != 0 }

func texts(components []Component) (out []string) {
	for _, c := range every(components, func(c Component) bool { return c.Type == 10 }) {
		out = append(out, c.Content)
	}
	return out
}

// every lists the components, and those within them, in the order in which a person sees them.
func every(components []Component, wanted func(Component) bool) (out []Component) {
	for _, c := range components {
		if wanted(c) {
			out = append(out, c)
		}
		out = append(out, every(c.Components, wanted)...)
		if c.Accessory != nil {
			out = append(out, every([]Component{*c.Accessory}, wanted)...)
		}
	}
	return out
}

// Embed, Field, Component, User, Metadata and Reference are the parts of a Message that a bot of texts uses.
type (
	Embed struct {
		Title       string  `json:"title,omitempty"`
		Description string  `json:"description,omitempty"`
		URL         string  `json:"url,omitempty"`
		Fields      []Field `json:"fields,omitempty"`
		Footer      struct {
			Text string `json:"text,omitempty"`
		} `json:"footer,omitzero"`
		Author struct {
			Name string `json:"name,omitempty"`
		} `json:"author,omitzero"`
	}
	Field struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	Component struct {
		Type       int         `json:"type"`
		Style      int         `json:"style,omitempty"`
		Label      string      `json:"label,omitempty"`
		URL        string      `json:"url,omitempty"`
		CustomID   string      `json:"custom_id,omitempty"`
		Content    string      `json:"content,omitempty"`
		Options    []Choice    `json:"options,omitempty"`
		Accessory  *Component  `json:"accessory,omitempty"`
		Components []Component `json:"components,omitempty"`
	}
	User struct {
		ID            string `json:"id"`
		Username      string `json:"username"`
		Discriminator string `json:"discriminator"`
		Bot           bool   `json:"bot,omitempty"`
	}
	Metadata struct {
		ID   string `json:"id"`
		Type int    `json:"type"`
		User User   `json:"user"`
	}
	Reference struct {
		MessageID       string `json:"message_id"`
		ChannelID       string `json:"channel_id,omitempty"`
		GuildID         string `json:"guild_id,omitempty"`
		FailIfNotExists *bool  `json:"fail_if_not_exists,omitempty"`
	}
)

// Command is one that the bot registered.
type Command struct {
	ID                       string            `json:"id"`
	Name                     string            `json:"name"`
	Description              string            `json:"description"`
	NameLocalizations        map[string]string `json:"name_localizations"`
	DescriptionLocalizations map[string]string `json:"description_localizations"`
	Type                     int               `json:"type"`
	Required                 bool              `json:"required"`
	Autocomplete             bool              `json:"autocomplete"`
	Choices                  []Choice          `json:"choices"`
	Options                  []Command         `json:"options"`
}

// Choice is one completion.
type Choice struct {
	Name  string `json:"name,omitempty"`
	Label string `json:"label,omitempty"` // of a select's option
	Value any    `json:"value"`
}

// New starts a Server. At the end of the test it stops, and the test fails for every rule that the bot broke.
func New(t testing.TB) *Server {
	t.Helper()
	rules, err := loadRules()
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{
		Token: "discordtest.token." + strconv.FormatInt(time.Now().UnixNano(), 36),
		t:     t, rules: rules, changed: make(chan struct{}), lastID: firstFreshID,
		commands: map[string][]Command{}, registrations: map[string][]map[string]any{}, files: map[string]string{}, nonces: map[string]*Message{}, interactions: map[string]*Interaction{},
	}
	s.http = httptest.NewServer(s)
	s.URL = s.http.URL
	t.Cleanup(s.end)
	return s
}

func (s *Server) end() {
	s.posts.Wait()
	s.mu.Lock()
	s.gateway.closeAll()
	for _, i := range s.interactions {
		if i.acknowledged.IsZero() {
			s.violate("interaction %s (%s) was never acknowledged", i.ID, i.what)
		}
	}
	violations := slices.Clone(s.violations)
	s.mu.Unlock()
	s.http.Close()
	for _, v := range violations {
		s.t.Errorf("against Discord's rules: %s", v)
	}
}

// Violations are the rules that the bot broke so far. A test that means to break some takes them, so that they do not
// fail it.
func (s *Server) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.violations
	s.violations = nil
	return out
}

// Requests are the REST calls so far of a method, "" for any, whose path has a part.
func (s *Server) Requests(method, part string) []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Request
	for _, r := range s.requests {
		if (method == "" || r.Method == method) && strings.Contains(r.Path, part) {
			out = append(out, r)
		}
	}
	return out
}

// Await waits until ok is true, which is asked after every change; it runs with the Server locked.
func (s *Server) await(what string, ok func() bool) {
	s.t.Helper()
	deadline := time.NewTimer(Patience)
	defer deadline.Stop()
	s.mu.Lock()
	for !ok() {
		changed := s.changed
		s.mu.Unlock()
		select {
		case <-changed:
		case <-deadline.C:
			s.t.Fatalf("discordtest: no %s within %v; requests so far:\n%s", what, Patience, s.dump())
		}
		s.mu.Lock()
	}
	s.mu.Unlock()
}

func (s *Server) dump() string {
	var out strings.Builder
	for _, r := range s.Requests("", "") {
		fmt.Fprintf(&out, "%s %s → %d %.300s\n", r.Method, r.Path, r.Status, r.Body)
	}
	return out.String()
}

// notify wakes those who wait. The Server is locked.
func (s *Server) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// violate notes a broken rule. The Server is locked.
func (s *Server) violate(format string, args ...any) {
	s.violations = append(s.violations, fmt.Sprintf(format, args...))
}

// fresh makes an id, greater than all before. The Server is locked.
func (s *Server) fresh() string {
	s.lastID++
	return strconv.FormatUint(s.lastID, 10)
}

// WaitCommands waits for the bot to have registered commands in a guild, "" for everywhere.
func (s *Server) WaitCommands(guild string) []Command {
	s.t.Helper()
	var out []Command
	s.await("registered commands", func() bool {
		out = s.commands[guild]
		return out != nil
	})
	return out
}

// WaitReplies waits for n messages of the bot that follow on a message: the first is a reply to it, the others stand
// after it in the same channel.
func (s *Server) WaitReplies(message string, n int) []Message {
	s.t.Helper()
	var out []Message
	s.await(fmt.Sprintf("%d replies to message %s", n, message), func() bool {
		out = nil
		channel := ""
		for _, m := range s.messages {
			if m.Author.ID == BotID && m.Reference != nil && m.Reference.MessageID == message {
				channel = m.ChannelID
			}
			if channel != "" && m.ChannelID == channel && m.Author.ID == BotID && m.Metadata == nil && len(out) < n {
				out = append(out, *m)
			}
		}
		return len(out) >= n
	})
	return out
}

// Messages are those that the bot has written in a channel so far.
func (s *Server) Messages(channel string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	for _, m := range s.messages {
		if m.ChannelID == channel && m.Author.ID == BotID {
			out = append(out, *m)
		}
	}
	return out
}

// WaitRequests waits for n REST calls of a method whose path has a part, and returns them.
func (s *Server) WaitRequests(method, part string, n int) []Request {
	s.t.Helper()
	s.await(fmt.Sprintf("%d requests %s …%s…", n, method, part), func() bool {
		count := 0
		for _, r := range s.requests {
			if r.Method == method && strings.Contains(r.Path, part) {
				count++
			}
		}
		return count >= n
	})
	return s.Requests(method, part)
}

func decode[T any](body []byte) (T, error) {
	var v T
	err := json.Unmarshal(body, &v)
	return v, err
}
