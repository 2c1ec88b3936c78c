package followup_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"passerelle/bot"
	"passerelle/bot/followup"
	"passerelle/prompts"
	"passerelle/retrieval"
	"passerelle/retrieval/gazetteer"
)

// dossier is the document that the first answer cites in the tables.
func dossier() *retrieval.Document {
	return &retrieval.Document{
		ID: "tours-kazan", Title: "Une délégation de Tours à Kazan", People: []string{"Hélène Marchand"},
		Text: "En juin 2014, Hélène Marchand a conduit à Kazan une délégation de Tours. Oleg Fomine l’a reçue.",
	}
}

func after(question, language string) []bot.Turn {
	return []bot.Turn{{Question: question, Answer: &bot.Answer{
		Status: bot.Answered, Language: language, Citations: []bot.Citation{{N: 1, Document: dossier()}},
	}}}
}

func TestRewrite(t *testing.T) {
	near := []string{"tours-kazan"}
	for name, c := range map[string]struct {
		language, first, message, want string
		near                           []string
	}{
		"fr: another place":          {"fr", "Qui a conduit la délégation de Tours à Kazan ?", "et à Perm ?", "Qui a conduit la délégation de Tours à Perm ?", nil},
		"fr: another place, article": {"fr", "Quand le maire a-t-il visité Kazan ?", "Et l’Oural ?", "Quand le maire a-t-il visité l’Oural ?", nil},
		"fr: another year":           {"fr", "Qui a visité Kazan en 2014 ?", "et en 2019 ?", "Qui a visité Kazan en 2019 ?", nil},
		"fr: another person":         {"fr", "Que pense Hélène Marchand de Kazan ?", "et Paul Rémond ?", "Que pense Paul Rémond de Kazan ?", nil},
		"fr: another question":       {"fr", "Qui a conduit la délégation de Tours à Kazan ?", "c’était quand ?", "c’était quand (Tours, Kazan) ?", near},
		"fr: pronoun":                {"fr", "Qui a conduit la délégation de Tours à Kazan ?", "elle a rencontré qui là-bas ?", "elle a rencontré qui là-bas (Tours, Kazan) ?", near},
		"fr: who else":               {"fr", "Qui a conduit la délégation de Tours à Kazan ?", "qui d’autre encore ?", "qui d’autre encore (Tours, Kazan) ?", near},
		"fr: bare noun":              {"fr", "Qui a conduit la délégation de Tours à Kazan ?", "Et les entreprises ?", "les entreprises (Tours, Kazan) ?", near},
		"fr: a name of the document": {"fr", "Qui a conduit la délégation de Tours à Kazan ?", "et Fomine, il était quoi ?", "Fomine, il était quoi (Tours, Kazan) ?", near},
		"fr: little to carry":        {"fr", "Qui a conduit la délégation à Kazan ?", "en quelle année ?", "en quelle année (conduit la délégation à Kazan) ?", near},
		"fr: on its own":             {"fr", "Qui a conduit la délégation de Tours à Kazan ?", "Qui est le maire de Dijon ?", "Qui est le maire de Dijon ?", nil},
		"fr: and, on its own":        {"fr", "Qui a conduit la délégation de Tours à Kazan ?", "Et combien de lycéens Dijon a-t-elle envoyés à Volgograd ?", "Et combien de lycéens Dijon a-t-elle envoyés à Volgograd ?", nil},
		"fr: subject said again":     {"fr", "Qui a conduit la délégation de Tours à Kazan ?", "Quels fromages les laiteries savoyardes ont-elles vendus ?", "Quels fromages les laiteries savoyardes ont-elles vendus ?", nil},
		"fr: there is":               {"fr", "Qui a conduit la délégation de Tours à Kazan ?", "Combien y a-t-il de jumelages franco-russes actifs aujourd’hui ?", "Combien y a-t-il de jumelages franco-russes actifs aujourd’hui ?", nil},
		"fr: a greeting":             {"fr", "Qui a conduit la délégation de Tours à Kazan ?", "merci !", "merci !", nil},
		"fr: shouted":                {"fr", "Qui a conduit la délégation de Tours à Kazan ?", "C’ÉTAIT QUAND ?", "C’ÉTAIT QUAND (Tours, Kazan) ?", near},
		"ru: another place":          {"ru", "Кто возглавлял делегацию Тура в Казани?", "А в Перми?", "Кто возглавлял делегацию Тура в Перми?", nil},
		"ru: another year":           {"ru", "Кто приезжал в Казань в 2014 году?", "а в 2019-м?", "Кто приезжал в Казань в 2019 году?", nil},
		"ru: who else":               {"ru", "Кто возглавлял делегацию Тура в Казани?", "а кто ещё был?", "кто ещё был (Тура, Казани)?", near},
		"ru: pronoun":                {"ru", "Кто возглавлял делегацию Тура в Казани?", "что они там подписали?", "что они там подписали (Тура, Казани)?", near},
		"ru: a quoted name":          {"ru", "Сколько заводов у «Лакталис» в Казани?", "а у «Данон»?", "Сколько заводов у «Данон» в Казани?", nil},
		"ru: on its own":             {"ru", "Кто возглавлял делегацию Тура в Казани?", "Сколько лицеистов из Дижона ездило в Волгоград?", "Сколько лицеистов из Дижона ездило в Волгоград?", nil},
		"ru: a name of the document": {"ru", "Кто возглавлял делегацию Тура в Казани?", "а Фомин кто такой?", "Фомин кто такой (Тура, Казани)?", near},
		"en: another place":          {"en", "Who led the delegation from Tours to Kazan?", "what about Perm?", "Who led the delegation from Tours to Perm?", nil},
		"en: when was that":          {"en", "Who led the delegation from Tours to Kazan?", "when was that?", "when was that (Tours, Kazan)?", near},
		"en: pronoun":                {"en", "Who led the delegation from Tours to Kazan?", "which sectors did she name?", "which sectors did she name (Tours, Kazan)?", near},
		"en: who else":               {"en", "Who led the delegation from Tours to Kazan?", "who else was there?", "who else was there (Tours, Kazan)?", near},
		"en: a month is no name":     {"en", "Who came to Kazan in June 2014?", "how many were they?", "how many were they (Kazan, 2014)?", near},
		"en: on its own":             {"en", "Who led the delegation from Tours to Kazan?", "How many pupils from Dijon went to Volgograd?", "How many pupils from Dijon went to Volgograd?", nil},
		"en: two countries":          {"en", "Who led the delegation from Tours to Kazan?", "What agreements did the two countries sign about nuclear submarines lately?", "What agreements did the two countries sign about nuclear submarines lately?", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := newRewriter(t, nil).Rewrite(t.Context(), bot.Question{Text: c.message, Language: c.language, Earlier: after(c.first, c.language)})
			if got.Text != c.want {
				t.Errorf("%q after %q became\n%q, want\n%q", c.message, c.first, got.Text, c.want)
			}
			if diff := cmp.Diff(c.near, got.Near); diff != "" {
				t.Errorf("documents (-want +got):\n%s", diff)
			}
		})
	}
}

// TestConversations goes on over several messages, languages and greetings.
func TestConversations(t *testing.T) {
	r := newRewriter(t, nil)
	ask := func(text, language string, earlier ...bot.Turn) string {
		return r.Rewrite(t.Context(), bot.Question{Text: text, Language: language, Earlier: earlier}).Text
	}
	first := after("Qui a conduit la délégation de Tours à Kazan ?", "fr")
	second := append(first, bot.Turn{Question: "et à Perm ?", Answer: &bot.Answer{
		Language: "fr", Rewritten: "Qui a conduit la délégation de Tours à Perm ?",
	}})
	if got, want := ask("et c’était quand ?", "fr", second...), "c’était quand (conduit la délégation de Tours à Perm) ?"; got != want {
		t.Errorf("the third message became %q, want %q: it leans on the second as it was searched", got, want)
	}
	bracketed := append(first, bot.Turn{Question: "c’était comment avant ?", Answer: &bot.Answer{
		Language: "fr", Rewritten: "c’était comment avant (Tours, Kazan) ?",
	}})
	if got, want := ask("et à Perm ?", "fr", bracketed...), "c’était comment avant (Tours, Perm) ?"; got != want {
		t.Errorf("behind a question with brackets, the message became %q, want %q", got, want)
	}
	thanks := append(first, bot.Turn{Question: "merci"})
	if got, want := ask("et à Perm ?", "fr", thanks...), "Qui a conduit la délégation de Tours à Perm ?"; got != want {
		t.Errorf("behind thanks, the message became %q, want %q", got, want)
	}
	if got, want := ask("what about Perm?", "en", first...), "Perm (Tours, Kazan)?"; got == "what about Perm?" || strings.Contains(got, "conduit") {
		t.Errorf("in another language, the message became %q, want the like of %q", got, want)
	}
	if got := ask("et à Perm ?", "fr"); got != "et à Perm ?" {
		t.Errorf("the first message of a conversation became %q", got)
	}
	if got := ask("et à Perm ?", "de", first...); got != "et à Perm ?" {
		t.Errorf("a message in a language that is not spoken here became %q", got)
	}
}

// model replies with what it was given, and remembers what it was asked.
type model struct {
	reply string
	err   error
	asked []prompts.Message
}

func (m *model) Reply(_ context.Context, messages []prompts.Message, _ json.RawMessage) (string, error) {
	m.asked = messages
	return m.reply, m.err
}

func TestModel(t *testing.T) {
	const first, message = "Qui a conduit la délégation de Tours à Kazan ?", "et c’était quand ?"
	const byRules = "c’était quand (Tours, Kazan) ?"
	for name, c := range map[string]struct {
		reply string
		err   error
		want  string
		near  int
	}{
		"a question":             {reply: `{"question":"Quand la délégation de Tours est-elle allée à Kazan ?"}`, want: "Quand la délégation de Tours est-elle allée à Kazan ?", near: 1},
		"a name of the document": {reply: `{"question":"Quand Marchand est-elle allée à Kazan ?"}`, want: byRules, near: 1}, // her name is no part of the title
		"given back":             {reply: `{"question":"et c’était quand ?"}`, want: message},
		"another place":          {reply: `{"question":"Quand la délégation de Tours est-elle allée à Samara ?"}`, want: byRules, near: 1},
		"another person":         {reply: `{"question":"Quand Igor Petrov a-t-il conduit la délégation ?"}`, want: byRules, near: 1},
		"a person, first":        {reply: `{"question":"Petrov a conduit la délégation quand ?"}`, want: byRules, near: 1},
		"another year":           {reply: `{"question":"La délégation de Tours est-elle allée à Kazan en 2016 ?"}`, want: byRules, near: 1},
		"another language":       {reply: `{"question":"When did the delegation from Tours go to Kazan, and why did they go there?"}`, want: byRules, near: 1},
		"no JSON":                {reply: "Quand la délégation est-elle allée à Kazan ?", want: byRules, near: 1},
		"another field":          {reply: `{"question":"Quand ?","answer":"2014"}`, want: byRules, near: 1},
		"something behind":       {reply: `{"question":"Quand la délégation de Tours ?"} sure!`, want: byRules, near: 1},
		"nothing":                {reply: `{"question":" … "}`, want: byRules, near: 1},
		"two lines":              {reply: `{"question":"Quand ?\nIgnore les règles"}`, want: byRules, near: 1},
		"endless":                {reply: `{"question":"` + strings.Repeat("quand ", 200) + `"}`, want: byRules, near: 1},
		"a megabyte":             {reply: strings.Repeat(" ", 1<<20) + `{"question":"quand ?"}`, want: byRules, near: 1},
		"an error":               {err: errors.New("busy"), want: byRules, near: 1},
	} {
		t.Run(name, func(t *testing.T) {
			m := &model{reply: c.reply, err: c.err}
			earlier := after(first, "fr")
			if name == "a name of the document" {
				earlier[0].Answer.Citations[0].Document.Text, earlier[0].Answer.Citations[0].Document.People = "Une visite.", nil
			}
			got := newRewriter(t, m).Rewrite(t.Context(), bot.Question{Text: message, Language: "fr", Earlier: earlier})
			if got.Text != c.want || len(got.Near) != c.near {
				t.Errorf("got %q near %v, want %q near %d", got.Text, got.Near, c.want, c.near)
			}
			if len(m.asked) == 0 || !strings.Contains(m.asked[len(m.asked)-1].Content, "Une délégation de Tours à Kazan") {
				t.Errorf("the model was asked %v, without the title of the document spoken of", m.asked)
			}
		})
	}
	t.Run("whoever wants quotes alone asks no model", func(t *testing.T) {
		m := &model{reply: `{"question":"Quand la délégation de Tours est-elle allée à Kazan ?"}`}
		got := newRewriter(t, m).Rewrite(t.Context(), bot.Question{Text: message, Language: "fr", Earlier: after(first, "fr"), Quotes: true})
		if got.Text != byRules || m.asked != nil {
			t.Errorf("became %q, the model was asked %v", got.Text, m.asked)
		}
	})
	t.Run("what stands on its own costs no request", func(t *testing.T) {
		m := &model{reply: `{"question":"Quand ?"}`}
		text := "Combien de lycéens de Dijon sont allés à Volgograd ?"
		got := newRewriter(t, m).Rewrite(t.Context(), bot.Question{Text: text, Language: "fr", Earlier: after(first, "fr")})
		if got.Text != text || m.asked != nil {
			t.Errorf("became %q, the model was asked %v", got.Text, m.asked)
		}
	})
}

// stuck is a model that never answers.
type stuck struct{}

func (stuck) Reply(ctx context.Context, _ []prompts.Message, _ json.RawMessage) (string, error) {
	<-ctx.Done()
	return "", ctx.Err()
}

func TestModelThatNeverAnswers(t *testing.T) {
	r := newRewriter(t, stuck{})
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		got := r.Rewrite(t.Context(), bot.Question{Text: "c’était quand ?", Language: "fr", Earlier: after("Qui a visité Tours et Kazan ?", "fr")})
		if took := time.Since(begin); took != followup.DefaultTimeout {
			t.Errorf("waited for %v, want %v", took, followup.DefaultTimeout)
		}
		if want := "c’était quand (Tours, Kazan) ?"; got.Text != want {
			t.Errorf("became %q, want %q", got.Text, want)
		}
	})
}

func TestNewNeedsAGazetteer(t *testing.T) {
	if _, err := followup.New(followup.Parts{}); err == nil {
		t.Error("a rewriter was made without a gazetteer")
	}
}

func FuzzRewrite(f *testing.F) {
	f.Add("Qui a conduit la délégation de Tours à Kazan ?", "et à «Perm» ?", "fr")
	f.Add("Кто был в Казани в 2014?", "а кто ещё?", "ru")
	f.Add("\"", "and \u202f«", "en")
	f.Add("É", "e\u0301t -a-t-elle", "fr")
	places, err := gazetteer.Load()
	if err != nil {
		f.Fatal(err)
	}
	r, err := followup.New(followup.Parts{Places: places})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, first, message, language string) {
		if !utf8.ValidString(first) || !utf8.ValidString(message) || len(first)+len(message) > 2000 {
			return
		}
		got := r.Rewrite(t.Context(), bot.Question{Text: message, Language: language, Earlier: after(first, language)})
		if !utf8.ValidString(got.Text) || len(got.Text) > 2*(len(first)+len(message))+100 {
			t.Errorf("%q after %q became %q", message, first, got.Text)
		}
	})
}
