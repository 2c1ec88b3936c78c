package bot_test

import (
	"bufio"
	"os"
	"slices"
	"strings"
	"testing"

	"passerelle/bot"
)

func TestGreeting(t *testing.T) {
	for message, want := range map[string]string{
		"Bonjour": "fr", "Bonjour !": "fr", "BONJOUR 👋": "fr", "Merci !": "fr", "merci beaucoup": "fr", "Qui es-tu\u202f?": "fr", "qui etes vous": "fr",
		"C\u0327a va ?": "fr", "T’es qui ?": "fr", "Bonjour, qui es-tu ?": "fr", "Bonjour ! Ça va ?": "fr", "Aide-moi": "fr",
		"привет": "ru", "Здравствуйте!": "ru", "Спасибо большое.": "ru", "Кто ты?": "ru", "Привет, кто вы?": "ru", "Добрый день": "ru",
		"hello": "en", "Hi there!": "en", "Thank you!": "en", "who are you": "en", "Hello. What can you do?": "en", "What’s your name?": "en",

		"": "", "?!": "", "👋": "",
		"Bonjour, qui dirigeait la délégation d’Irkoutsk ?": "",
		"Merci à qui ?":           "",
		"Qui es-tu, Levtchenko ?": "",
		"Bonjour Irkoutsk":        "",
		"Кто вы, губернатор Левченко?":     "",
		"Who are you meeting in Lyon?":     "",
		"Hello\xff":                        "en", // broken bytes are no words
		"# whole messages":                 "",
		"fr bonjour":                       "",
		strings.Repeat("bonjour, ", 10000): "",
	} {
		if got, ok := bot.Greeting(message); got != want || ok != (want != "") {
			t.Errorf("%.60q greets in %q, %v, want %q", message, got, ok, want)
		}
	}
}

// Every line of the data must be found as it stands, in its language, which a slip in the file or a line that says the
// same as another of a different language would prevent.
func TestGreetingsData(t *testing.T) {
	file, err := os.Open("greetings.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, perLanguage := bufio.NewScanner(file), map[string]int{}
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		language, words, _ := strings.Cut(lines.Text(), " ")
		perLanguage[language]++
		if got, ok := bot.Greeting(words); !ok || got != language || !slices.Contains([]string{"fr", "ru", "en"}, language) {
			t.Errorf("%q is found as %q, %v", lines.Text(), got, ok)
		}
	}
	if err := lines.Err(); err != nil || len(perLanguage) != 3 {
		t.Errorf("languages %v, %v", perLanguage, err)
	}
}

func TestGreeterHelps(t *testing.T) {
	answerer := &echo{}
	g := bot.Greeter{Service: service(t, func(p *bot.Parts) { p.Answerer = answerer })}
	ask := func(question string) bot.Reply {
		t.Helper()
		reply, err := g.Run(t.Context(), "ask", bot.Invocation{Options: map[string]string{"question": question}, Language: "en-GB"})
		if err != nil {
			t.Fatal(err)
		}
		return reply
	}
	if reply := ask("Привет!"); reply.Help == nil || len(reply.Help.Commands) != 4 || reply.Language != "ru" || answerer.asked.Text != "" {
		t.Errorf("a greeting gets %+v, asked %q", reply, answerer.asked.Text)
	}
	if reply := ask("Qui es-tu, Irkoutsk ?"); reply.Answer == nil || answerer.asked.Text != "Qui es-tu, Irkoutsk ?" {
		t.Errorf("a question gets %+v, asked %q", reply, answerer.asked.Text)
	}
	reply, err := g.Run(t.Context(), "sources", bot.Invocation{Options: map[string]string{"about": "bonjour"}, Language: "fr"})
	if err != nil || reply.Sources == nil {
		t.Errorf("another command gets %+v, %v", reply, err)
	}
}

func FuzzGreeting(f *testing.F) {
	for _, seed := range []string{"Bonjour, qui es-tu ?", "привет", "hi\xff", "…"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, message string) {
		language, ok := bot.Greeting(message)
		if ok != slices.Contains([]string{"fr", "ru", "en"}, language) {
			t.Errorf("%q greets in %q, %v", message, language, ok)
		}
		if again, _ := bot.Greeting(strings.ToUpper(message)); ok && len(message) < 100 && again != language {
			t.Errorf("%q greets in %q, in capitals in %q", message, language, again)
		}
	})
}
