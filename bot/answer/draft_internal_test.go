package answer

import (
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// readDraft, cleanClaim and sentences read what a model wrote; they are tested from inside, as nothing of them is for
// other packages.

func TestReadDraft(t *testing.T) {
	const whole = `{"answerable":true,"claims":[{"text":"a","evidence":[{"id":"p","quote":"q"}]}]}`
	tests := []struct {
		name, message string
		claims        int    // -1 for an error
		why           string // part of the error
	}{
		{"bare", whole, 1, ""},
		{"white space around", "\n " + whole + "\n", 1, ""},
		{"byte order mark", "\ufeff" + whole, 1, ""},
		{"fence", "```\n" + whole + "\n```", 1, ""},
		{"fence with a language", "```json\n" + whole + "\n```\n", 1, ""},
		{"fence on one line", "```" + whole + "```", 1, ""},
		{"unknown fields", `{"answerable":true,"claims":[],"mood":"fine"}`, 0, ""},
		{"no claims", `{"answerable":false}`, 0, ""},
		{"null claims", `{"answerable":false,"claims":null}`, 0, ""},

		{"nothing", "", -1, "begin"},
		{"prose", "Voici.", -1, "begin"},
		{"prose before", "Voici : " + whole, -1, "begin"},
		{"prose after", whole + " Voilà.", -1, "follows"},
		{"twice", whole + whole, -1, "follows"},
		{"a list", "[" + whole + "]", -1, "begin"},
		{"null", "null", -1, "begin"},
		{"half", whole[:len(whole)/2], -1, "middle"},
		{"half a fence", "```json\n" + whole, -1, "begin"},
		{"fence only", "```", -1, "begin"},
		{"no verdict", `{"claims":[]}`, -1, "answerable"},
		{"null verdict", `{"answerable":null,"claims":[]}`, -1, "answerable"},
		{"a word for a verdict", `{"answerable":"yes"}`, -1, "answerable has the wrong type"},
		{"a number for an id", `{"answerable":true,"claims":[{"text":"a","evidence":[{"id":1,"quote":"q"}]}]}`, -1, "wrong type"},
		{"too many claims", `{"answerable":true,"claims":[` + strings.Repeat(`{},`, 20) + `{}]}`, -1, "21 claims"},
		{"too many quotes", `{"answerable":true,"claims":[{"evidence":[` + strings.Repeat(`{},`, 10) + `{}]}]}`, -1, "11 quotes"},
		{"a whole article for a claim", `{"answerable":true,"claims":[{"text":"` + strings.Repeat("a", 5000) + `"}]}`, -1, "5000 bytes"},
		{"a whole article for a quote", `{"answerable":true,"claims":[{"evidence":[{"quote":"` + strings.Repeat("a", 5000) + `"}]}]}`, -1, "5000 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := readDraft(tt.message)
			if tt.claims < 0 {
				if !errors.Is(err, ErrGarbled) || !strings.Contains(err.Error(), tt.why) {
					t.Fatalf("draft %+v, error %v, want one with %q", d, err, tt.why)
				}
				return
			}
			if err != nil || len(d.Claims) != tt.claims {
				t.Fatalf("draft %+v, error %v", d, err)
			}
		})
	}
}

func FuzzReadDraft(f *testing.F) {
	f.Add(`{"answerable":true,"claims":[{"text":"a","evidence":[{"id":"p","quote":"q"}]}]}`)
	f.Add("```json\n{\"answerable\":false}\n```")
	f.Add(`{"answerable":true,"claims":[{"text":"\ud800`)
	f.Fuzz(func(t *testing.T, message string) {
		d, err := readDraft(message)
		if err != nil {
			if !errors.Is(err, ErrGarbled) {
				t.Errorf("error %v", err)
			}
			return
		}
		again, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := readDraft(string(again)); err != nil && len(again) <= len(message) {
			t.Errorf("%s was read from %q and cannot be read again: %v", again, message, err)
		}
	})
}

func TestCleanClaim(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"plain", "La région a reçu 1\u00a0500 visiteurs.", "La région a reçu 1\u00a0500 visiteurs."},
		{"white space", " a\n\tb  c ", "a b c"},
		{"invisible", "a\u200bb\u202ec\u00add\x00e\ufefff", "abcdef"},
		{"decomposed", "re\u0301gion", "région"},
		{"invalid bytes", "a\xffb", "ab"},
		{"link", "voir [le site](https://evil.example/a_(b)) ici", "voir le site ici"},
		{"link with a title", `[x](http://e "t") y`, "x y"},
		{"image", "![logo](http://e/x.png) oui", "logo oui"},
		{"bare link", "voir https://evil.example/x?y=1 ici", "voir ici"},
		{"link in brackets", "voir <https://evil.example> ici", "voir ici"},
		{"other schemes", "voir discord://x et www.evil.example", "voir et"},
		{"link out of pieces", "ht<b>tps://evil.example</b>", ""},
		{"mentions", "<@1> <@!2> <@&3> <#4> <:x:5> <t:6:R> @everyone @here", "everyone here"},
		{"mention out of pieces", "@\u200beveryone et @**everyone**", "everyone et everyone"},
		{"emphasis", "**a** __b__ ~~c~~ ||d|| `e`", "a b c d e"},
		{"line marks", "### - 1. Titre", "Titre"},
		{"citation numbers", "Elle est venue [1][2, 3].", "Elle est venue."},
		{"a year in brackets stays", "En [2018] et (2019).", "En [2018] et (2019)."},
		{"comparison stays", "3 < 4 et 5 > 2", "3 < 4 et 5 > 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := cleanClaim(tt.text); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzCleanClaim(f *testing.F) {
	f.Add("[a](http://b) <@1> **@everyone** \u202e https://c")
	f.Add("@ev**eryone** [[x](y)](z)")
	f.Fuzz(func(t *testing.T, text string) {
		got := cleanClaim(text)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
			t.Errorf("%q has characters that nobody sees", got)
		}
		for _, markup := range []*regexp.Regexp{address, markdownLink, angleMarkup, massMention, citationNumber} {
			if m := markup.FindString(got); m != "" {
				t.Errorf("%q keeps %q", got, m)
			}
		}
		if again := cleanClaim(got); again != got {
			t.Errorf("%q cleaned again is %q", got, again)
		}
		if again := strings.Join(sentences(got), " "); strings.Join(strings.Fields(again), "") != strings.Join(strings.Fields(got), "") {
			t.Errorf("the sentences of %q are %q", got, again)
		}
	})
}

func TestSentences(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{"Une phrase.", []string{"Une phrase."}},
		{"Sans point", []string{"Sans point"}},
		{"", nil},
		{"La région est venue. Elle est repartie !  Et après ?", []string{"La région est venue.", "Elle est repartie !", "Et après ?"}},
		{"M. Longuet et J.-P. Thomas sont venus.", []string{"M. Longuet et J.-P. Thomas sont venus."}},
		{"Встреча прошла в г. Иркутске. Приехал губернатор.", []string{"Встреча прошла в г. Иркутске.", "Приехал губернатор."}},
		{"« Nous venons. » Il l’a dit.", []string{"« Nous venons. »", "Il l’a dit."}},
		{"Près de 2,5 millions. 26 élus.", []string{"Près de 2,5 millions.", "26 élus."}},
		{"Voir… ensuite on verra.", []string{"Voir… ensuite on verra."}},
	}
	for _, tt := range tests {
		if got := sentences(tt.text); !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
}
