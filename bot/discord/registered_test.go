package discord_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"passerelle/bot/discord"
	"passerelle/bot/discord/discordtest"
	"passerelle/bot/limits"
)

func TestDiffAndSync(t *testing.T) {
	for name, guild := range map[string]string{"everywhere": "", "in one guild": discordtest.GuildID} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := discordtest.New(t)
			s := &service{moderate: true}
			bot := func(s discord.Service) *discord.Bot {
				b, err := discord.New(discord.Config{Token: server.Token, API: server.URL, Guild: guild}, s, loadTexts(t))
				if err != nil {
					t.Fatal(err)
				}
				return b
			}
			b := bot(s)
			changes, err := b.Diff(t.Context())
			if err != nil || len(changes) != len(s.Commands()) || changes[0].Kind != discord.Added {
				t.Fatalf("%+v, %v; want all commands added", changes, err)
			}
			if n := len(server.Requests("PUT", "")); n != 0 {
				t.Errorf("Diff wrote %d times", n)
			}
			for try, want := range []int{len(s.Commands()), 0, 0} {
				if changes, err = b.Sync(t.Context()); err != nil || len(changes) != want {
					t.Errorf("sync %d: %+v, %v; want %d changes", try, changes, err, want)
				}
			}
			if n := len(server.Requests("PUT", "/commands")); n != 1 {
				t.Errorf("%d PUTs, want one", n)
			}
			changes, err = bot(&service{}).Diff(t.Context())
			if err != nil || len(changes) != 1 || changes[0] != (discord.Change{Command: "settings", Kind: discord.Removed}) {
				t.Errorf("%+v, %v; want the settings removed", changes, err)
			}
		})
	}
}

func TestDiffSaysWhatDiscordRefuses(t *testing.T) {
	t.Parallel()
	server := discordtest.New(t)
	b, err := discord.New(discord.Config{Token: "wrong", API: server.URL}, &service{}, loadTexts(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Diff(t.Context()); err == nil || strings.Contains(err.Error(), "wrong") {
		t.Errorf("error %v, want one without the token", err)
	}
	server.Violations()
}

// TestWhereCommandsMayBeUsed: installed for a guild or for oneself, in guilds, in private and with others; those of
// moderators in guilds alone, and shown to those alone who may manage them.
func TestWhereCommandsMayBeUsed(t *testing.T) {
	d := community(t, &service{moderate: true, checks: true}, limits.Config{})
	var commands []struct {
		Name         string
		Integrations []int `json:"integration_types"`
		Contexts     []int
		Permissions  int64 `json:"default_member_permissions"`
	}
	if err := json.Unmarshal(d.Requests("PUT", "/commands")[0].Body, &commands); err != nil {
		t.Fatal(err)
	}
	for _, c := range commands {
		integrations, contexts, permissions := []int{0, 1}, []int{0, 1, 2}, int64(0)
		if c.Name == "settings" {
			integrations, contexts, permissions = []int{0}, []int{0}, 1<<5
		}
		if !slices.Equal(c.Integrations, integrations) || !slices.Equal(c.Contexts, contexts) || c.Permissions != permissions {
			t.Errorf("%+v, want %v, %v, %d", c, integrations, contexts, permissions)
		}
	}
	if len(commands) != len(d.WaitCommands("")) {
		t.Errorf("%d commands", len(commands))
	}
}
