package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"passerelle/bot/discord/discordtest"
	"passerelle/bot/llm/llmtest"
	"passerelle/bot/locale"
)

const (
	testKey  = "sk-test-key-that-nobody-may-see"
	question = "Qui faisait partie de la délégation d’Irkoutsk à Lyon en 2018 ?"
)

// serve runs the program's bot against a Discord and, where one is given, a model. At the end of the test it is asked
// to stop, as a service manager would, and must have kept its secrets.
func serve(t *testing.T, model *llmtest.Server, environ ...string) *discordtest.Server {
	t.Helper()
	discord := discordtest.New(t)
	environ = append(environ, "DISCORD_TOKEN="+discord.Token, "PASSERELLE_DISCORD_API="+discord.URL)
	if model != nil {
		environ = append(environ, "OPENAI_BASE_URL="+model.URL, "OPENAI_API_KEY="+testKey, "PASSERELLE_LLM_MODEL=test")
	}
	cmd := command(t, environ, "bot")
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("the bot ends with %v:\n%s", err, log.String())
		}
		for _, secret := range []string{discord.Token, testKey, question} {
			if strings.Contains(log.String(), secret) {
				t.Errorf("the log shows %q:\n%s", secret, log.String())
			}
		}
		if t.Failed() {
			t.Logf("log of the bot:\n%s", log.String())
		}
	})
	discord.WaitReady()
	discord.WaitCommands("")
	return discord
}

func words(t *testing.T, language, key string) string {
	t.Helper()
	texts, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	return texts.Text(language, key, nil)
}

func TestBotInDiscord(t *testing.T) {
	discord := serve(t, nil)
	ask := discord.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": question}, Locale: "ru"})
	answer := ask.Wait(1)[0].Text()
	for _, want := range []string{"Ekaterina Silvina", "[1]", "CCI France Russie", "26–29 novembre 2018", words(t, "fr", "answer.answered.title")} {
		if !strings.Contains(answer, want) {
			t.Errorf("/ask shows no %q:\n%s", want, answer)
		}
	}
	mention := discord.Say(discordtest.Mention + " Кто возглавлял делегацию Иркутска в Лионе?")
	if got := discord.WaitReplies(mention, 1)[0].Text(); !strings.Contains(got, words(t, "ru", "source.heading")) {
		t.Errorf("a mention in Russian is answered with\n%s", got)
	}
	direct := discord.Direct(question)
	if got := discord.WaitReplies(direct, 1)[0].Text(); !strings.Contains(got, "Ekaterina Silvina") {
		t.Errorf("a direct message is answered with\n%s", got)
	}
	greeting := discord.Direct("Спасибо!")
	if got := discord.WaitReplies(greeting, 1)[0].Text(); !strings.Contains(got, words(t, "ru", "help.title")) || !strings.Contains(got, "/delegation") {
		t.Errorf("a greeting is answered with\n%s", got)
	}
	choices, _ := discord.Type(discordtest.Use{Command: "delegation", Options: map[string]string{"place": "irkou"}, Focused: "place", Locale: "fr"})
	if len(choices) == 0 || !strings.Contains(choices[0].Name, "Irkoutsk") {
		t.Errorf("irkou is completed with %v", choices)
	}
	delegation := discord.Slash(discordtest.Use{Command: "delegation", Options: map[string]string{"place": "Иркутск"}, Locale: "fr"})
	if got := delegation.Wait(1)[0].Text(); !strings.Contains(got, "Levtchenko") {
		t.Errorf("/delegation Иркутск shows\n%s", got)
	}
	help := discord.Slash(discordtest.Use{Command: "help", Locale: "fr"})
	if got := help.Wait(1)[0].Text(); !strings.Contains(got, "/delegation") {
		t.Errorf("/help shows\n%s", got)
	}
}

// TestBotFollowsItsCorpus: what is put into the folder of a running bot is found, without a restart.
func TestBotFollowsItsCorpus(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "corpus"))); err != nil {
		t.Fatal(err)
	}
	discord := serve(t, nil, "PASSERELLE_CORPUS="+dir, "PASSERELLE_DATA="+t.TempDir(), "PASSERELLE_INDEX_REFRESH=1s",
		"PASSERELLE_LIMITS_PERSON=none", "PASSERELLE_LIMITS_CHANNEL=none", "PASSERELLE_LIMITS_GUILD=none", "PASSERELLE_LIMITS_GLOBAL=none")
	ask := func() string {
		use := discord.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": "Qui a bâti un four à Omsk ?"}, Locale: "fr"})
		return use.Wait(1)[0].Text()
	}
	const told = "Un boulanger de Lille a bâti un four à Omsk"
	if before := ask(); strings.Contains(before, told) {
		t.Fatalf("found before it is there:\n%s", before)
	}
	if err := os.WriteFile(filepath.Join(dir, "pain.txt"), []byte("Du pain à Omsk\n\n"+told+".\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for after := ask(); !strings.Contains(after, told); after = ask() {
		if ctx.Err() != nil {
			t.Fatalf("not found after half a minute:\n%s", after)
		}
	}
}

// A model writes when it can be believed; whatever else it does, the quotes are shown and the last line says why.
func TestBotWithAModel(t *testing.T) {
	for name, c := range map[string]struct {
		behaviour llmtest.Behaviour
		notice    string // "" for none
	}{
		"good":      {llmtest.Good, ""},
		"lying":     {llmtest.Lying, "notice.model_unproven"},
		"partly":    {llmtest.Partly, "notice.model_partly"},
		"slow":      {llmtest.Slow, "notice.model_timeout"},
		"429":       {llmtest.Busy(120), "notice.model_busy"},
		"500":       {llmtest.Status(http.StatusInternalServerError), "notice.model_down"},
		"401":       {llmtest.Status(http.StatusUnauthorized), "notice.model_refused"},
		"truncated": {llmtest.Truncated, "notice.model_garbled"},
		"HTML":      {llmtest.HTML, "notice.model_garbled"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			model := llmtest.New(t, c.behaviour)
			discord := serve(t, model, "PASSERELLE_LLM_TIMEOUT=1s")
			answer := discord.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": question}}).
				WaitUntil("an answer", func(text string) bool {
					return strings.Contains(text, words(t, "fr", "answer.answered.title")) && strings.Contains(text, "[1]")
				}).Text()
			if strings.Contains(answer, llmtest.LieMark) {
				t.Errorf("a lie is shown:\n%s", answer)
			}
			if !strings.Contains(answer, "[1]") || !strings.Contains(answer, "26–29 novembre 2018") {
				t.Errorf("nothing is cited:\n%s", answer)
			}
			last := answer[strings.LastIndex(answer, "\n")+1:]
			if c.notice != "" && !strings.HasSuffix(last, words(t, "fr", c.notice)) {
				t.Errorf("the last line is %q, want %q", last, words(t, "fr", c.notice))
			}
			if c.notice == "" && strings.Contains(answer, words(t, "fr", "notice.model_unproven")) {
				t.Errorf("a good model is not believed:\n%s", answer)
			}
			requests := model.Requests()
			if len(requests) == 0 {
				t.Fatal("the model was not asked")
			}
			if got := requests[0].Header.Get("Authorization"); got != "Bearer "+testKey {
				t.Errorf("authorization %q", got)
			}
			if len(requests[0].Passages()) == 0 {
				t.Error("the model got no passages")
			}
		})
	}
}

// doctor asks Discord and the model, and shows neither's secret.
func TestDoctorAsks(t *testing.T) {
	for name, c := range map[string]struct {
		behaviour llmtest.Behaviour
		token     string // "" for the right one
		status    int
		want      []string
	}{
		"all is well":    {llmtest.Says("OK"), "", exitDone, []string{"ok    token   Discord accepts it", "ok    model   test at "}},
		"wrong token":    {llmtest.Says("OK"), "wrong", exitFailed, []string{"fail  token   Discord refuses the token; it does not look like a bot's token", "ok    model "}},
		"model says 401": {llmtest.Status(http.StatusUnauthorized), "", exitFailed, []string{"ok    token", "fail  model   test at "}},
		"model is down":  {llmtest.Status(http.StatusServiceUnavailable), "", exitFailed, []string{"fail  model   test at "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			discord, model := discordtest.New(t), llmtest.New(t, c.behaviour)
			token := c.token
			if token == "" {
				token = discord.Token
			}
			got := passerelle(t, []string{
				"DISCORD_TOKEN=" + token, "PASSERELLE_DISCORD_API=" + discord.URL, "OPENAI_BASE_URL=" + model.URL,
				"OPENAI_API_KEY=" + testKey, "PASSERELLE_LLM_MODEL=test", "PASSERELLE_LLM_TIMEOUT=2s",
			}, "", "doctor")
			if got.status != c.status {
				t.Errorf("status %d, want %d", got.status, c.status)
			}
			for _, want := range c.want {
				if !strings.Contains(got.out, want) {
					t.Errorf("no %q in\n%s", want, got.out)
				}
			}
			if c.token != "" {
				if broken := discord.Violations(); len(broken) != 1 || !strings.Contains(broken[0], "without the bot's token") {
					t.Errorf("Discord saw %q", broken)
				}
			}
			if strings.Contains(got.out+got.err, testKey) || strings.Contains(got.out+got.err, discord.Token) {
				t.Errorf("a secret is shown:\n%s%s", got.out, got.err)
			}
		})
	}
}

// Ctrl-C ends a chat that waits for a line, with the status that shells expect.
func TestChatIsInterrupted(t *testing.T) {
	cmd := command(t, nil, "chat")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Write([]byte("/help\n")); err != nil {
		t.Fatal(err)
	}
	if n, err := out.Read(make([]byte, 1)); n != 1 {
		t.Fatalf("no answer: %v", err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != exitInterrupted {
		t.Errorf("status %d (%v), want %d", cmd.ProcessState.ExitCode(), err, exitInterrupted)
	}
}

func TestCommandsDiffAndSync(t *testing.T) {
	discord := discordtest.New(t)
	environ := []string{"PASSERELLE_DATA=:memory:", "PASSERELLE_DISCORD_API=" + discord.URL, "DISCORD_TOKEN=" + discord.Token}
	passerelle := func(want int, args ...string) string {
		t.Helper()
		var out, errs strings.Builder
		if got := run(t.Context(), args, streams{strings.NewReader(""), &out, &errs, environ}); got != want {
			t.Fatalf("%v: status %d, want %d: %s", args, got, want, errs.String())
		}
		if strings.Contains(errs.String(), discord.Token) {
			t.Errorf("%v: the token is in %s", args, errs.String())
		}
		return out.String()
	}
	if got := passerelle(exitDone, "commands", "diff"); !strings.Contains(got, "+ settings\n") || !strings.Contains(got, "+ ask\n") {
		t.Errorf("diff before: %q", got)
	}
	passerelle(exitDone, "commands", "sync")
	if got := passerelle(exitDone, "commands", "diff"); got != "nothing to change\n" {
		t.Errorf("diff after: %q", got)
	}
	for _, c := range discord.WaitCommands("") {
		if c.Name == "settings" && c.NameLocalizations["fr"] == "" {
			t.Errorf("settings without a French name: %+v", c)
		}
	}
	environ = environ[:2]
	passerelle(exitFailed, "commands", "diff")
}
