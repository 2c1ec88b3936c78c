package terminal_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"passerelle/bot"
	"passerelle/bot/terminal"
	"passerelle/retrieval"
)

// service answers with the words of the question and says what it was asked.
type service struct {
	asked []bot.Question
	ran   []string
	fail  error
}

func (s *service) Ask(ctx context.Context, q bot.Question) (bot.Answer, error) {
	s.asked = append(s.asked, q)
	if s.fail != nil {
		return bot.Answer{}, s.fail
	}
	d := &retrieval.Document{ID: "d", Title: "Titre", Kind: retrieval.KindArticle, Text: q.Text}
	return bot.Answer{
		Status: bot.Answered, Mode: bot.Extractive, Language: "fr", Claims: []bot.Claim{{Text: q.Text, Citations: []int{1}}},
		Citations: []bot.Citation{{N: 1, Document: d, Span: retrieval.Span{End: len(q.Text)}}},
	}, nil
}

func (s *service) Run(_ context.Context, name string, in bot.Invocation) (bot.Reply, error) {
	s.ran = append(s.ran, fmt.Sprint(name, in.Options, in.Language))
	if s.fail != nil {
		return bot.Reply{}, s.fail
	}
	return bot.Reply{Language: "fr", Help: &bot.Help{Commands: s.Commands()}}, nil
}

func (*service) Commands() []bot.Command {
	return []bot.Command{
		{Name: "ask", Options: []bot.Option{{Name: "question", Required: true}}},
		{Name: "delegation", Options: []bot.Option{{Name: "place", Required: true}}},
		{Name: "sources", Options: []bot.Option{{Name: "about"}}}, {Name: "help"},
	}
}

func talk(t *testing.T, s *service, prompt, lines string) string {
	t.Helper()
	var out strings.Builder
	texts := texts(t)
	chat := terminal.Chat{Service: s, Texts: texts, Printer: terminal.New(&out, texts, terminal.Options{}), Client: "fr", Prompt: prompt}
	if err := chat.Run(t.Context(), strings.NewReader(lines), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestChatCommands(t *testing.T) {
	for line, want := range map[string]string{
		"/delegation irkoutsk":             "delegationmap[place:irkoutsk]fr",
		"/délégation Нижний Новгород":      "delegationmap[place:Нижний Новгород]fr",
		"/de\u0301le\u0301gation irkoutsk": "delegationmap[place:irkoutsk]fr",
		"/DELEGATION irkoutsk":             "delegationmap[place:irkoutsk]fr",
		"/делегация Иркутск":               "delegationmap[place:Иркутск]fr",
		"/delegation place: irkoutsk":      "delegationmap[place:irkoutsk]fr",
		"/delegation lieu:irkoutsk":        "delegationmap[place:irkoutsk]fr",
		"/delegation":                      "delegationmap[]fr",
		"/sources":                         "sourcesmap[]fr",
		"/источники Лион":                  "sourcesmap[about:Лион]fr",
		"/help":                            "helpmap[]fr",
		"/aide":                            "helpmap[]fr",
	} {
		t.Run(line, func(t *testing.T) {
			s := &service{}
			talk(t, s, "", line+"\n")
			if len(s.ran) != 1 || s.ran[0] != want {
				t.Errorf("ran %q, want %q", s.ran, want)
			}
		})
	}
}

func TestChatAsks(t *testing.T) {
	s := &service{}
	out := talk(t, s, "", "Première question ?\n\n/ask Deuxième question ?\n/demander Troisième ?\n")
	var got []string
	for _, q := range s.asked {
		var earlier []string
		for _, turn := range q.Earlier {
			earlier = append(earlier, turn.Question)
		}
		got = append(got, q.Text+"<"+strings.Join(earlier, "|"))
	}
	want := []string{"Première question ?<", "Deuxième question ?<Première question ?", "Troisième ?<Première question ?|Deuxième question ?"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("asked %q, want %q", got, want)
	}
	if !strings.Contains(out, "Deuxième question ?\u00a0»") || strings.Contains(out, ">") {
		t.Errorf("printed %q", out)
	}
}

func TestChatUnknownCommand(t *testing.T) {
	for line, want := range map[string]string{"/delegatoin x": "/delegation", "/источнки": "/источники", "/qwertyuiopasdf": ""} {
		s := &service{}
		out := talk(t, s, "", line+"\nencore ?\n")
		if len(s.ran) != 0 || len(s.asked) != 1 {
			t.Errorf("%s: ran %q, asked %d", line, s.ran, len(s.asked))
		}
		if suggested := strings.Contains(out, "Vouliez-vous dire"); suggested != (want != "") || !strings.Contains(out, want) {
			t.Errorf("%s: printed %q, want a suggestion of %q", line, out, want)
		}
	}
}

func TestChatGreets(t *testing.T) {
	s := &service{}
	talk(t, s, "", "Спасибо!\nBonjour, Irkoutsk !\n/ask hello\n")
	if got, want := fmt.Sprint(s.ran), "[helpmap[]ru helpmap[]en]"; got != want || len(s.asked) != 1 {
		t.Errorf("ran %s, want %s; asked %d", got, want, len(s.asked))
	}
}

// What is said beside the answers is in the language of the last one; that of the person's client counts before it.
func TestChatKeepsTheLanguage(t *testing.T) {
	texts := texts(t)
	for _, c := range []struct{ language, client, lines, want string }{
		{"", "en", "/qwertyuiopasdf\n", "I do not know"},
		{"", "en", "Qui ?\n/qwertyuiopasdf\n", "Je ne connais pas la commande"},
		{"ru", "ru", "Qui ?\n/qwertyuiopasdf\n", "неизвестна"},
	} {
		var out strings.Builder
		chat := terminal.Chat{Service: &service{}, Texts: texts, Printer: terminal.New(&out, texts, terminal.Options{}), Language: c.language, Client: c.client}
		if err := chat.Run(t.Context(), strings.NewReader(c.lines), &out); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), c.want) {
			t.Errorf("%+v: printed %q", c, out.String())
		}
	}
}

func TestChatEnds(t *testing.T) {
	for _, quit := range []string{"/quit", "/exit", "/выход", "/Quitter"} {
		s := &service{}
		out := talk(t, s, "> ", quit+"\nnever asked\n")
		if len(s.asked) != 0 || !strings.Contains(out, "À bientôt") || !strings.HasPrefix(out, "Posez") || !strings.Contains(out, "\n> ") {
			t.Errorf("%s: asked %d, printed %q", quit, len(s.asked), out)
		}
	}
}

func TestChatGoesOn(t *testing.T) {
	s := &service{fail: &bot.UserError{Key: "error.too_long", Data: map[string]any{"Count": 1000}}}
	if out := talk(t, s, "", "long\n/help\n\xff\nN\x00L\n"); !strings.Contains(out, "NUL") || strings.Count(out, "C’est trop long") != 2 || !strings.Contains(out, "not UTF-8") {
		t.Errorf("printed %q", out)
	}
	s.fail = errors.New("the index is gone")
	if out := talk(t, s, "", "x\n"); !strings.Contains(out, "the index is gone") {
		t.Errorf("printed %q", out)
	}
}

func TestChatIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	texts := texts(t)
	var out strings.Builder
	chat := terminal.Chat{Service: &service{}, Texts: texts, Printer: terminal.New(&out, texts, terminal.Options{})}
	if err := chat.Run(ctx, strings.NewReader("x\n"), &out); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
