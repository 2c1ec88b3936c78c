package discord_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"passerelle/bot"
	"passerelle/bot/discord"
	"passerelle/bot/locale"
	"passerelle/retrieval"
)

// The real service is what the bot is made for.
var _ discord.Service = (*bot.Service)(nil)

// service answers as the real one does, from two documents, and remembers what it was asked.
type service struct {
	ask  func(ctx context.Context, in bot.Invocation) (bot.Reply, error) // nil: answer from lyon
	done func(ctx context.Context, typed, language string) []bot.Choice  // nil: complete from places

	checks   bool        // there is /check
	moderate bool        // there is a command of moderators
	files    []bot.File  // that go with its reply
	archive  bot.Archive // nil: nothing is recorded
	grant    bool        // Discord grants the message content intent
	alone    bool        // the bot has no gateway

	mu    sync.Mutex
	calls []call
}

type call struct {
	name string
	in   bot.Invocation
}

var places = map[string][]string{
	"fr": {"Irkoutsk", "Iaroslavl", "Lyon"}, "ru": {"Иркутск", "Ярославль", "Лион"}, "en": {"Irkutsk", "Yaroslavl", "Lyon"},
}

const lyonText = "La délégation de la région d’Irkoutsk s’est rendue à Paris et à Lyon.\n" +
	"Elle était conduite par le gouverneur Sergueï Levtchenko. Une feuille de route 2019–2020 a été signée."

func lyon() *retrieval.Document {
	date, err := retrieval.ParseDate("2018-11-26/2018-11-29")
	if err != nil {
		panic(err)
	}
	return &retrieval.Document{
		ID: "irkoutsk-lyon", Title: "Une délégation d’Irkoutsk à Lyon", Source: "Le Progrès", URL: "https://example.org/irkoutsk(2018)",
		Date: date, Language: "fr", Kind: retrieval.KindDigest, Text: lyonText,
	}
}

// cite quotes sentences of a document as an extractive answer.
func cite(language string, d *retrieval.Document, quotes ...string) *bot.Answer {
	a := &bot.Answer{Status: bot.Answered, Mode: bot.Extractive, Language: language}
	for i, q := range quotes {
		at := strings.Index(d.Text, q)
		if at < 0 {
			panic("no such quote: " + q)
		}
		a.Claims = append(a.Claims, bot.Claim{Text: q, Citations: []int{i + 1}})
		a.Citations = append(a.Citations, bot.Citation{N: i + 1, Document: d, Passage: d.ID + "#1", Span: retrieval.Span{Start: at, End: at + len(q)}})
	}
	return a
}

func (s *service) Commands() []bot.Command {
	complete := s.done
	if complete == nil {
		complete = func(_ context.Context, typed, language string) (out []bot.Choice) {
			for _, name := range places[language] {
				if strings.HasPrefix(strings.ToLower(name), strings.ToLower(typed)) {
					out = append(out, bot.Choice{Label: name, Value: name})
				}
			}
			return out
		}
	}
	commands := []bot.Command{
		{Name: "ask", Options: []bot.Option{{Name: "question", Required: true}}},
		{Name: "delegation", Options: []bot.Option{{Name: "place", Required: true, Complete: complete}}},
		{Name: "sources", Options: []bot.Option{{Name: "about"}}},
		{Name: "help"},
	}
	if s.checks {
		commands = append(commands, bot.Command{Name: "check", Private: true, OnMessages: true, Options: []bot.Option{{Name: "text", Required: true}}})
	}
	if s.moderate {
		commands = append(commands, bot.Command{Name: "settings", Moderators: true, Private: true, Community: true, Options: []bot.Option{
			{Name: "allow", Kind: bot.Channel}, {Name: "language", Choices: []string{"auto", "fr", "ru", "en"}}, {Name: "model", Kind: bot.YesNo}, {Name: "per_person", Kind: bot.Number, Most: 1000},
		}})
	}
	return commands
}

func (s *service) Run(ctx context.Context, name string, in bot.Invocation) (bot.Reply, error) {
	reply, err := s.run(ctx, name, in)
	if err == nil && reply.Answer != nil && s.archive != nil && in.ID != "" {
		a := bot.Asked{ID: in.ID, Guild: in.Guild, Who: in.Who, At: in.At, Text: in.Options["question"], Status: reply.Answer.Status, Mode: reply.Answer.Mode}
		_ = s.archive.Record(ctx, a) // a test that needs it looks
	}
	return reply, err
}

func (s *service) run(ctx context.Context, name string, in bot.Invocation) (bot.Reply, error) {
	s.mu.Lock()
	s.calls = append(s.calls, call{name, in})
	s.mu.Unlock()
	language := in.Language
	if language == "" {
		language = detect(in.Options["question"] + in.Options["place"])
	}
	doc := lyon()
	reply := bot.Reply{Language: language}
	switch name {
	case "ask":
		if s.ask != nil {
			return s.ask(ctx, in)
		}
		reply.Answer = cite(language, doc, "Elle était conduite par le gouverneur Sergueï Levtchenko.")
	case "delegation":
		fact := func(quote string) []retrieval.Fact {
			at := strings.Index(doc.Text, quote)
			return []retrieval.Fact{{Text: quote, Document: doc.ID, Span: retrieval.Span{Start: at, End: at + len(quote)}}}
		}
		head := fact("le gouverneur Sergueï Levtchenko")
		reply.Dossier = &bot.Dossier{
			Asked: in.Options["place"], Place: places[language][0],
			Delegations: []retrieval.Delegation{{Title: doc.Title, Documents: []string{doc.ID}, Date: doc.Date, From: []string{"Irkoutsk"}, To: []string{"Lyon"}, Head: head}},
			Citations:   []bot.Citation{{N: 1, Document: doc, Passage: doc.ID + "#1", Span: head[0].Span}},
		}
	case "sources":
		reply.Sources = &bot.Sources{Total: 2, Documents: []*retrieval.Document{doc}, Publishers: []bot.Publisher{{Name: doc.Source, Documents: 2}}, First: doc.Date, Last: doc.Date}
	case "help":
		reply.Help = &bot.Help{Commands: s.Commands()}
	case "check":
		quoted := cite(language, doc, "Elle était conduite par le gouverneur Sergueï Levtchenko.")
		reply.Check = &bot.CheckReply{Checked: []bot.Checked{
			{Text: in.Options["text"], Verdict: bot.Supported, Citations: quoted.Citations}, {Text: "Autre chose.", Verdict: bot.NotCovered},
		}}
	case "settings":
		reply.Settings, reply.Files = &bot.SettingsReply{}, s.files
	default:
		return reply, fmt.Errorf("no command %q", name)
	}
	return reply, nil
}

func (s *service) asked() []call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]call(nil), s.calls...)
}

func detect(text string) string {
	switch {
	case strings.ContainsAny(text, "абвгдеиклмнопрстухыья"):
		return "ru"
	case strings.Contains(text, "Who"):
		return "en"
	}
	return "fr"
}

func loadTexts(t testing.TB) *locale.Texts {
	t.Helper()
	texts, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	return texts
}
