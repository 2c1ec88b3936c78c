package discord_test

import (
	"strings"
	"testing"

	"passerelle/bot/discord"
	"passerelle/bot/discord/discordtest"
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
