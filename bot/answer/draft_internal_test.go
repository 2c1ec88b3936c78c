package answer

import (
	"encoding/json"
	"errors"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// draftReader, cleanClaim and sentences read what a model wrote; they are tested from inside, as nothing of them is for
// other packages.

// readDraft reads a message in pieces of so many bytes; it also returns the claims as they came.
func readDraft(message string, size int) (d draft, came []draftClaim, err error) {
	reader := newDraftReader(func(c draftClaim) { came = append(came, c) })
	for size < len(message) {
		reader.write(message[:size])
		message = message[size:]
	}
	reader.write(message)
	d, err = reader.finish()
	return d, came, err
}

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
		{"half a fence", "```json\n" + whole, -1, "not closed"},
		{"a fence behind", whole + "\n```", -1, "follows"},
		{"prose in a fence", "```json here it is\n" + whole + "\n```", -1, "begin"},
		{"escapes", `{"\u0061nswerable":true,"claims":[{"text":"\"a\" \u00e9\ud83d\ude00 }]","evidence":[{"id":"p","quote":"\\"}]}]}`, 1, ""},
		{"verdict behind", `{"claims":[{"text":"a"},{"text":"b"}],"answerable":true}`, 2, ""},
		{"nested in what is not known", `{"x":{"claims":[{"text":"no"}],"y":[[{}]]},"answerable":true,"claims":[{"text":"a","z":{"claims":[{}]}}]}`, 1, ""},
		{"verdict twice", `{"answerable":false,"answerable":true}`, -1, "twice"},
		{"claims twice", `{"answerable":true,"claims":[{"text":"a"}],"claims":[{"text":"b"}]}`, -1, "twice"},
		{"claims in an object", `{"answerable":true,"claims":{"a":{"text":"a"}}}`, -1, "claims has the wrong type"},
		{"claims in lists", `{"answerable":true,"claims":[[{"text":"a"}]]}`, -1, "claims has the wrong type"},
		{"a word among claims", `{"answerable":true,"claims":[{"text":"a"},"b"]}`, -1, "claims has the wrong type"},
		{"brackets that do not match", `{"answerable":true,"claims":[{"text":"a"}}]`, -1, ""},
		{"deep", `{"x":` + strings.Repeat("[", 1000), -1, "nested"},
		{"deep, no end", strings.Repeat("{", 1000), -1, "nested"},
		{"a long beginning", strings.Repeat("x", 100_000), -1, "begin"},
		{"fence only", "```", -1, "begin"},
		{"no verdict", `{"claims":[]}`, -1, "answerable"},
		{"null verdict", `{"answerable":null,"claims":[]}`, -1, "answerable"},
		{"a word for a verdict", `{"answerable":"yes"}`, -1, "answerable has the wrong type"},
		{"a number for an id", `{"answerable":true,"claims":[{"text":"a","evidence":[{"id":1,"quote":"q"}]}]}`, -1, "wrong type"},
		{"too many claims", `{"answerable":true,"claims":[` + strings.Repeat(`{},`, 20) + `{}]}`, -1, "more than 20 claims"},
		{"too many quotes", `{"answerable":true,"claims":[{"evidence":[` + strings.Repeat(`{},`, 10) + `{}]}]}`, -1, "11 quotes"},
		{"a whole article for a claim", `{"answerable":true,"claims":[{"text":"` + strings.Repeat("a", 5000) + `"}]}`, -1, "5000 bytes"},
		{"a whole article for a quote", `{"answerable":true,"claims":[{"evidence":[{"quote":"` + strings.Repeat("a", 5000) + `"}]}]}`, -1, "5000 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, came, err := readDraft(tt.message, 1)
			if _, _, at := readDraft(tt.message, len(tt.message)); (at == nil) != (err == nil) || at != nil && at.Error() != err.Error() {
				t.Errorf("in pieces: %v; at once: %v", err, at)
			}
			if tt.claims < 0 {
				if !errors.Is(err, ErrGarbled) || !strings.Contains(err.Error(), tt.why) {
					t.Fatalf("draft %+v, error %v, want one with %q", d, err, tt.why)
				}
				return
			}
			if err != nil || len(d.Claims) != tt.claims || !reflect.DeepEqual(came, d.Claims) {
				t.Fatalf("draft %+v, error %v", d, err)
			}
		})
	}
}

// TestClaimsComeOneByOne: each claim is given as soon as its last brace has come, and not before.
func TestClaimsComeOneByOne(t *testing.T) {
	const message = `{"answerable":true,"claims":[{"text":"é\"}","evidence":[{"id":"p","quote":"q"}]} , {"text":"b","evidence":[]}]}`
	ends := []int{strings.Index(message, "} ,") + 1, strings.LastIndex(message, "}]}") + 1}
	came := 0
	reader := newDraftReader(func(draftClaim) { came++ })
	for i := range len(message) {
		reader.write(message[i : i+1])
		want := 0
		for _, end := range ends {
			if i+1 >= end {
				want++
			}
		}
		if came != want || reader.answerable() != (i+1 > len(`{"answerable":true`)) {
			t.Fatalf("%d claims, answerable %v behind %s; want %d", came, reader.answerable(), message[:i+1], want)
		}
	}
}

// FuzzReadDraft: in however many pieces a message comes, the same is read, and it is what encoding/json reads.
func FuzzReadDraft(f *testing.F) {
	f.Add(`{"answerable":true,"claims":[{"text":"a","evidence":[{"id":"p","quote":"q"}]}]}`, 3)
	f.Add("```json\n{\"answerable\":false}\n```", 1)
	f.Add(`{"answerable":true,"claims":[{"text":"\ud800`, 7)
	f.Add(`{"x":[{"claims":[]}],"claims":null,"answerable":true}`, 2)
	f.Fuzz(func(t *testing.T, message string, size int) {
		d, came, err := readDraft(message, max(size, 1))
		whole, _, atOnce := readDraft(message, len(message)+1)
		if (err == nil) != (atOnce == nil) || !reflect.DeepEqual(d, whole) {
			t.Errorf("in pieces of %d: %+v, %v; at once: %+v, %v", size, d, err, whole, atOnce)
		}
		if err != nil {
			if !errors.Is(err, ErrGarbled) {
				t.Errorf("error %v", err)
			}
			return
		}
		if !reflect.DeepEqual(came, d.Claims) {
			t.Errorf("claims %+v came, %+v are in the draft", came, d.Claims)
		}
		var fields map[string]json.RawMessage
		begin := strings.Index(message, "{")
		if err := json.NewDecoder(strings.NewReader(message[begin:])).Decode(&fields); err != nil {
			t.Fatalf("%q was read and is no JSON: %v", message, err)
		}
		var want draft
		if json.Unmarshal(fields["answerable"], &want.Answerable) != nil || *want.Answerable != *d.Answerable {
			t.Errorf("%q: answerable %v", message, *d.Answerable)
		}
		if len(fields["claims"]) > 0 && json.Unmarshal(fields["claims"], &want.Claims) != nil || len(want.Claims) != len(d.Claims) {
			t.Errorf("%q: %+v", message, d.Claims)
		}
		for i := range d.Claims {
			if !reflect.DeepEqual(d.Claims[i], want.Claims[i]) {
				t.Errorf("%q: claim %+v, want %+v", message, d.Claims[i], want.Claims[i])
			}
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
