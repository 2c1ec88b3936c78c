package discord_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"passerelle/bot/discord"
	"passerelle/bot/discord/discordtest"
)

func TestRequestsAreToldByRoute(t *testing.T) {
	t.Parallel()
	server := discordtest.New(t)
	var mu sync.Mutex
	told := map[string][]int{}
	d := run(t, server, &service{}, func(c *discord.Config) {
		c.Calls = func(route string, status int) {
			mu.Lock()
			defer mu.Unlock()
			told[route] = append(told[route], status)
		}
	})
	server.WaitReady()
	server.WaitCommands("")
	d.Break(discordtest.Fault{Path: "/callback", Status: http.StatusTooManyRequests, RetryAfter: 10 * time.Millisecond})
	d.Break(discordtest.Fault{Path: "/messages/@original"})
	i := d.Slash(discordtest.Use{Command: "help"})
	i.Wait(1)
	d.WaitReplies(d.Direct("Qui ?"), 1)
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	for route, want := range map[string][]int{
		"GET /gateway/bot":                              {200},
		"PUT /applications/:id/commands":                {200},
		"POST /interactions/:id/:token/callback":        {429, 204},
		"PATCH /webhooks/:id/:token/messages/@original": {0, 200},
		"POST /channels/:id/messages":                   {200},
	} {
		if !slices.Equal(told[route], want) {
			t.Errorf("%s: %v, want %v", route, told[route], want)
		}
	}
	for route := range told {
		if strings.Contains(route, i.Token) || strings.ContainsAny(route, "123456789") {
			t.Errorf("%s names one of many", route)
		}
	}
}
