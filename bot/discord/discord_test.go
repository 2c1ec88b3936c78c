package discord_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"passerelle/bot"
	"passerelle/bot/discord"
	"passerelle/bot/discord/discordtest"
)

func TestCommandsAreRegisteredOnceInThreeLanguages(t *testing.T) {
	d := start(t, &service{})
	if n := len(d.Requests("PUT", "/commands")); n != 1 {
		t.Errorf("%d requests to register, want one", n)
	}
	commands := d.WaitCommands("")
	var names []string
	for _, c := range commands {
		names = append(names, c.Name+" "+c.NameLocalizations["fr"]+" "+c.NameLocalizations["ru"])
		if c.Description == "" || c.DescriptionLocalizations["fr"] == "" || c.DescriptionLocalizations["ru"] == "" {
			t.Errorf("%s: a description is missing: %+v", c.Name, c)
		}
	}
	if want := []string{"ask demander спросить", "delegation délégation делегация", "sources sources источники", "help aide помощь"}; !slices.Equal(names, want) {
		t.Errorf("names %q, want %q", names, want)
	}
	place := commands[1].Options[0]
	if place.Name != "place" || !place.Required || !place.Autocomplete || place.NameLocalizations["ru"] != "место" {
		t.Errorf("option of delegation: %+v", place)
	}
	if about := commands[2].Options[0]; about.Required || about.Autocomplete {
		t.Errorf("option of sources: %+v", about)
	}
}

func TestCommandsOfOneGuild(t *testing.T) {
	t.Parallel()
	server := discordtest.New(t)
	b, err := discord.New(discord.Config{Token: server.Token, API: server.URL, Guild: discordtest.GuildID}, &service{}, loadTexts(t))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() { result <- b.Run(ctx) }()
	if n := len(server.WaitCommands(discordtest.GuildID)); n != 4 {
		t.Errorf("%d commands in the guild, want 4", n)
	}
	cancel()
	if err := <-result; err != nil {
		t.Error(err)
	}
}

func TestSlashCommands(t *testing.T) {
	d := start(t, &service{})
	for name, c := range map[string]struct {
		use  discordtest.Use
		want []string
	}{
		"ask in French": {discordtest.Use{Command: "ask", Options: map[string]string{"question": "Qui dirigeait la délégation ?"}, Locale: "fr"},
			[]string{"Ce que disent les articles", "«\u00a0Elle était conduite par le gouverneur Sergueï Levtchenko.\u00a0» [1] · 26–29 novembre 2018",
				"[1] résumé de «\u00a0Une délégation d’Irkoutsk à Lyon\u00a0» — Le Progrès, 26–29 novembre 2018"}},
		"ask in Russian from a French client": {discordtest.Use{Command: "ask", Options: map[string]string{"question": "Кто возглавлял делегацию?"}, Locale: "fr"},
			[]string{"Что говорится в статьях", "«Elle était conduite par le gouverneur Sergueï Levtchenko.» [1] · 26–29 ноября 2018 г.", "[1] "}},
		"ask in English":          {discordtest.Use{Command: "ask", Options: map[string]string{"question": "Who led it?"}}, []string{"What the articles say", "“Elle était"}},
		"delegation in French":    {discordtest.Use{Command: "delegation", Options: map[string]string{"place": "Irkoutsk"}, Locale: "fr"}, []string{"Délégations\u00a0: Irkoutsk", "Sergueï Levtchenko", "[1]"}},
		"delegation in Russian":   {discordtest.Use{Command: "delegation", Options: map[string]string{"place": "Иркутск"}, Locale: "ru", Direct: true}, []string{"Делегации: Иркутск", "[1]"}},
		"delegation from Germany": {discordtest.Use{Command: "delegation", Options: map[string]string{"place": "Irkutsk"}, Locale: "de"}, []string{"Delegations: Irkutsk"}},
		"sources in Russian":      {discordtest.Use{Command: "sources", Locale: "ru"}, []string{"Что прочитано", "Le Progrès"}},
		"sources in English":      {discordtest.Use{Command: "sources", Locale: "en-GB"}, []string{"What I have read", "Le Progrès"}},
		"help in French":          {discordtest.Use{Command: "help", Locale: "fr"}, []string{"Comment me parler", "/delegation"}},
		"help in Russian":         {discordtest.Use{Command: "help", Locale: "ru"}, []string{"Как со мной говорить"}},
	} {
		t.Run(name, func(t *testing.T) {
			i := d.Slash(c.use)
			if took := i.Acknowledged(); took > 2*time.Second { // at once, and what a busy machine adds
				t.Errorf("acknowledged after %v", took)
			}
			text := i.Wait(1)[0].Text()
			if i.Type != discordtest.TypeDefer {
				t.Errorf("acknowledged with type %d, want a deferral", i.Type)
			}
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("%q is missing in\n%s", want, text)
				}
			}
		})
	}
}

func TestSourcesAreLinkButtons(t *testing.T) {
	d := start(t, &service{})
	m := d.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": "Qui ?"}}).Wait(1)[0]
	buttons := m.Buttons()
	if len(buttons) == 0 || buttons[0].URL != "https://example.org/irkoutsk%282018%29" || buttons[0].Label != "lire" {
		t.Errorf("buttons %+v", buttons)
	}
}

func TestWhoAsksWhere(t *testing.T) {
	s := &service{}
	d := start(t, s)
	d.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": "Qui ?"}}).Wait(1)
	d.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": "Qui ?"}, Direct: true}).Wait(1)
	for i, where := range []string{discordtest.GuildID, discordtest.DMID} {
		if in := s.asked()[i].in; in.Who != discordtest.UserID || in.Where != where || in.Language != "" {
			t.Errorf("%+v, want it from %s in %s, language open", in, discordtest.UserID, where)
		}
	}
}

func TestAutocomplete(t *testing.T) {
	many := func(context.Context, string, string) (out []bot.Choice) {
		for range 40 {
			out = append(out, bot.Choice{Label: strings.Repeat("é", 200), Value: "x"}, bot.Choice{Label: "", Value: "y"}, bot.Choice{Label: "z", Value: strings.Repeat("z", 101)})
		}
		return out
	}
	stuck := func(ctx context.Context, _, _ string) []bot.Choice {
		<-ctx.Done()
		return []bot.Choice{{Label: "too late", Value: "too late"}}
	}
	for name, c := range map[string]struct {
		complete      func(context.Context, string, string) []bot.Choice
		typed, locale string
		want          int
		first         string
	}{
		"a place in French":            {nil, "ir", "fr", 1, "Irkoutsk"},
		"a place in Russian":           {nil, "ир", "ru", 1, "Иркутск"},
		"nothing like it":              {nil, "zzz", "fr", 0, ""},
		"nothing typed":                {nil, "", "en-US", 3, "Irkutsk"},
		"more and longer than allowed": {many, "e", "fr", 25, strings.Repeat("é", 99) + "…"},
		"an answer that never comes":   {stuck, "e", "fr", 0, ""},
		"a panic":                      {func(context.Context, string, string) []bot.Choice { panic("secret") }, "e", "fr", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := start(t, &service{done: c.complete})
			got, took := d.Type(discordtest.Use{Command: "delegation", Options: map[string]string{"place": c.typed}, Focused: "place", Locale: c.locale})
			if len(got) != c.want || c.want > 0 && got[0].Name != c.first {
				t.Errorf("%d choices %+v, want %d, first %q", len(got), got, c.want, c.first)
			}
			if took > 2*time.Second { // 300 ms, and what a busy machine adds
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestFreeText(t *testing.T) {
	s := &service{}
	d := start(t, s)
	mention := d.Say(discordtest.Mention + "  Qui dirigeait <@&42> la délégation\u00a0? <#" + discordtest.ChannelID + "> <:coq:1>")
	answer := d.WaitReplies(mention, 1)[0]
	if !strings.Contains(answer.Text(), "Levtchenko") || *answer.Reference.FailIfNotExists {
		t.Errorf("answer %+v", answer)
	}
	if n := len(d.WaitRequests("POST", "/typing", 1)); n != 1 {
		t.Errorf("typing shown %d times", n)
	}
	next := d.Reply(answer.ID, "Et qui l’accompagnait ?", true)
	second := d.WaitReplies(next, 1)[0]
	third := d.Reply(second.ID, discordtest.Mention+" Кто ещё?", false)
	if text := d.WaitReplies(third, 1)[0].Text(); !strings.Contains(text, "Что говорится") {
		t.Errorf("not in Russian: %s", text)
	}
	direct := d.Direct("Who led it?")
	if text := d.WaitReplies(direct, 1)[0].Text(); !strings.Contains(text, "What the articles say") {
		t.Errorf("not in English: %s", text)
	}
	calls := s.asked()
	var questions []string
	for _, c := range calls {
		questions = append(questions, c.in.Options["question"])
	}
	if want := []string{"Qui dirigeait la délégation ?", "Et qui l’accompagnait ?", "Кто ещё?", "Who led it?"}; !slices.Equal(questions, want) {
		t.Fatalf("questions %q, want %q", questions, want)
	}
	for i, depth := range []int{0, 1, 2, 0} {
		if len(calls[i].in.Earlier) != depth {
			t.Errorf("question %d has %d earlier turns, want %d", i, len(calls[i].in.Earlier), depth)
		}
	}
	if e := calls[2].in.Earlier; len(e) == 2 && (e[0].Question != questions[0] || e[1].Question != questions[1] || e[0].Answer == nil) {
		t.Errorf("earlier turns %+v", e)
	}
}

func TestReplyToASlashAnswerGoesOn(t *testing.T) {
	s := &service{}
	d := start(t, s)
	answer := d.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": "Qui ?"}}).Wait(1)[0]
	// The reply may come before the bot knows the message's id only if it is faster than Discord's answer.
	d.WaitReplies(d.Reply(answer.ID, "Et après ?", true), 1)
	if e := s.asked()[1].in.Earlier; len(e) != 1 || e[0].Question != "Qui ?" {
		t.Errorf("earlier turns %+v", e)
	}
}

func TestAMentionWithoutTextHelps(t *testing.T) {
	s := &service{}
	d := start(t, s)
	d.WaitReplies(d.Say(discordtest.Mention), 1)
	d.WaitReplies(d.Direct(" "), 1)
	for _, c := range s.asked() {
		if c.name != "help" || c.in.Language == "" {
			t.Errorf("ran %+v, want help in some language", c)
		}
	}
}

func TestNotAddressed(t *testing.T) {
	s := &service{}
	d := start(t, s)
	other := discordtest.User{ID: "9", Username: "other", Bot: true}
	answer := d.WaitReplies(d.Say(discordtest.Mention+" Qui ?"), 1)[0]
	d.Say("nobody asks the bot")
	d.Reply(answer.ID, "thanks, said among people", false)
	d.Post(discordtest.Message{ChannelID: discordtest.ChannelID, Content: discordtest.Mention + " Qui ?", Author: other})
	d.Post(discordtest.Message{ChannelID: discordtest.DMID, Content: "echo", Author: discordtest.User{ID: discordtest.BotID, Bot: true}})
	d.Post(discordtest.Message{ChannelID: discordtest.ChannelID, Content: discordtest.Mention + " Qui ?", WebhookID: "8"})
	d.Post(discordtest.Message{ChannelID: discordtest.ChannelID, Content: discordtest.Mention, Type: 6})
	d.WaitReplies(d.Direct("Et enfin ?"), 1) // events come in order: those before have been seen
	if calls := s.asked(); len(calls) != 2 || calls[1].in.Options["question"] != "Et enfin ?" {
		t.Errorf("asked %+v, want the first and the last question alone", calls)
	}
}

func TestWhatGoesWrong(t *testing.T) {
	const secret = "what-the-person-asked"
	for name, c := range map[string]struct {
		ask           func(context.Context, bot.Invocation) (bot.Reply, error)
		slash, spoken string
	}{
		"an error": {func(context.Context, bot.Invocation) (bot.Reply, error) {
			return bot.Reply{}, errors.New("index gone")
		}, "Quelque chose n’a pas marché", "На моей стороне"},
		"a panic": {func(_ context.Context, in bot.Invocation) (bot.Reply, error) { panic(in.Options["question"]) },
			"Quelque chose n’a pas marché", "На моей стороне"},
		"a person's mistake": {func(context.Context, bot.Invocation) (bot.Reply, error) {
			return bot.Reply{}, &bot.UserError{Key: "error.too_long", Data: map[string]any{"Count": 1000}}
		}, "C’est trop long", "Слишком длинно"},
		"an empty reply": {func(context.Context, bot.Invocation) (bot.Reply, error) { return bot.Reply{Language: "fr"}, nil },
			"Quelque chose n’a pas marché", "Quelque chose n’a pas marché"},
	} {
		t.Run(name, func(t *testing.T) {
			d := start(t, &service{ask: c.ask})
			m := d.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": secret}, Locale: "fr"}).Wait(1)[0]
			if !strings.Contains(m.Text(), c.slash) {
				t.Errorf("said %q, want %q", m.Text(), c.slash)
			}
			m = d.WaitReplies(d.Direct("вопрос "+secret), 1)[0]
			if !strings.Contains(m.Text(), c.spoken) {
				t.Errorf("said %q, want %q", m.Text(), c.spoken)
			}
			if strings.Contains(d.logs.String(), secret) {
				t.Errorf("the question is in the logs:\n%s", d.logs)
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	texts := loadTexts(t)
	for name, c := range map[string]struct {
		cfg  discord.Config
		want string
	}{
		"no token":            {discord.Config{}, "DISCORD_TOKEN, or name a file that holds it with discord.token_file"},
		"half a token":        {discord.Config{Token: "Bot "}, "DISCORD_TOKEN"},
		"a token of two":      {discord.Config{Token: "abc def"}, "a space"},
		"an API without http": {discord.Config{Token: "x", API: "localhost:80"}, "scheme"},
		"an API with a path":  {discord.Config{Token: "x", API: "http://localhost/discord"}, "only a scheme and a host"},
		"a user in the API":   {discord.Config{Token: "x", API: "http://me:secret@localhost"}, "only a scheme and a host"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := discord.New(c.cfg, &service{}, texts)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v, want one with %q", err, c.want)
			}
			if strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "abc def") {
				t.Errorf("a secret is in the error: %v", err)
			}
		})
	}
	if _, err := discord.New(discord.Config{Token: "x"}, renamed{&service{}, "Ask Me"}, texts); err == nil || !strings.Contains(err.Error(), "Ask Me") {
		t.Errorf("a command's name with a space: %v", err)
	}
	if _, err := discord.New(discord.Config{Token: "x"}, mute{&service{}}, texts); err == nil || !strings.Contains(err.Error(), `"ask"`) {
		t.Errorf("no command to ask with: %v", err)
	}
}

// renamed is a service whose first command has another name.
type renamed struct {
	*service
	name string
}

func (r renamed) Commands() []bot.Command {
	commands := r.service.Commands()
	commands[0].Name = r.name
	return commands
}

// mute is a service that has nothing to ask with.
type mute struct{ *service }

func (m mute) Commands() []bot.Command { return m.service.Commands()[1:] }
