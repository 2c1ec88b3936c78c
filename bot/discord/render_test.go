package discord_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"

	"passerelle/bot"
	"passerelle/bot/discord"
	"passerelle/bot/discord/discordtest"
)

func TestEscape(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"plain French":          {"L’accord (2018) : 12:30, Franche-Comté n° 3.", "L’accord (2018) : 12:30, Franche-Comté n° 3."},
		"a masked link":         {"[lisez](https://evil.example)", `\[lisez\](https\://evil.example)`},
		"a bare link":           {"http://evil.example", `http\://evil.example`},
		"mentions":              {"@everyone <@1> <#2> <@&3> </ask:4>", `\@everyone \<\@1> \<#2> \<\@&3> \</ask:4>`},
		"a heading":             {"# Titre", `\# Titre`},
		"small text":            {"-# petit", `\-# petit`},
		"a list":                {"- un", `\- un`},
		"a numbered list":       {"12. un", `12\. un`},
		"a quotation":           {"> cité", `\> cité`},
		"a spoiler":             {"||caché||", `\|\|caché\|\|`},
		"code":                  {"```rm``` `x`", "\\`\\`\\`rm\\`\\`\\` \\`x\\`"},
		"stress":                {"*a* _b_ ~~c~~", `\*a\* \_b\_ \~\~c\~\~`},
		"a backslash":           {`\*`, `\\\*`},
		"an emoji by name":      {":smile: 100", `\:smile: 100`},
		"an emoji of a guild":   {"<:coq:1>", `\<\:coq:1>`},
		"a heading after lines": {"a\n# b\r\n- c", "a # b - c"},
		"direction and width":   {"a\u202Eb\u200Bc\u2066d\uFEFFe\u00ADf\u061Cg\u3164h", "abcdefgh"},
		"controls":              {"a\x00b\x1b[31mc\td", `ab\[31mc d`},
		"no UTF-8":              {"a\xffb", "a\uFFFDb"},
		"no-break spaces stay":  {"«\u00a0a\u202f!\u00a0»", "«\u00a0a\u202f!\u00a0»"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := discord.Escape(c.in); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func FuzzEscape(f *testing.F) {
	for _, seed := range []string{"[a](https://b.example)", "@everyone", "\\", "1. a", "# a", ":a:", "\u202E\xff\x00", "||a||"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		escaped := discord.Escape(text)
		if !utf8.ValidString(escaped) {
			t.Fatalf("%q is not UTF-8", escaped)
		}
		var plain strings.Builder
		active := ""
		for rest := escaped; rest != ""; {
			r, size := utf8.DecodeRuneInString(rest)
			if r == '\\' {
				rest = rest[size:]
				r, size = utf8.DecodeRuneInString(rest)
			} else if strings.ContainsRune("*_~`|[]<@", r) {
				active += string(r)
			}
			plain.WriteRune(r)
			rest = rest[size:]
		}
		if active != "" || strings.Contains(strings.ReplaceAll(escaped, `\:`, ""), "://") {
			t.Errorf("%q has live Markdown %q", escaped, active)
		}
		if plain.String() != discord.Clean(text) {
			t.Errorf("%q reads %q, want %q", escaped, plain.String(), discord.Clean(text))
		}
	})
}

func FuzzSplit(f *testing.F) {
	f.Add("Une phrase. Une autre phrase, plus longue ! Et puis 👩‍👩‍👧‍👦.", 20)
	f.Add(strings.Repeat("é*", 50), 10)
	f.Add("e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301", 4)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		limit = 4 + limit&0xff
		text = discord.Clean(text)
		pieces := discord.Split(text, limit)
		if strings.Join(pieces, "") != text {
			t.Fatalf("the pieces %q are not the text %q", pieces, text)
		}
		ends := map[int]bool{0: true}
		longest := 0
		for it := graphemes.FromString(text); it.Next(); {
			ends[it.End()] = true
			longest = max(longest, utf8.RuneCountInString(discord.Escape(it.Value())))
		}
		at := 0
		for _, piece := range pieces {
			if n := utf8.RuneCountInString(discord.Escape(piece)); n > limit {
				t.Errorf("piece %q has %d characters, limit %d", piece, n, limit)
			}
			if at += len(piece); longest <= limit && !ends[at] {
				t.Errorf("a grapheme is cut at byte %d of %q", at, text)
			}
		}
	})
}

func TestSplitPrefersSentences(t *testing.T) {
	got := discord.Split("Une phrase courte. Une autre. Et une troisième.", 32)
	if want := []string{"Une phrase courte. Une autre. ", "Et une troisième."}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// unescape reads a message as a person sees it.
func unescape(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			i++
		}
		out.WriteByte(text[i])
	}
	return out.String()
}

func TestALongAnswerIsSplitAndLosesNothing(t *testing.T) {
	var quotes []string
	doc := lyon()
	doc.Text = ""
	for i := range 72 {
		q := fmt.Sprintf("Phrase %d : l’accord_%d *entre* les régions 👩‍👩‍👧‍👦 est signé à Иркутск. ", i, i) + strings.Repeat("Une suite. ", 12) + fmt.Sprintf("Fin %d.", i)
		quotes = append(quotes, q)
		doc.Text += q + "\n"
	}
	doc.Title = strings.Repeat("Très long titre ", 40)
	answer := cite("fr", doc, quotes...)
	answer.Notice = bot.NoticeModelTimeout
	d := start(t, &service{ask: func(context.Context, bot.Invocation) (bot.Reply, error) {
		return bot.Reply{Language: "fr", Answer: answer}, nil
	}})
	i := d.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": "Quoi ?"}})
	said := d.WaitReplies(d.Say(discordtest.Mention+" Quoi ?"), 6)
	all := i.Wait(6)
	var text strings.Builder
	for _, m := range all {
		text.WriteString(unescape(m.Text()) + "\n")
	}
	for n, q := range quotes {
		if !strings.Contains(text.String(), discord.Clean(q)) {
			t.Errorf("quote %d is not shown whole", n)
		}
	}
	last := all[len(all)-1]
	if !strings.Contains(last.Text(), "-# ") || !strings.Contains(last.Text(), "n’a pas répondu à temps") {
		t.Errorf("the last message is %q, want the notice", last.Text())
	}
	for n, m := range said {
		if m.Text() != all[n].Text() {
			t.Errorf("message %d differs between a command and a mention", n)
		}
	}
}

func TestWhatIsCutIsSaid(t *testing.T) {
	doc := lyon()
	doc.Text = strings.Repeat("Une phrase de plus. ", 3000)
	d := start(t, &service{ask: func(context.Context, bot.Invocation) (bot.Reply, error) {
		return bot.Reply{Language: "en", Answer: cite("en", doc, doc.Text)}, nil
	}})
	all := d.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": "Quoi ?"}}).Wait(8)
	if text := all[7].Text(); !strings.Contains(text, "\n-# The rest is too long for Discord") {
		t.Errorf("the last message is %q", text)
	}
}

// Of many sources the lines hold the links; an address must not end one early.
func TestManySourcesAreLinkedInTheirLines(t *testing.T) {
	answer := &bot.Answer{Status: bot.Answered, Mode: bot.Extractive, Language: "fr"}
	for n := range 7 {
		doc := lyon()
		doc.ID = fmt.Sprint("lyon-", n)
		doc.URL = fmt.Sprintf("https://good.example/%d)[x](https://evil.example", n)
		one := cite("fr", doc, "Elle était conduite par le gouverneur Sergueï Levtchenko.")
		one.Citations[0].N, one.Claims[0].Citations = n+1, []int{n + 1}
		answer.Claims, answer.Citations = append(answer.Claims, one.Claims...), append(answer.Citations, one.Citations...)
	}
	d := start(t, &service{ask: func(context.Context, bot.Invocation) (bot.Reply, error) {
		return bot.Reply{Language: "fr", Answer: answer}, nil
	}})
	m := d.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": "Quoi ?"}}).Wait(1)[0]
	for n := range 7 {
		if want := fmt.Sprintf(" — [lire](https://good.example/%d%%29%%5Bx%%5D%%28https://evil.example)", n); !strings.Contains(m.Text(), want) {
			t.Errorf("%q is missing in\n%s", want, m.Text())
		}
	}
}

func TestHostileDocumentsStayText(t *testing.T) {
	const poison = "[clic](https://evil.example) @everyone <@1> ||x|| `c` \u202Egnp.exe https://evil.example/a"
	doc := lyon()
	doc.Text, doc.Title, doc.Source = poison, "# "+poison, "> "+poison
	d := start(t, &service{ask: func(context.Context, bot.Invocation) (bot.Reply, error) {
		return bot.Reply{Language: "fr", Answer: cite("fr", doc, poison)}, nil
	}})
	for name, c := range map[string]struct {
		url   string
		links int
	}{
		"a script": {"javascript:alert(1)", 0}, "a link that ends early": {"https://good.example/a)[x](https://evil.example", 1},
		"a user in the address": {"https://good.example@evil.example", 0}, "no address": {"", 0}, "a good one": {"https://good.example/", 1},
	} {
		doc.URL = c.url
		m := d.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": "Quoi ?"}}).Wait(1)[0]
		// What is ours begins a heading, stresses, or stands small at the end.
		text := ours.ReplaceAllString(escaped.ReplaceAllString(m.Text(), ""), "")
		var links []string
		for _, b := range m.Buttons() {
			if b.URL != "" {
				links = append(links, b.URL)
			}
		}
		if len(links) != c.links || c.links > 0 && !goodLink.MatchString(links[0]) {
			t.Errorf("%s: links %q, want %d", name, links, c.links)
		}
		if rest := text; strings.ContainsAny(rest, "@<|`~_\u202E") || strings.Contains(rest, "](") || strings.Contains(rest, "://") {
			t.Errorf("%s: live Markdown in\n%s", name, m.Text())
		}
	}
}

var (
	escaped = regexp.MustCompile(`\\[^\w\s]`)
	ours    = regexp.MustCompile(`(?m)^### |^-# |\*\*`)
	// goodLink is an address that leads where it seems to.
	goodLink = regexp.MustCompile(`^https://good\.example/[^()\[\]<>\s]*$`)
)
