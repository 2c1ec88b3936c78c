package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"passerelle/bot/discord/discordtest"
)

var publicKeyOfTests = strings.Repeat("0123456789abcdef", 4)

// doctor --discord tells of each thing whether it is right, and what to do where it is not.
func TestDoctorOfDiscord(t *testing.T) {
	const web = "PASSERELLE_WEB_ADDRESS=127.0.0.1:0"
	key := "PASSERELLE_DISCORD_PUBLIC_KEY=" + publicKeyOfTests
	for name, c := range map[string]struct {
		owner   discordtest.Application
		granted bool
		environ []string
		late    time.Duration // Discord's clock is behind ours
		status  int
		want    []string
	}{
		"all is well": {
			owner: discordtest.Application{PublicKey: publicKeyOfTests, Endpoint: "https://bot.example/interactions"}, environ: []string{key, web},
			want: []string{"ok    app     passerelle, id " + discordtest.BotID, "ok    key     matches; Discord posts", "ok    intent  none that need", "ok    shards  1 here, Discord recommends 1 in all, 1 may identify at once; 999 of 1000", "ok    clock   within ", "warn  slash   Discord has other commands: +"},
		},
		"another application's key": {
			owner: discordtest.Application{PublicKey: strings.Repeat("f", 64), Endpoint: "https://bot.example/"}, environ: []string{key, web}, status: exitFailed,
			want: []string{"fail  key     discord.public_key is not this application's; set it to ffff"},
		},
		"interactions go elsewhere": {
			owner: discordtest.Application{PublicKey: publicKeyOfTests, Endpoint: "https://bot.example/"}, status: exitFailed,
			want: []string{"fail  key     Discord posts interactions to https://bot.example/, so none come over the gateway", "set discord.public_key to 0123"},
		},
		"nobody posts": {
			owner: discordtest.Application{PublicKey: publicKeyOfTests}, environ: []string{key, web, "PASSERELLE_DISCORD_GATEWAY=false"}, status: exitFailed,
			want: []string{"fail  key     the bot takes interactions by HTTP alone", "ok    shards  no gateway"},
		},
		"an intent that is not granted": {
			environ: []string{"PASSERELLE_DISCORD_MESSAGE_CONTENT=true"}, status: exitFailed,
			want: []string{"fail  intent  discord.message_content is true, but the intent is not granted", "ok    key     not set"},
		},
		"an intent that is": {granted: true, environ: []string{"PASSERELLE_DISCORD_MESSAGE_CONTENT=true"}, want: []string{"ok    intent  message content is granted"}},
		"too few shards": {
			owner: discordtest.Application{Shards: 16}, environ: []string{"PASSERELLE_DISCORD_SHARDS=0-3/8"},
			want: []string{"warn  shards  discord.shards makes 8 in all, Discord recommends 16"},
		},
		"shards that don't fit together": {
			environ: []string{"PASSERELLE_DISCORD_SHARDS=7-3/8"}, status: exitFailed,
			want: []string{`fail  shards  discord.shards "7-3/8": write auto`},
		},
		"no sessions left": {
			owner: discordtest.Application{Shards: 4, Sessions: 3}, status: exitFailed,
			want: []string{"fail  shards  3 of 1000 sessions left today, 4 are needed; there are more in 1h0m0s"},
		},
		"a clock that is off": {late: time.Minute, want: []string{"warn  clock   1m", "time synchronisation"}},
		"a clock that makes all a 401": {
			owner: discordtest.Application{PublicKey: publicKeyOfTests, Endpoint: "https://bot.example/"}, environ: []string{key, web}, late: -time.Minute, status: exitFailed,
			want: []string{"fail  clock   -", "signed interactions look stale"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := discordtest.New(t)
			server.Own(c.owner)
			if c.granted {
				server.GrantMessageContent()
			}
			api := server.URL
			if c.late != 0 {
				api = anotherClock(t, server.URL, c.late)
			}
			got := passerelle(t, append(c.environ, "DISCORD_TOKEN="+server.Token, "PASSERELLE_DISCORD_API="+api), "", "doctor", "--discord")
			if got.status != c.status {
				t.Errorf("status %d, want %d", got.status, c.status)
			}
			for _, want := range c.want {
				if !strings.Contains(got.out, want) {
					t.Errorf("no %q in\n%s", want, got.out)
				}
			}
			if strings.Contains(got.out+got.err, server.Token) {
				t.Errorf("the token is shown:\n%s%s", got.out, got.err)
			}
		})
	}
}

func TestDoctorSeesCommandsInSync(t *testing.T) {
	t.Parallel()
	w := watch(t)
	w.end(t)
	got := passerelle(t, []string{"DISCORD_TOKEN=" + w.Token, "PASSERELLE_DISCORD_API=" + w.URL}, "", "doctor", "--discord")
	if want := "ok    slash   the commands are registered"; got.status != exitDone || !strings.Contains(got.out, want) {
		t.Errorf("status %d, no %q in\n%s", got.status, want, got.out)
	}
}

func TestDoctorAsksForHealth(t *testing.T) {
	t.Parallel()
	w := watch(t)
	address := strings.TrimPrefix(w.web, "http://")
	if got := passerelle(t, nil, "", "doctor", "--health", address); got.status != exitDone || got.out != "ok    health  alive\n" {
		t.Errorf("status %d: %s", got.status, got.out)
	}
	w.end(t)
	if got := passerelle(t, nil, "", "doctor", "--health", address); got.status != exitFailed || !strings.HasPrefix(got.out, "fail  health  ") {
		t.Errorf("of a bot that has ended: status %d: %s", got.status, got.out)
	}
}

// anotherClock is a Discord whose clock is behind.
func anotherClock(t *testing.T, address string, behind time.Duration) string {
	t.Helper()
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ModifyResponse = func(r *http.Response) error {
		r.Header.Set("Date", time.Now().Add(-behind).UTC().Format(http.TimeFormat))
		return nil
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return server.URL
}
