package bot_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"passerelle/bot"
	"passerelle/bot/locale"
	"passerelle/retrieval"
)

// echo is an Answerer that keeps the last question.
type echo struct {
	asked  bot.Question
	answer bot.Answer
	err    error
}

func (e *echo) Answer(_ context.Context, q bot.Question) (bot.Answer, error) {
	e.asked = q
	a := e.answer
	a.Status, a.Language = cmp.Or(a.Status, bot.Refused), q.Language
	return a, e.err
}

type shelf []*retrieval.Document

func (s shelf) Documents() []*retrieval.Document { return s }

func (s shelf) Document(id string) (*retrieval.Document, bool) {
	i := slices.IndexFunc(s, func(d *retrieval.Document) bool { return d.ID == id })
	if i < 0 {
		return nil, false
	}
	return s[i], true
}

type journeys struct {
	found retrieval.PlaceDelegations
	with  []string // places with delegations
	err   error
}

func (j journeys) Of(context.Context, string, string) (retrieval.PlaceDelegations, error) {
	return j.found, j.err
}

func (j journeys) With(_ context.Context, places []string, language string) ([]string, error) {
	var names []string
	for _, place := range places {
		if slices.Contains(j.with, place) {
			names = append(names, place+"-"+language)
		}
	}
	return names, j.err
}

func (j journeys) Complete(typed, language string, limit int) []string {
	return []string{typed + "-" + language}
}

func date(t *testing.T, s string) retrieval.Date {
	t.Helper()
	d, err := retrieval.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func library(t *testing.T) shelf {
	return shelf{
		{ID: "irkoutsk", Title: "Une délégation d’Irkoutsk", Source: "Le Courrier", Date: date(t, "2018-11-26/2018-11-29"),
			Language: "fr", Places: []string{"Irkoutsk", "Lyon"}, People: []string{"Sergueï Levtchenko"}, Text: "Levtchenko à Lyon. Et Tolstoï."},
		{ID: "kalouga", Title: "L’Œuvre de Kalouga", Source: "Le Courrier", Date: date(t, "2024"), Language: "fr",
			Places: []string{"Kalouga"}, Organisations: []string{"Région Île-de-France"}, Text: "Kalouga reçoit."},
		{ID: "plain", Title: "Note", Text: "Sans date."},
	}
}

// detect knows Cyrillic alone.
func detect(text, fallback string) string {
	if strings.ContainsAny(text, "абвгдежзиклмнопрстуфхцчшщыэюя") {
		return retrieval.Russian
	}
	return fallback
}

func service(t *testing.T, change func(*bot.Parts)) *bot.Service {
	t.Helper()
	parts := bot.Parts{Answerer: &echo{}, Library: library(t), Delegations: journeys{}, Detect: detect}
	if change != nil {
		change(&parts)
	}
	s, err := bot.NewService(parts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func load(t *testing.T) *locale.Texts {
	t.Helper()
	texts, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func TestNewServiceNamesTheMissingPart(t *testing.T) {
	for want, parts := range map[string]bot.Parts{
		"Answerer": {Library: library(t), Detect: detect},
		"Library":  {Answerer: &echo{}, Detect: detect},
		"language": {Answerer: &echo{}, Library: library(t)},
	} {
		if s, err := bot.NewService(parts); s != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("without %s: %v, %v", want, s, err)
		}
	}
}

func TestAsk(t *testing.T) {
	for name, c := range map[string]struct {
		question               bot.Question
		wantText, wantLanguage string
	}{
		"spaces go":                   {bot.Question{Text: "  Qui ?\n"}, "Qui ?", "fr"},
		"the language is found":       {bot.Question{Text: "Кто возглавлял?"}, "Кто возглавлял?", "ru"},
		"a given language stays":      {bot.Question{Text: "Qui ?", Language: "en"}, "Qui ?", "en"},
		"a region is left aside":      {bot.Question{Text: "Qui ?", Language: "ru-RU"}, "Qui ?", "ru"},
		"an unknown one is looked at": {bot.Question{Text: "Qui ?", Language: "de"}, "Qui ?", "fr"},
		"broken UTF-8 is mended":      {bot.Question{Text: "Qui \xff ?"}, "Qui \uFFFD ?", "fr"},
		"the longest":                 {bot.Question{Text: strings.Repeat("ж", bot.MaxQuestionRunes)}, strings.Repeat("ж", bot.MaxQuestionRunes), "ru"},
	} {
		t.Run(name, func(t *testing.T) {
			answerer := &echo{}
			s := service(t, func(p *bot.Parts) { p.Answerer = answerer })
			a, err := s.Ask(t.Context(), c.question)
			if err != nil {
				t.Fatal(err)
			}
			if answerer.asked.Text != c.wantText || answerer.asked.Language != c.wantLanguage || a.Language != c.wantLanguage {
				t.Errorf("asked %q in %q, answered in %q", answerer.asked.Text, answerer.asked.Language, a.Language)
			}
		})
	}
	t.Run("an unknown detection is English", func(t *testing.T) {
		s := service(t, func(p *bot.Parts) { p.Detect = func(string, string) string { return "??" } })
		if a, err := s.Ask(t.Context(), bot.Question{Text: "Who"}); err != nil || a.Language != "en" {
			t.Errorf("answered in %q, %v", a.Language, err)
		}
	})
	t.Run("a failure is no user error", func(t *testing.T) {
		gone := errors.New("index gone")
		s := service(t, func(p *bot.Parts) { p.Answerer = &echo{err: gone} })
		_, err := s.Ask(t.Context(), bot.Question{Text: "Qui ?"})
		var user *bot.UserError
		if !errors.Is(err, gone) || errors.As(err, &user) {
			t.Errorf("error %v", err)
		}
	})
}

// What was answered leads on to the documents that it was answered from, and to those of their places that /delegation
// tells of; further quotes on it do not, and an answer is none the worse where that can't be found out.
func TestAnAnswerLeadsOn(t *testing.T) {
	all := library(t)
	citations := []bot.Citation{{N: 1, Document: all[0]}, {N: 2, Document: all[0]}, {N: 3, Document: all[1]}}
	for name, c := range map[string]struct {
		beyond  []bot.Citation
		journey journeys
		nearest []*retrieval.Document
		places  []string
	}{
		"an answer":      {nil, journeys{with: []string{"Lyon", "Kalouga"}}, all[:2], []string{"Lyon-fr", "Kalouga-fr"}},
		"further quotes": {citations[:1], journeys{with: []string{"Lyon"}}, nil, nil},
		"no dossiers":    {nil, journeys{err: errors.New("gone")}, all[:2], nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := service(t, func(p *bot.Parts) {
				p.Answerer, p.Delegations = &echo{answer: bot.Answer{Status: bot.Answered, Citations: citations}}, c.journey
			})
			reply, err := s.Run(t.Context(), "ask", bot.Invocation{Options: map[string]string{"question": "Qui ?"}, Beyond: c.beyond})
			if err != nil || !slices.Equal(reply.Answer.Nearest, c.nearest) || !slices.Equal(reply.Answer.Places, c.places) {
				t.Errorf("%+v, %v", reply.Answer, err)
			}
		})
	}
}

// Only places that /delegation tells of are suggested beside an answer that is none.
func TestPlacesOfAnAnswer(t *testing.T) {
	nearest := library(t)
	for name, c := range map[string]struct {
		status bot.Status
		parts  bot.Delegations
		want   []string
	}{
		"refused":    {bot.Refused, journeys{with: []string{"Kalouga", "Lyon"}}, []string{"Lyon-fr", "Kalouga-fr"}},
		"related":    {bot.Related, journeys{with: []string{"Kalouga"}}, []string{"Kalouga-fr"}},
		"none":       {bot.Refused, journeys{}, nil},
		"answered":   {bot.Answered, journeys{with: []string{"Kalouga"}}, nil},
		"no dossier": {bot.Refused, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := service(t, func(p *bot.Parts) {
				p.Answerer, p.Delegations = &echo{answer: bot.Answer{Status: c.status, Nearest: nearest}}, c.parts
			})
			a, err := s.Ask(t.Context(), bot.Question{Text: "Qui ?", Language: "fr"})
			if err != nil || !slices.Equal(a.Places, c.want) {
				t.Errorf("places %q, %v, want %q", a.Places, err, c.want)
			}
		})
	}
	t.Run("failing", func(t *testing.T) {
		gone := errors.New("gone")
		s := service(t, func(p *bot.Parts) { p.Delegations = journeys{err: gone} })
		if _, err := s.Ask(t.Context(), bot.Question{Text: "Qui ?"}); !errors.Is(err, gone) {
			t.Errorf("error %v", err)
		}
	})
}

func TestUserErrors(t *testing.T) {
	texts := load(t)
	long := strings.Repeat("ж", bot.MaxQuestionRunes+1)
	for name, c := range map[string]struct {
		command string
		options map[string]string
		change  func(*bot.Parts)
		want    string
	}{
		"no question":         {"ask", nil, nil, "error.empty_question"},
		"spaces":              {"ask", map[string]string{"question": " \n"}, nil, "error.empty_question"},
		"signs alone":         {"ask", map[string]string{"question": "?!…"}, nil, "error.empty_question"},
		"too long a question": {"ask", map[string]string{"question": long}, nil, "error.too_long"},
		"no place":            {"delegation", nil, nil, "error.missing_place"},
		"too long a place":    {"delegation", map[string]string{"place": long}, nil, "error.too_long"},
		"no dossiers":         {"delegation", map[string]string{"place": "Lyon"}, func(p *bot.Parts) { p.Delegations = nil }, "error.no_delegations"},
		"too long a subject":  {"sources", map[string]string{"about": long}, nil, "error.too_long"},
		"an unknown command":  {"dance", nil, nil, "error.unknown_command"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := service(t, c.change).Run(t.Context(), c.command, bot.Invocation{Options: c.options})
			var user *bot.UserError
			if !errors.As(err, &user) || user.Key != c.want {
				t.Fatalf("error %v, want the user error %s", err, c.want)
			}
			for _, language := range texts.Languages() {
				if got := texts.Text(language, user.Key, user.Data); got == user.Key || strings.Contains(got, "{{") {
					t.Errorf("in %s it reads %q", language, got)
				}
			}
		})
	}
}

func FuzzAsk(f *testing.F) {
	for _, seed := range []string{"", "Qui ?", "\xff\xfe", "\u202eкто", strings.Repeat("é", 1001), "\x00a"} {
		f.Add(seed, "fr")
	}
	f.Fuzz(func(t *testing.T, text, language string) {
		answerer := &echo{}
		s, err := bot.NewService(bot.Parts{Answerer: answerer, Library: shelf{}, Detect: detect})
		if err != nil {
			t.Fatal(err)
		}
		a, err := s.Ask(t.Context(), bot.Question{Text: text, Language: language})
		var user *bot.UserError
		if errors.As(err, &user) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		got := answerer.asked.Text
		if !utf8.ValidString(got) || got == "" || got != strings.TrimSpace(got) || utf8.RuneCountInString(got) > bot.MaxQuestionRunes {
			t.Errorf("%q went on as %q", text, got)
		}
		if !slices.Contains([]string{"fr", "ru", "en"}, a.Language) {
			t.Errorf("answered in %q", a.Language)
		}
	})
}
