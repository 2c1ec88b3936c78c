package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"passerelle/retrieval"
)

// MaxQuestionRunes is how long a question may be, in Unicode code points. A question of a few sentences fits; a pasted
// article does not.
const MaxQuestionRunes = 1000

// Delegations draws dossiers from the documents.
type Delegations interface {
	// Of finds the delegations from or to a place, named in any of the three languages, with small typos.
	Of(ctx context.Context, place, language string) (retrieval.PlaceDelegations, error)
	// With gives, of these names of places, those that have delegations, in the language, each once.
	With(ctx context.Context, places []string, language string) ([]string, error)
	// Complete lists names of places with delegations that begin with, or are like, what was typed; at most limit.
	Complete(typed, language string, limit int) []string
}

// Parts is what a Service is made of. Answerer, Library and Detect are required.
type Parts struct {
	Answerer    Answerer
	Library     retrieval.Library
	Delegations Delegations                        // nil: /delegation says that there are none here
	Detect      func(text, fallback string) string // the language of a text: fr, ru or en; fallback where it says little
	// NameKey brings the spellings of a name in both scripts to one key, so that /sources finds Иркутск and Irkutsk
	// among documents that write Irkoutsk; nil: spellings meet but for accents and case.
	NameKey func(word, language string) string
	// Rewriter makes a question of a message that leans on those before it; nil: every message is taken as it stands.
	Rewriter Rewriter
	// Checker is for texts that somebody wrote; nil: there is no /check.
	Checker Checker
	// Community is for a bot that many people share; nil for one person in a terminal.
	Community *Community
}

// Service answers questions and runs commands. It is safe for concurrent use.
type Service struct {
	parts    Parts
	commands []Command
	saving   sync.Mutex // of settings
}

// NewService puts the parts together. An error names the part that is missing.
func NewService(parts Parts) (*Service, error) {
	switch {
	case parts.Answerer == nil:
		return nil, errors.New("bot: a service needs an Answerer")
	case parts.Library == nil:
		return nil, errors.New("bot: a service needs a Library")
	case parts.Detect == nil:
		return nil, errors.New("bot: a service needs a language detector")
	}
	s := &Service{parts: parts}
	s.commands = s.declare()
	return s, nil
}

// Ask answers a question. A question that is empty or too long is a *UserError.
func (s *Service) Ask(ctx context.Context, q Question) (Answer, error) {
	text, err := question(q.Text)
	if err != nil {
		return Answer{}, err
	}
	q.Text = text
	q.Language = s.languageAfter(q.Language, text, q.Earlier)
	rewritten := s.rewrite(ctx, &q)
	a, err := s.parts.Answerer.Answer(ctx, q)
	if err != nil {
		return Answer{}, fmt.Errorf("answer a question: %w", err)
	}
	a.Rewritten = rewritten
	if a.Status != Answered {
		if a.Places, err = s.placesOf(ctx, a.Nearest, a.Language); err != nil {
			return Answer{}, err
		}
	}
	return a, nil
}

// Commands returns all commands in the order in which help shows them.
func (s *Service) Commands() []Command { return slices.Clone(s.commands) }

// Command returns the command of that base name.
func (s *Service) Command(name string) (Command, bool) {
	for _, c := range s.commands {
		if c.Name == name {
			return c, true
		}
	}
	return Command{}, false
}

// Run runs the command of that base name. What the person did wrong is a *UserError.
func (s *Service) Run(ctx context.Context, name string, in Invocation) (Reply, error) {
	c, ok := s.Command(name)
	if !ok {
		return Reply{}, &UserError{Key: "error.unknown_command", Data: map[string]any{"Name": name}}
	}
	reply, err := c.Run(ctx, in)
	if err != nil {
		return Reply{}, fmt.Errorf("command %s: %w", name, err)
	}
	return reply, nil
}

// UserError is what a person did wrong. A surface shows its text in the person's language and does not log it as a
// failure; find it with errors.As.
type UserError struct {
	Key  string         // of a text of bot/locale
	Data map[string]any // what the text is filled with
}

// Error names the key: the text for people is bot/locale's.
func (e *UserError) Error() string { return "user error " + e.Key }

// question returns the text of a question as it goes on: valid UTF-8 without spaces around.
func question(text string) (string, error) {
	text = strings.TrimSpace(strings.ToValidUTF8(text, "\uFFFD"))
	said := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
	if !strings.ContainsFunc(text, said) {
		return "", &UserError{Key: "error.empty_question"}
	}
	if err := short(text); err != nil {
		return "", err
	}
	return text, nil
}

func short(text string) error {
	if utf8.RuneCountInString(text) > MaxQuestionRunes {
		return &UserError{Key: "error.too_long", Data: map[string]any{"Count": MaxQuestionRunes}}
	}
	return nil
}

// languageAfter is language, but a text that says little is in the language of the answer before it.
func (s *Service) languageAfter(wanted, text string, earlier []Turn) string {
	if wanted == "" && len(earlier) > 0 && earlier[len(earlier)-1].Answer != nil {
		return s.parts.Detect(text, earlier[len(earlier)-1].Answer.Language)
	}
	return s.language(wanted, text)
}

// language returns the wanted language ("fr", "ru-RU") where the service speaks it, else that of the text.
func (s *Service) language(wanted, text string) string {
	if base, _, _ := strings.Cut(strings.ToLower(wanted), "-"); spoken(base) {
		return base
	}
	if found := s.parts.Detect(text, retrieval.French); spoken(found) {
		return found
	}
	return retrieval.English
}

func spoken(language string) bool {
	return language == retrieval.French || language == retrieval.Russian || language == retrieval.English
}
