package bot

import (
	"context"
	_ "embed"
	"strings"
	"unicode"
)

//go:embed greetings.txt
var greetings string

// Greeter is a Service that answers greetings, thanks and "who are you" with help: they ask nothing of the documents, so
// that "nothing found" would be a strange thing to say.
type Greeter struct{ *Service }

// Run runs the command of that base name; asked a greeting, it helps in the greeting's language.
func (g Greeter) Run(ctx context.Context, name string, in Invocation) (Reply, error) {
	if name == "ask" {
		if language, ok := Greeting(in.Options["question"]); ok {
			return g.Service.Run(ctx, "help", Invocation{Language: language, Who: in.Who, Where: in.Where})
		}
	}
	return g.Service.Run(ctx, name, in)
}

// Greeting tells whether a whole message does no more than greet, thank, take leave, or ask who is there, and in which
// language. The messages are those of greetings.txt; of several, the first says the language.
func Greeting(message string) (language string, ok bool) {
	if len(message) > maxGreetingBytes {
		return "", false
	}
	for part := range strings.FieldsFuncSeq(message, separates) {
		said := bare(part)
		if said == "" {
			continue
		}
		spoken, known := greetingLanguage(said)
		if !known {
			return "", false
		}
		if language == "" {
			language = spoken
		}
	}
	return language, language != ""
}

// maxGreetingBytes spares the comparison for what is too long to be a few of the listed messages.
const maxGreetingBytes = 200

func greetingLanguage(said string) (language string, known bool) {
	for line := range strings.Lines(greetings) {
		language, words, _ := strings.Cut(strings.TrimSpace(line), " ")
		if language != "#" && bare(words) == said {
			return language, true
		}
	}
	return "", false
}

// separates tells that a new message may begin behind a rune.
func separates(r rune) bool { return strings.ContainsRune(",.;:!?…()\n", r) }

// bare leaves the words of a text in lower case without accents, one space between them.
func bare(text string) string {
	apart := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.Mn, r) }
	return fold(strings.Join(strings.FieldsFunc(text, apart), " "))
}
