package discord_test

import (
	"crypto/ed25519"
	"encoding/hex"
	"net/http/httptest"
	"strings"
	"testing"

	"passerelle/bot/discord"
	"passerelle/bot/discord/discordtest"
	"passerelle/bot/limits"
)

// byHTTP is a bot whose interactions come in by HTTP, with or without the gateway.
func byHTTP(t *testing.T, s *service, alone bool) town {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	endpoint, err := discord.NewEndpoint(hex.EncodeToString(public))
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(endpoint)
	t.Cleanup(web.Close)
	s.alone = alone
	d := community(t, s, limits.Config{}, func(c *discord.Config) { c.Endpoint, c.EndpointOnly = endpoint, alone })
	d.Own(discordtest.Application{PublicKey: hex.EncodeToString(public), Post: web.URL, Key: private})
	return d
}

// TestInteractionsByHTTP: commands, completions, buttons, forms and commands of messages are served alike whichever way they
// come in.
func TestInteractionsByHTTP(t *testing.T) {
	for name, alone := range map[string]bool{"beside the gateway": false, "alone": true} {
		t.Run(name, func(t *testing.T) {
			d := byHTTP(t, &service{checks: true}, alone)
			i, m := d.ask("Qui ?")
			if i.Type != discordtest.TypeDefer || !strings.Contains(m.Text(), "Levtchenko") {
				t.Errorf("type %d: %s", i.Type, m.Text())
			}
			if choices, _ := d.Type(discordtest.Use{Command: "delegation", Options: map[string]string{"place": "ir"}, Focused: "place", Locale: "fr"}); len(choices) != 1 {
				t.Errorf("choices %+v", choices)
			}
			if text := d.Choose(m, 0, discordtest.Use{}).Wait(1)[0].Text(); !strings.Contains(text, "Une feuille de route") {
				t.Errorf("source: %s", text)
			}
			if text := d.Press(m, "👎", discordtest.Use{}).Submit("faux").Wait(1)[0].Text(); !strings.Contains(text, "noted") {
				t.Errorf("vote: %s", text)
			}
			said := d.Post(discordtest.Message{ChannelID: discordtest.ChannelID, Content: "La délégation était conduite par Sergueï Levtchenko."})
			if text := d.Slash(discordtest.Use{Command: "Fact-check", Message: said, Locale: "fr"}).Wait(1)[0].Text(); !strings.Contains(text, "Confirmé") {
				t.Errorf("check: %s", text)
			}
			d.Press(m, "Supprimer", discordtest.Use{})
			d.WaitGone(m.ID)
			if !alone {
				d.WaitReplies(d.Say(discordtest.Mention+" Qui ?"), 1)
			}
		})
	}
}
