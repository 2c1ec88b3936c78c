package bot_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"passerelle/bot"
	"passerelle/retrieval"
)

func TestCommands(t *testing.T) {
	s := service(t, nil)
	var names []string
	for _, c := range s.Commands() {
		names = append(names, c.Name)
		if found, ok := s.Command(c.Name); !ok || found.Name != c.Name {
			t.Errorf("Command(%q) = %q, %v", c.Name, found.Name, ok)
		}
	}
	if want := []string{"ask", "delegation", "sources", "help"}; !slices.Equal(names, want) {
		t.Errorf("commands %q, want %q", names, want)
	}
	if _, ok := s.Command("demander"); ok {
		t.Error("a localised name is the surface's to look up")
	}
	s.Commands()[0].Name = "changed"
	if _, ok := s.Command("ask"); !ok {
		t.Error("a caller changed the commands")
	}
}

func TestAskCommandGoesByTheQuestion(t *testing.T) {
	answerer := &echo{}
	s := service(t, func(p *bot.Parts) { p.Answerer = answerer })
	earlier := []bot.Turn{{Question: "Et avant ?"}}
	reply, err := s.Run(t.Context(), "ask", bot.Invocation{
		Options: map[string]string{"question": "Кто возглавлял?"}, Language: "en-GB", Who: "p", Where: "g", Earlier: earlier,
	})
	if err != nil {
		t.Fatal(err)
	}
	if reply.Answer == nil || reply.Language != "ru" {
		t.Errorf("reply %+v", reply)
	}
	if q := answerer.asked; q.Who != "p" || q.Where != "g" || len(q.Earlier) != 1 {
		t.Errorf("asked %+v", q)
	}
}

func TestDelegationCommand(t *testing.T) {
	fact := func(text string, start, end int) retrieval.Fact {
		return retrieval.Fact{Text: text, Document: "irkoutsk", Span: retrieval.Span{Start: start, End: end}}
	}
	found := retrieval.PlaceDelegations{Place: "Иркутск", Delegations: []retrieval.Delegation{
		{Head: []retrieval.Fact{fact("Levtchenko", 0, 10)}, Visited: []retrieval.Fact{fact("Lyon", 0, 19)}},
		{Head: []retrieval.Fact{fact("Levtchenko", 0, 10)}, Followed: []retrieval.Fact{fact("Tolstoï", 20, 32)}},
	}}
	in := bot.Invocation{Options: map[string]string{"place": " Irkoutsk "}, Language: "ru"}
	reply, err := service(t, func(p *bot.Parts) { p.Delegations = journeys{found: found} }).Run(t.Context(), "delegation", in)
	if err != nil {
		t.Fatal(err)
	}
	d := reply.Dossier
	if d == nil || d.Asked != "Irkoutsk" || d.Place != "Иркутск" || reply.Language != "ru" {
		t.Fatalf("reply %+v", reply)
	}
	var quotes []string
	for i, c := range d.Citations {
		if c.N != i+1 {
			t.Errorf("citation %d has the number %d", i+1, c.N)
		}
		quotes = append(quotes, c.Quote())
	}
	if want := []string{"Levtchenko", "Levtchenko à Lyon.", "Et Tolstoï."}; !slices.Equal(quotes, want) {
		t.Errorf("quotes %q, want %q", quotes, want)
	}

	for name, broken := range map[string]retrieval.Fact{
		"unknown document": {Document: "gone", Span: retrieval.Span{Start: 0, End: 1}},
		"past the end":     fact("", 0, 1000),
		"backwards":        fact("", 3, 2),
		"negative":         fact("", -1, 2),
		"nothing":          fact("", 2, 2),
	} {
		t.Run(name, func(t *testing.T) {
			found := retrieval.PlaceDelegations{Delegations: []retrieval.Delegation{{Title: "T", Met: []retrieval.Fact{broken}}}}
			_, err := service(t, func(p *bot.Parts) { p.Delegations = journeys{found: found} }).Run(t.Context(), "delegation", in)
			var user *bot.UserError
			if err == nil || errors.As(err, &user) {
				t.Errorf("error %v, want one that is logged", err)
			}
		})
	}
}

// Where nothing is told of a place, others are named that have delegations.
func TestInsteadOfAPlace(t *testing.T) {
	for name, c := range map[string]struct {
		parts     journeys
		instead   []string
		mentioned bool
	}{
		"unknown":              {journeys{}, []string{"-fr"}, false},
		"unknown, names alike": {journeys{found: retrieval.PlaceDelegations{Nearest: []string{"Omsk", "Tomsk"}}, with: []string{"Tomsk"}}, []string{"Tomsk-fr"}, false},
		"without delegations":  {journeys{found: retrieval.PlaceDelegations{Place: "Kalouga"}}, []string{"-fr"}, true},
		"not even mentioned":   {journeys{found: retrieval.PlaceDelegations{Place: "Brest"}}, []string{"-fr"}, false},
		"told of":              {journeys{found: retrieval.PlaceDelegations{Place: "Lyon", Delegations: []retrieval.Delegation{{Title: "T"}}}}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := service(t, func(p *bot.Parts) { p.Delegations = c.parts })
			reply, err := s.Run(t.Context(), "delegation", bot.Invocation{Options: map[string]string{"place": "x"}, Language: "fr"})
			if err != nil {
				t.Fatal(err)
			}
			if d := reply.Dossier; !slices.Equal(d.Instead, c.instead) || d.Mentioned != c.mentioned {
				t.Errorf("instead %q, mentioned %v", d.Instead, d.Mentioned)
			}
		})
	}
}

func TestPlacesComplete(t *testing.T) {
	c, _ := service(t, nil).Command("delegation")
	if got, want := c.Options[0].Complete(t.Context(), "irk", "en-US"), (bot.Choice{Label: "irk-en", Value: "irk-en"}); !slices.Equal(got, []bot.Choice{want}) {
		t.Errorf("choices %v", got)
	}
	c, _ = service(t, func(p *bot.Parts) { p.Delegations = nil }).Command("delegation")
	if got := c.Options[0].Complete(t.Context(), "irk", "fr"); len(got) != 0 {
		t.Errorf("choices %v without dossiers", got)
	}
}

func TestSourcesCommand(t *testing.T) {
	firstLetters := func(word, _ string) string {
		return map[string]string{"иркутск": "irkutsk", "irkoutsk": "irkutsk", "irkutsk": "irkutsk"}[strings.ToLower(word)]
	}
	for name, c := range map[string]struct {
		about       string
		documents   []string
		publishers  []bot.Publisher
		first, last string
	}{
		"all":                       {"", nil, []bot.Publisher{{Name: "Le Courrier", Documents: 2}, {Documents: 1}}, "2018-11-26/2018-11-29", "2024"},
		"a place without accents":   {"IRKOUTSK", []string{"irkoutsk"}, []bot.Publisher{{Name: "Le Courrier", Documents: 1}}, "2018-11-26/2018-11-29", "2018-11-26/2018-11-29"},
		"a beginning":               {"ile de fr", []string{"kalouga"}, []bot.Publisher{{Name: "Le Courrier", Documents: 1}}, "2024", "2024"},
		"a ligature":                {"oeuvre", []string{"kalouga"}, []bot.Publisher{{Name: "Le Courrier", Documents: 1}}, "2024", "2024"},
		"a person":                  {"sergueï levtchenko", []string{"irkoutsk"}, []bot.Publisher{{Name: "Le Courrier", Documents: 1}}, "2018-11-26/2018-11-29", "2018-11-26/2018-11-29"},
		"a publisher, latest first": {"courrier", []string{"kalouga", "irkoutsk"}, []bot.Publisher{{Name: "Le Courrier", Documents: 2}}, "2018-11-26/2018-11-29", "2024"},
		"another script":            {"Иркутск", []string{"irkoutsk"}, []bot.Publisher{{Name: "Le Courrier", Documents: 1}}, "2018-11-26/2018-11-29", "2018-11-26/2018-11-29"},
		"every word must be there":  {"irkoutsk kalouga", nil, nil, "", ""},
		"nothing to look for":       {"…", nil, nil, "", ""},
		"not within a word":         {"koutsk", nil, nil, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := service(t, func(p *bot.Parts) { p.NameKey = firstLetters })
			reply, err := s.Run(t.Context(), "sources", bot.Invocation{Options: map[string]string{"about": c.about}, Language: "fr"})
			if err != nil {
				t.Fatal(err)
			}
			got := reply.Sources
			if got == nil || got.Total != 3 || got.About != c.about || got.First.Text != c.first || got.Last.Text != c.last {
				t.Fatalf("sources %+v", got)
			}
			var ids []string
			for _, d := range got.Documents {
				ids = append(ids, d.ID)
			}
			if !slices.Equal(ids, c.documents) || !slices.Equal(got.Publishers, c.publishers) {
				t.Errorf("documents %v by %v, want %v by %v", ids, got.Publishers, c.documents, c.publishers)
			}
		})
	}
}

func TestHelpCommand(t *testing.T) {
	reply, err := service(t, nil).Run(t.Context(), "help", bot.Invocation{Language: "ru"})
	if err != nil || reply.Language != "ru" || reply.Help == nil || len(reply.Help.Commands) != 4 || !slices.Equal(reply.Help.Places, []string{"-ru"}) {
		t.Errorf("reply %+v, %v", reply, err)
	}
}

func TestCommandsAndNoticesHaveTheirTexts(t *testing.T) {
	var keys []string
	for _, c := range service(t, nil).Commands() {
		keys = append(keys, "command."+c.Name+".name", "command."+c.Name+".description")
		for _, o := range c.Options {
			keys = append(keys, "command."+c.Name+"."+o.Name+".name", "command."+c.Name+"."+o.Name+".description")
		}
	}
	for _, notice := range []bot.Notice{
		bot.NoticeModelTimeout, bot.NoticeModelBusy, bot.NoticeModelDown, bot.NoticeModelRefused, bot.NoticeModelGarbled,
		bot.NoticeModelUnproven, bot.NoticeModelPartly, bot.NoticeWithoutMeaning, bot.NoticePartialMeaning,
	} {
		keys = append(keys, "notice."+string(notice))
	}
	texts := load(t)
	for _, key := range keys {
		if !texts.Has(key) {
			t.Errorf("no text %s", key)
		}
	}
}
