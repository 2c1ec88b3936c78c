package discord_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"passerelle/bot"
	"passerelle/bot/discord"
	"passerelle/bot/discord/discordtest"
	"passerelle/bot/discord/gateway"
)

func TestFaultsOfREST(t *testing.T) {
	for name, fault := range map[string]discordtest.Fault{
		"429":                            {Status: http.StatusTooManyRequests, RetryAfter: 50 * time.Millisecond},
		"429 twice":                      {Status: http.StatusTooManyRequests, RetryAfter: 20 * time.Millisecond, Times: 2},
		"500 once":                       {Status: http.StatusInternalServerError},
		"502 with HTML":                  {Status: http.StatusBadGateway, Body: "<html>bad gateway</html>"},
		"a broken connection":            {},
		"carried out, its answer lost":   {Status: http.StatusBadGateway, Late: true},
		"carried out, connection broken": {Late: true},
	} {
		t.Run(name, func(t *testing.T) {
			d := start(t, &service{})
			for _, path := range []string{"/callback", "/messages/@original", "/channels/" + discordtest.ChannelID + "/messages"} {
				fault.Path = path
				d.Break(fault)
			}
			i := d.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": "Qui ?"}})
			if text := i.Wait(1)[0].Text(); !strings.Contains(text, "Levtchenko") {
				t.Errorf("the response is %q", text)
			}
			said := d.Say(discordtest.Mention + " Qui ?")
			d.WaitReplies(said, 1)
			d.WaitReplies(d.Direct("Et encore ?"), 1)
			if err := d.stop(); err != nil {
				t.Fatal(err)
			}
			if all := d.Messages(discordtest.ChannelID); len(all) != 2 {
				t.Errorf("%d messages, want one response and one reply: %+v", len(all), all)
			}
		})
	}
}

func TestAPauseTooLongIsNotWaitedFor(t *testing.T) {
	d := start(t, &service{})
	d.Break(discordtest.Fault{Path: "/messages/@original", Status: http.StatusTooManyRequests, RetryAfter: time.Hour})
	d.Slash(discordtest.Use{Command: "help"}).Acknowledged()
	d.WaitRequests("PATCH", "@original", 1)
	begin := time.Now()
	if err := d.stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(begin); took > discordtest.Patience/2 {
		t.Errorf("the bot took %v to end", took)
	}
	if !strings.Contains(d.logs.String(), "rate limited for 1h") {
		t.Errorf("the logs do not tell:\n%s", d.logs)
	}
}

func TestAnInteractionIsServedOnce(t *testing.T) {
	s := &service{}
	d := start(t, s)
	i := d.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": "Qui ?"}})
	i.Again()
	i.Wait(1)
	d.WaitReplies(d.Direct("Et enfin ?"), 1)
	if n := len(s.asked()); n != 2 {
		t.Errorf("%d questions asked, want the interaction's once and the last", n)
	}
}

// TestTwoProcessesOfOneBot: of two that are told of a use, whose ranges of shards overlap or of which one takes
// interactions by HTTP, one answers, and the other is quiet about it.
func TestTwoProcessesOfOneBot(t *testing.T) {
	first, second := &service{moderate: true}, &service{moderate: true}
	d := start(t, first)
	other := run(t, d.Server, second)
	d.WaitSessions(2, 0)
	const uses = 5
	for range uses {
		m := d.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": "Qui ?"}}).Wait(1)[0]
		d.Type(discordtest.Use{Command: "delegation", Options: map[string]string{"place": "ir"}, Focused: "place"})
		d.PressID(m, "v0:gone:1:0", discordtest.Use{}).Wait(1)
	}
	for _, one := range []running{d, other} {
		if err := one.stop(); err != nil {
			t.Error(err)
		}
		if text := one.logs.String(); strings.Contains(text, "level=ERROR") || strings.Contains(text, "level=WARN") {
			t.Errorf("logs:\n%s", text)
		}
	}
	if n := len(first.asked()) + len(second.asked()); n != uses {
		t.Errorf("%d questions answered, want each of %d once", n, uses)
	}
	if n := len(d.Messages(discordtest.ChannelID)); n != 2*uses {
		t.Errorf("%d messages, want an answer and a word for each use", n)
	}
}

// TestHalfAnEventIsNone: what cannot be decoded as a whole is left out as a whole, and told of without its text.
func TestHalfAnEventIsNone(t *testing.T) {
	const secret = "nom-de-la-personne"
	s := &service{}
	d := start(t, s)
	user := discordtest.User{ID: discordtest.UserID, Username: "alice"}
	for name, event := range map[string]map[string]any{
		"MESSAGE_CREATE": {"id": "7", "channel_id": discordtest.DMID, "content": secret, "author": user, "mentions": 7},
		"INTERACTION_CREATE": {"id": "8", "application_id": discordtest.BotID, "type": 2, "token": "token-8", "channel_id": discordtest.ChannelID, "user": user,
			"data": map[string]any{"id": "9", "name": "ask", "type": 1, "options": secret}},
		"GUILD_CREATE": {"id": 7, "preferred_locale": secret},
		"READY":        {"user": secret},
	} {
		d.Dispatch(name, event)
	}
	d.Dispatch("INTERACTION_CREATE", secret)
	d.Dispatch("MESSAGE_CREATE", nil)
	d.WaitReplies(d.Direct("Et enfin ?"), 1)
	if calls := s.asked(); len(calls) != 1 {
		t.Errorf("asked %+v, want the last question alone", calls)
	}
	if text := d.logs.String(); strings.Count(text, "discord event not understood") != 5 || strings.Contains(text, secret) {
		t.Errorf("logs:\n%s", text)
	}
}

// TestARangeOfShards: of several processes the one with the first shard registers the commands, and all answer.
func TestARangeOfShards(t *testing.T) {
	t.Parallel()
	server := discordtest.New(t)
	d := run(t, server, &service{}, func(c *discord.Config) { c.Shards = gateway.Range{First: 1, Last: 1, Count: 2} })
	server.WaitReady()
	d.WaitReplies(d.Say(discordtest.Mention+" Qui ?"), 1)
	if n := len(d.Requests("PUT", "/commands")); n != 0 {
		t.Errorf("the second process registers commands %d times", n)
	}
	if d.WaitSessions(1, 0); d.Shard() != [2]int{1, 2} {
		t.Errorf("identified as shard %v", d.Shard())
	}
}

func TestGatewayComesBack(t *testing.T) {
	for name, c := range map[string]struct {
		lose           func(d *discordtest.Server)
		ready, resumed int
		missed         bool // what is said while the bot is away is answered
	}{
		"a dropped connection": {(*discordtest.Server).DropGateway, 1, 1, true},
		"asked to reconnect":   {(*discordtest.Server).AskReconnect, 1, 1, true},
		"closed by Discord":    {func(d *discordtest.Server) { d.CloseGateway(4000) }, 1, 1, true},
		"a refused connection": {func(d *discordtest.Server) { d.RefuseGateway(1); d.DropGateway() }, 1, 1, true},
		"a forgotten session":  {func(d *discordtest.Server) { d.ForgetSessions(); d.DropGateway() }, 2, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			d := start(t, &service{})
			c.lose(d.Server)
			var missed string
			if c.missed {
				missed = d.Say(discordtest.Mention + " Qui ?")
			}
			d.WaitSessions(c.ready, c.resumed)
			if c.missed {
				d.WaitReplies(missed, 1)
			}
			d.WaitReplies(d.Say(discordtest.Mention+" Qui ?"), 1)
			if n := len(d.Requests("PUT", "/commands")); n != 1 {
				t.Errorf("commands registered %d times", n)
			}
		})
	}
}

func TestATokenThatIsRefused(t *testing.T) {
	t.Parallel()
	server := discordtest.New(t)
	b, err := discord.New(discord.Config{Token: "wrong", API: server.URL}, &service{}, loadTexts(t))
	if err != nil {
		t.Fatal(err)
	}
	err = b.Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "token is not accepted") || strings.Contains(err.Error(), "wrong") {
		t.Errorf("Run returned %v, want an error about the token, without it", err)
	}
}

func TestASilentGatewayDoesNotHoldTheEnd(t *testing.T) {
	t.Parallel()
	server := discordtest.New(t)
	server.MuteGateway()
	r := run(t, server, &service{})
	server.WaitConnections(1)
	if err := r.stop(); err != nil {
		t.Error(err)
	}
}

func TestCommandsThatDiscordRefuses(t *testing.T) {
	t.Parallel()
	server := discordtest.New(t)
	server.Break(discordtest.Fault{Path: "/commands", Status: http.StatusForbidden})
	b, err := discord.New(discord.Config{Token: server.Token, API: server.URL}, &service{}, loadTexts(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "commands: HTTP 403") {
		t.Errorf("Run returned %v, want an error about the commands", err)
	}
}

func TestAnAnswerBeingWrittenIsSentBeforeTheEnd(t *testing.T) {
	release, begun := make(chan struct{}), make(chan struct{})
	d := start(t, &service{ask: func(ctx context.Context, _ bot.Invocation) (bot.Reply, error) {
		close(begun)
		select {
		case <-release:
		case <-ctx.Done():
			return bot.Reply{}, ctx.Err()
		}
		return bot.Reply{Language: "fr", Answer: cite("fr", lyon(), "Elle était conduite par le gouverneur Sergueï Levtchenko.")}, nil
	}})
	i := d.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": "Qui ?"}})
	<-begun
	ended := make(chan error, 1)
	go func() { ended <- d.stop() }()
	d.WaitConnections(0)
	close(release)
	if text := i.Wait(1)[0].Text(); !strings.Contains(text, "Levtchenko") {
		t.Errorf("the response is %q", text)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestTheFakeItselfRefuses(t *testing.T) {
	t.Parallel()
	server := discordtest.New(t)
	post := func(path, token, body string) int {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/api/v10"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", token)
		req.Header.Set("User-Agent", "DiscordBot (https://example.org, 1)")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode
	}
	channel := "/channels/" + discordtest.ChannelID + "/messages"
	long := strings.Repeat("é", 2001)
	v2 := func(components string) string {
		return `{"flags":32768,"components":[` + components + `],"allowed_mentions":{"parse":[]}}`
	}
	text := func(content string) string { return `{"type":10,"content":"` + content + `"}` }
	const button = `{"type":2,"style":2,"label":"a","custom_id":"b"}`
	for name, c := range map[string]struct {
		token, body string
		status      int
		want        string // of the violation
	}{
		"a good message":       {"", `{"content":"a","allowed_mentions":{"parse":[]}}`, 200, ""},
		"mentions left open":   {"", `{"content":"a"}`, 400, "allowed_mentions"},
		"2001 characters":      {"", `{"content":"` + long + `","allowed_mentions":{"parse":[]}}`, 400, "2001 characters"},
		"nothing":              {"", `{"allowed_mentions":{"parse":[]}}`, 400, "empty message"},
		"a number for a text":  {"", `{"content":1,"allowed_mentions":{"parse":[]}}`, 400, "content"},
		"embeds":               {"", `{"embeds":[{"description":"x"}],"allowed_mentions":{"parse":[]}}`, 400, "knows neither"},
		"text over 4000":       {"", v2(text(strings.Repeat("x", 2500)) + "," + text(strings.Repeat("x", 1501))), 400, "4001 characters"},
		"content beside":       {"", `{"flags":32768,"content":"a","components":[` + text("x") + `],"allowed_mentions":{"parse":[]}}`, 400, "content beside"},
		"41 components":        {"", v2(text("x") + strings.Repeat(","+text("x"), 40)), 400, "components"},
		"a button with script": {"", v2(`{"type":1,"components":[{"type":2,"style":5,"label":"a","url":"javascript:alert(1)"}]}`), 400, "link button"},
		"an id twice":          {"", v2(`{"type":1,"components":[` + button + "," + button + `]}`), 400, "twice"},
		"a button and no row":  {"", v2(`{"type":17,"components":[` + button + `]}`), 400, "components"},
		"no token":             {"Bot x", `{"content":"a","allowed_mentions":{"parse":[]}}`, 401, "without the bot's token"},
		"no JSON":              {"", `{`, 400, "not JSON"},
	} {
		token := c.token
		if token == "" {
			token = "Bot " + server.Token
		}
		if got := post(channel, token, c.body); got != c.status {
			t.Errorf("%s: status %d, want %d", name, got, c.status)
		}
		violations := server.Violations()
		if (c.want == "") != (len(violations) == 0) || c.want != "" && !slices.ContainsFunc(violations, func(v string) bool { return strings.Contains(v, c.want) }) {
			t.Errorf("%s: violations %.300q, want one with %q", name, violations, c.want)
		}
	}
}
