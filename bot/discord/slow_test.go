package discord_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"passerelle/bot"
	"passerelle/bot/discord"
	"passerelle/bot/discord/discordtest"
)

// soon is at once, and what a busy machine adds.
const soon = 5 * time.Second

func TestAStalledLookupDoesNotHoldTheEnd(t *testing.T) {
	for name, begin := range map[string]func(w http.ResponseWriter){
		"no answer": func(http.ResponseWriter) {},
		"half an answer": func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"url":`))
			_ = http.NewResponseController(w).Flush()
		},
		"a limit": func(w http.ResponseWriter) {
			w.Header().Set("X-RateLimit-Global", "true")
			w.Header().Set("X-RateLimit-Reset-After", "12")
			w.Header().Set("Retry-After", "12")
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = w.Write([]byte(`{"retry_after":12}`))
			_ = http.NewResponseController(w).Flush()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begun, over := make(chan string, 100), make(chan struct{})
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				begin(w)
				begun <- r.URL.Path
				if name != "a limit" {
					<-over
				}
			}))
			defer server.Close()
			defer close(over)
			b, err := discord.New(discord.Config{Token: "x", API: server.URL}, &service{}, loadTexts(t))
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			result := make(chan error, 1)
			go func() { result <- b.Run(ctx) }()
			if path := <-begun; !strings.HasSuffix(path, "/gateway/bot") {
				t.Errorf("the first request is %s", path)
			}
			cancel()
			select {
			case err := <-result:
				if err != nil {
					t.Error(err)
				}
			case <-time.After(soon):
				t.Fatal("Run goes on")
			}
		})
	}
}

// patient starts a bot that gives the service 100 ms for an answer.
func patient(t *testing.T, s *service) running {
	t.Helper()
	t.Parallel()
	server := discordtest.New(t)
	r := run(t, server, s, func(c *discord.Config) { c.AnswerTimeout = 100 * time.Millisecond })
	server.WaitReady()
	server.WaitCommands("")
	return r
}

func TestAnAnswerThatTakesAllItsTime(t *testing.T) {
	for name, c := range map[string]struct {
		ask          func(ctx context.Context, in bot.Invocation) (bot.Reply, error)
		slash, typed string
	}{
		"is sent": {func(ctx context.Context, in bot.Invocation) (bot.Reply, error) {
			<-ctx.Done()
			return bot.Reply{Language: "fr", Answer: cite("fr", lyon(), "Elle était conduite par le gouverneur Sergueï Levtchenko.")}, nil
		}, "Levtchenko", "Levtchenko"},
		"and more is given up in the person's language": {func(ctx context.Context, in bot.Invocation) (bot.Reply, error) {
			<-ctx.Done()
			return bot.Reply{}, ctx.Err()
		}, "j’ai renoncé", "слишком много времени"},
	} {
		t.Run(name, func(t *testing.T) {
			d := patient(t, &service{ask: c.ask})
			i := d.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": "Qui ?"}, Locale: "fr"})
			if text := i.Wait(1)[0].Text(); !strings.Contains(text, c.slash) {
				t.Errorf("the response is %q, want %q", text, c.slash)
			}
			if text := d.WaitReplies(d.Direct("Кто ещё?"), 1)[0].Text(); !strings.Contains(text, c.typed) {
				t.Errorf("the reply is %q, want %q", text, c.typed)
			}
		})
	}
}

func TestTimeForAnAnswerHasLimits(t *testing.T) {
	for _, timeout := range []time.Duration{-1, discord.MaxAnswerTimeout + 1} {
		_, err := discord.New(discord.Config{Token: "x", AnswerTimeout: timeout}, &service{}, loadTexts(t))
		if err == nil || !strings.Contains(err.Error(), timeout.String()) {
			t.Errorf("%v: error %v, want one that names it", timeout, err)
		}
	}
}

func TestLinesAboutAQuestionBelongTogether(t *testing.T) {
	d := start(t, &service{ask: func(context.Context, bot.Invocation) (bot.Reply, error) { panic("gone") }})
	d.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": "Qui ?"}}).Wait(1)
	d.WaitReplies(d.Say(discordtest.Mention+" Qui ?"), 1)
	d.WaitReplies(d.Direct("Qui ?"), 1)
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	where := regexp.MustCompile(`(?:failed|served)" guild=(\S+) channel=(\S+) question_id=([0-9a-f]{16}) `)
	lines := map[string][]string{} // by question
	for scan := bufio.NewScanner(strings.NewReader(d.logs.String())); scan.Scan(); {
		if m := where.FindStringSubmatch(scan.Text()); m != nil {
			lines[m[3]] = append(lines[m[3]], m[1]+" "+m[2])
		}
	}
	places := map[string]int{}
	for id, of := range lines {
		if len(of) != 2 || of[0] != of[1] {
			t.Errorf("question %s: lines from %q, want two from one place", id, of)
		}
		places[of[0]]++
	}
	if places[discordtest.GuildID+" "+discordtest.ChannelID] != 2 || places[`"" `+discordtest.DMID] != 1 || len(lines) != 3 {
		t.Errorf("questions by place %v, want two in the guild and one in private; logs:\n%s", places, d.logs)
	}
}
