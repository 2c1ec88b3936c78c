package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"passerelle/bot/discord/discordtest"
	"passerelle/bot/llm/llmtest"
)

// written collects what a program writes while it runs.
type written struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (o *written) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.all.Write(p)
}

func (o *written) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.all.String()
}

// watched is a bot that serves its web, too.
type watched struct {
	*discordtest.Server
	cmd *exec.Cmd
	log *written
	web string // its address, with http://
}

// watch starts the bot with a web. Whoever calls it ends it.
func watch(t *testing.T, environ ...string) watched {
	t.Helper()
	w := watched{Server: discordtest.New(t), log: &written{}}
	w.cmd = command(t, append(environ, "DISCORD_TOKEN="+w.Token, "PASSERELLE_DISCORD_API="+w.URL, "PASSERELLE_WEB_ADDRESS=127.0.0.1:0", "PASSERELLE_LOG_LEVEL=info"), "bot")
	w.cmd.Stdout, w.cmd.Stderr = w.log, w.log
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if w.cmd.ProcessState == nil {
			_ = w.cmd.Process.Kill()
			_ = w.cmd.Wait()
		}
		if t.Failed() {
			t.Logf("log of the bot:\n%s", w.log)
		}
	})
	w.WaitReady()
	w.WaitCommands("")
	found := regexp.MustCompile(`msg="web served" address=(\S+)`).FindStringSubmatch(w.log.String())
	if found == nil {
		t.Fatalf("the log names no address:\n%s", w.log)
	}
	w.web = "http://" + found[1]
	return w
}

// end asks the bot to stop and returns how long that took.
func (w watched) end(t *testing.T) time.Duration {
	t.Helper()
	begin := time.Now()
	if err := w.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := w.cmd.Wait(); err != nil {
		t.Errorf("the bot ends with %v, want 0", err)
	}
	return time.Since(begin)
}

func get(t *testing.T, address string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return send(t, req)
}

func send(t *testing.T, req *http.Request) (status int, body string) {
	t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// collector takes traces and keeps their bodies.
func collector(t *testing.T) (address string, bodies *written) {
	t.Helper()
	bodies = &written{}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(bodies, r.Body) }))
	t.Cleanup(server.Close)
	return server.URL + "/v1/traces", bodies
}

func TestARunningBotIsMeasured(t *testing.T) {
	t.Parallel()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	traces, spans := collector(t)
	model := llmtest.New(t, llmtest.Good)
	w := watch(t, "PASSERELLE_DISCORD_PUBLIC_KEY="+hex.EncodeToString(public), "PASSERELLE_TRACES_ENDPOINT="+traces, "PASSERELLE_LIMITS_PERSON=2/1h",
		"OPENAI_BASE_URL="+model.URL, "OPENAI_API_KEY="+testKey, "PASSERELLE_LLM_MODEL=test")
	ask := discordtest.Use{Command: "ask", Options: map[string]string{"question": question}}
	said := func(text string) bool { return strings.Contains(text, words(t, "fr", "answer.answered.title")) }
	m := w.Slash(ask).WaitUntil("an answer", said)
	w.Press(m, m.Buttons()[slices.IndexFunc(m.Buttons(), func(b discordtest.Component) bool { return strings.Contains(b.Label, "👍") })].Label, discordtest.Use{}).Wait(1)
	again := w.Slash(ask)
	again.WaitUntil("the same answer", said)
	w.Slash(ask).Wait(1)

	if status, body := get(t, w.web+"/healthz"); status != http.StatusOK || body != "alive\n" {
		t.Errorf("/healthz: %d %q", status, body)
	}
	if status, body := get(t, w.web+"/readyz"); status != http.StatusOK {
		t.Errorf("/readyz: %d %q", status, body)
	}
	_, metrics := get(t, w.web+"/metrics")
	for _, want := range []string{
		`passerelle_questions_total{language="fr",mode="generative",status="answered"} 2`, // one of them out of memory
		`passerelle_stage_seconds_count{stage="all"} 2`, `passerelle_limited_total{limit="limit.person"} 1`, `passerelle_votes_total{vote="good"} 1`,
		`passerelle_gateway_state{shard="0",state="ready"} 1`, `passerelle_gateway_connections_total{kind="identify",shard="0"} 1`,
		`passerelle_discord_requests_total{route="PUT /applications/:id/commands",status="200"} 1`,
		`passerelle_discord_requests_total{route="POST /interactions/:id/:token/callback",status="204"} 4`,
	} {
		if !strings.Contains(metrics, want+"\n") {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	if status := post(t, w.web, private, `{"type":1}`); status != http.StatusOK {
		t.Errorf("a signed PING: %d", status)
	}
	if status := post(t, w.web, ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), `{"type":1}`); status != http.StatusUnauthorized {
		t.Errorf("a PING of somebody else: %d", status)
	}
	w.end(t)
	if !strings.Contains(spans.String(), `"name":"answer"`) || !strings.Contains(spans.String(), `"name":"writing"`) {
		t.Errorf("the collector got %.500s", spans)
	}
	for _, secret := range []string{w.Token, testKey, question, "Irkoutsk", again.Token, discordtest.UserID} {
		for place, text := range map[string]string{"the log": w.log.String(), "the metrics": metrics, "the traces": spans.String()} {
			if strings.Contains(text, secret) {
				t.Errorf("%s: %q is told", place, secret)
			}
		}
	}
}

// post sends the endpoint a body as Discord does.
func post(t *testing.T, web string, key ed25519.PrivateKey, body string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, web+"/interactions", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	at := strconv.FormatInt(time.Now().Unix(), 10)
	req.Header.Set("X-Signature-Timestamp", at)
	req.Header.Set("X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(key, []byte(at+body))))
	status, _ := send(t, req)
	return status
}

// maxDrain is how long a bot that is told to end may take.
const maxDrain = 30 * time.Second

func TestABotThatIsToldToEndLeavesNobodyWaiting(t *testing.T) {
	t.Parallel()
	model := llmtest.New(t, llmtest.Slow)
	w := watch(t, "OPENAI_BASE_URL="+model.URL, "PASSERELLE_LLM_MODEL=test", "PASSERELLE_LLM_TIMEOUT=5m")
	waiting := w.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": question}, Locale: "ru"})
	waiting.Acknowledged()
	mention := w.Post(discordtest.Message{ChannelID: discordtest.ChannelID, Content: discordtest.Mention + " " + question, Author: discordtest.User{ID: "4711", Username: "bob"}})
	w.WaitRequests("POST", "/typing", 1)
	ended := make(chan time.Duration, 1)
	go func() { ended <- w.end(t) }()
	w.WaitConnections(0)
	if status, body := get(t, w.web+"/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("/readyz while it ends: %d %q", status, body)
	}
	if status, _ := get(t, w.web+"/healthz"); status != http.StatusOK {
		t.Errorf("/healthz while it ends: %d", status)
	}
	took := <-ended
	if took > maxDrain {
		t.Errorf("the end took %s", took)
	}
	if text := waiting.Wait(1)[0].Text(); !strings.Contains(text, words(t, "ru", "discord.stopping")) {
		t.Errorf("who waits for an answer reads %q", text)
	}
	if text := w.WaitReplies(mention, 1)[0].Text(); !strings.Contains(text, words(t, "en", "discord.stopping")) { // the guild is English
		t.Errorf("who was answered by typing reads %q", text)
	}
	t.Logf("ended within %s", took.Round(time.Millisecond))
}

func TestAnAddressThatIsTakenIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	taken := httptest.NewServer(http.NotFoundHandler())
	defer taken.Close()
	got := passerelle(t, []string{"DISCORD_TOKEN=a.b.c", "PASSERELLE_DISCORD_API=" + taken.URL, "PASSERELLE_WEB_ADDRESS=" + strings.TrimPrefix(taken.URL, "http://")}, "", "bot")
	if want := fmt.Sprintf("web: listen tcp %s", strings.TrimPrefix(taken.URL, "http://")); got.status != exitFailed || !strings.Contains(got.err, want) {
		t.Errorf("status %d, want %d and %q in\n%s", got.status, exitFailed, want, got.err)
	}
}
