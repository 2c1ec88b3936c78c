package answer_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/bot"
	"passerelle/bot/answer"
	"passerelle/bot/llm"
	"passerelle/bot/llm/llmtest"
	"passerelle/retrieval"
)

// quoting claims a text by a quote of the passage at a place.
func quoting(text string, p llmtest.Passage, quote string) llmtest.Claim {
	return llmtest.Claim{Text: text, Evidence: []llmtest.Evidence{{ID: p.ID, Quote: quote}}}
}

const (
	partners = "est allée chercher des partenaires à Paris et à Lyon, du 26 au 29 novembre 2018"
	wine     = "ont l’intention de faire du vin ensemble, en Sibérie"
)

// TestStreamedIsTheSame: in pieces or whole, the same claims are shown, with the same citations and notice.
func TestStreamedIsTheSame(t *testing.T) {
	for name, behaviours := range map[string][]llmtest.Behaviour{
		"good": {llmtest.Good}, "fenced": {llmtest.Fenced}, "lying": {llmtest.Lying}, "partly": {llmtest.Partly},
		"unanswerable": {llmtest.Unanswerable}, "truncated": {llmtest.Truncated}, "unfinished": {llmtest.Unfinished},
		"prose": {llmtest.Prose}, "reset": {llmtest.Reset}, "mended": {llmtest.Lying, llmtest.Good}, "broken at mending": {llmtest.Partly, llmtest.Reset},
	} {
		t.Run(name, func(t *testing.T) {
			var answers []bot.Answer
			for _, stream := range []bool{false, true} {
				s := newShelf(t)
				got := ask(t, newAnswerer(t, llmtest.New(t, behaviours...), setting{shelf: s, stream: stream}), question)
				checkShown(t, got, s)
				if len(got.Claims) == 0 || name != "good" && name != "fenced" && name != "unanswerable" && name != "mended" && got.Notice == "" {
					t.Errorf("stream %v: %d claims, notice %q", stream, len(got.Claims), got.Notice)
				}
				answers = append(answers, got)
			}
			if diff := cmp.Diff(answers[0], answers[1]); diff != "" {
				t.Errorf("whole, in pieces:\n%s", diff)
			}
		})
	}
}

// TestStreamFaults are those that only streams have.
func TestStreamFaults(t *testing.T) {
	for name, c := range map[string]struct {
		behaviour llmtest.Behaviour
		want      bot.Notice
	}{
		"error of OpenAI's form": {llmtest.ErrorMidStream(llmtest.OpenAIError), bot.NoticeModelGarbled},
		"error of vLLM's form":   {llmtest.ErrorMidStream(llmtest.VLLMError), bot.NoticeModelGarbled},
		"half an event":          {llmtest.HalfEvent, bot.NoticeModelGarbled},
		"one piece":              {llmtest.OnePiece, ""},
		"a page":                 {llmtest.NotEvents, bot.NoticeModelGarbled},
		"kept alive":             {llmtest.KeptAlive, ""},
		"no [DONE]":              {llmtest.Undone, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf(t)
			got := ask(t, newAnswerer(t, llmtest.New(t, c.behaviour), setting{shelf: s, stream: true}), question)
			checkShown(t, got, s)
			if got.Notice != c.want || (got.Mode == bot.Generative) != (c.want == "") || len(got.Claims) == 0 {
				t.Errorf("answer %+v", got)
			}
		})
	}
}

// TestProgress: each step is told in its order, each claim as soon as it is proven, and nothing that is not proven.
func TestProgress(t *testing.T) {
	for _, stream := range []bool{false, true} {
		t.Run(fmt.Sprint("stream ", stream), func(t *testing.T) {
			s := newShelf(t)
			var told []bot.Progress
			q := question
			q.Progress = func(p bot.Progress) { told = append(told, p) }
			server := llmtest.New(t, llmtest.Partly, llmtest.Good)
			got := ask(t, newAnswerer(t, server, setting{shelf: s, stream: stream}), q)
			var steps []bot.Step
			claims := 0
			for _, p := range told {
				if len(steps) == 0 || steps[len(steps)-1] != p.Step {
					steps = append(steps, p.Step)
				}
				if len(p.Claims) < claims {
					t.Errorf("%d claims after %d", len(p.Claims), claims)
				}
				claims = len(p.Claims)
				checkShown(t, bot.Answer{Claims: p.Claims, Citations: p.Citations}, s)
				if p.Step != bot.Searching && (p.Language != retrieval.French || p.Passages != len(s.documents)) {
					t.Errorf("progress %+v", p)
				}
			}
			if want := []bot.Step{bot.Searching, bot.Reading, bot.Writing, bot.Checking}; !slices.Equal(steps, want) {
				t.Errorf("steps %q, want %q", steps, want)
			}
			if claims != len(got.Claims) || claims != 2 {
				t.Errorf("%d claims told, %d answered", claims, len(got.Claims))
			}
		})
	}
	t.Run("claims of a model that has not called them an answer", func(t *testing.T) {
		server := llmtest.New(t, func(w http.ResponseWriter, r *http.Request, in llmtest.Request) {
			p := in.Passages()
			claim, err := json.Marshal(quoting("Du vin est prévu en Sibérie.", p[2], wine))
			if err != nil {
				t.Error(err)
			}
			llmtest.Says(`{"claims":[`+string(claim)+`],"answerable":false}`)(w, r, in)
		})
		q := question
		q.Progress = func(p bot.Progress) {
			if len(p.Claims) > 0 {
				t.Errorf("told %+v", p)
			}
		}
		if got := ask(t, newAnswerer(t, server, setting{shelf: newShelf(t), stream: true}), q); got.Status != bot.Related || got.Mode != bot.Extractive {
			t.Errorf("answer %+v", got)
		}
	})
}

// TestRepair: what failed is named once, with why, and what then fails stays out.
func TestRepair(t *testing.T) {
	good := func(p []llmtest.Passage) llmtest.Claim { return quoting("Du vin est prévu en Sibérie.", p[2], wine) }
	bad := func(p []llmtest.Passage) llmtest.Claim {
		return quoting("La région d’Irkoutsk est allée chercher 77 partenaires.", p[0], partners)
	}
	better := func(p []llmtest.Passage) llmtest.Claim {
		return quoting("La région cherchait des partenaires à Lyon.", p[0], partners)
	}
	type claims []func([]llmtest.Passage) llmtest.Claim
	drafts := func(answerable bool, all claims) llmtest.Behaviour {
		return llmtest.Drafts(func(p []llmtest.Passage) llmtest.Draft {
			d := llmtest.Draft{Answerable: answerable, Claims: []llmtest.Claim{}}
			for _, c := range all {
				d.Claims = append(d.Claims, c(p))
			}
			return d
		})
	}
	tests := []struct {
		name     string
		first    claims
		second   llmtest.Behaviour
		want     []string
		notice   bot.Notice
		status   bot.Status
		requests int
	}{
		{"nothing failed", claims{good}, llmtest.Slow, []string{"Du vin"}, "", bot.Answered, 1},
		{"mended", claims{good, bad}, drafts(true, claims{better}), []string{"Du vin", "La région cherchait des"}, "", bot.Answered, 2},
		{"mended from nothing", claims{bad}, drafts(true, claims{better}), []string{"La région cherchait des"}, "", bot.Answered, 2},
		{"failed again", claims{good, bad}, drafts(true, claims{bad}), []string{"Du vin"}, bot.NoticeModelPartly, bot.Answered, 2},
		{"one of two mended", claims{good, bad, bad}, drafts(true, claims{better}), []string{"Du vin", "La région cherchait des"}, bot.NoticeModelPartly, bot.Answered, 2},
		{"said again", claims{good, bad}, drafts(true, claims{good}), []string{"Du vin"}, bot.NoticeModelPartly, bot.Answered, 2},
		{"given up", claims{good, bad}, drafts(false, nil), []string{"Du vin"}, bot.NoticeModelPartly, bot.Answered, 2},
		{"given up all", claims{bad}, drafts(false, nil), nil, "", bot.Related, 2},
		{"claims that it does not call an answer", claims{bad}, drafts(false, claims{better}), nil, "", bot.Related, 2},
		{"broken", claims{good, bad}, llmtest.Status(500), []string{"Du vin"}, bot.NoticeModelPartly, bot.Answered, 2},
		{"cut short", claims{good, bad}, llmtest.CutShort, []string{"Du vin"}, bot.NoticeModelPartly, bot.Answered, 2},
		{"broken after nothing", claims{bad}, llmtest.Status(500), nil, bot.NoticeModelUnproven, bot.Answered, 2},
	}
	for _, tt := range tests {
		for _, stream := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, stream %v", tt.name, stream), func(t *testing.T) {
				s := newShelf(t)
				server := llmtest.New(t, drafts(true, tt.first), tt.second)
				got := ask(t, newAnswerer(t, server, setting{shelf: s, stream: stream}), question)
				checkShown(t, got, s)
				if got.Notice != tt.notice || got.Status != tt.status || (got.Mode == bot.Generative) != (tt.want != nil) || len(got.Claims) == 0 {
					t.Errorf("answer %+v", got)
				}
				for i, want := range tt.want {
					if len(got.Claims) != len(tt.want) || !strings.HasPrefix(got.Claims[i].Text, want) {
						t.Errorf("claims %+v, want %q", got.Claims, tt.want)
						break
					}
				}
				requests := server.Requests()
				if len(requests) != tt.requests {
					t.Fatalf("%d requests", len(requests))
				}
				if tt.requests == 2 {
					last := requests[1].LastUser()
					for _, want := range []string{"<dropped>La région d’Irkoutsk est allée chercher 77 partenaires.</dropped>", "<why>", "77</why>", "<passage id=\"" + requests[0].Passages()[0].ID} {
						if !strings.Contains(last, want) {
							t.Errorf("the second request lacks %q:\n%s", want, last)
						}
					}
					if strings.Contains(last, "<dropped>Du vin") {
						t.Error("what was proven is asked for again")
					}
				}
			})
		}
	}
}

// TestJudge: a second opinion can only reject.
func TestJudge(t *testing.T) {
	drafting := llmtest.Drafts(func(p []llmtest.Passage) llmtest.Draft {
		return llmtest.Draft{Answerable: true, Claims: []llmtest.Claim{
			quoting("Du vin est prévu en Sibérie.", p[2], wine),
			quoting("La région cherchait des partenaires à Lyon.", p[0], partners),
		}}
	})
	// Opinions come in any order, so the judge goes by the claim.
	judging := func(opinion func(asked string) string) llmtest.Behaviour {
		return func(w http.ResponseWriter, r *http.Request, in llmtest.Request) {
			if strings.Contains(in.LastUser(), "<claim>") {
				if said := opinion(in.LastUser()); said != "" {
					llmtest.Says(said)(w, r, in)
					return
				}
				llmtest.Status(500)(w, r, in)
				return
			}
			drafting(w, r, in)
		}
	}
	const yes, no = `{"supported": true}`, `{"supported":false}`
	tests := []struct {
		name    string
		opinion func(asked string) string
		want    int // claims
		notice  bot.Notice
	}{
		{"all good", func(string) string { return yes }, 2, ""},
		{"one rejected", func(asked string) string {
			if strings.Contains(asked, "Du vin est prévu") {
				return no
			}
			return yes
		}, 1, bot.NoticeModelPartly},
		{"all rejected", func(string) string { return no }, 0, bot.NoticeModelUnproven},
		{"no opinion", func(string) string { return "I think so." }, 0, bot.NoticeModelUnproven},
		{"broken", func(string) string { return "" }, 0, bot.NoticeModelUnproven},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newShelf(t)
			server := llmtest.New(t, judging(tt.opinion))
			q := question
			last := 0
			q.Progress = func(p bot.Progress) { last = len(p.Claims) }
			got := ask(t, newAnswerer(t, server, setting{shelf: s, stream: true, parts: answer.Parts{Judge: true}}), q)
			checkShown(t, got, s)
			if got.Notice != tt.notice || (got.Mode == bot.Generative) != (tt.want > 0) || tt.want > 0 && len(got.Claims) != tt.want || last != tt.want {
				t.Errorf("answer %+v, %d claims told", got, last)
			}
			requests := server.Requests()
			if len(requests) != 3 {
				t.Fatalf("%d requests", len(requests))
			}
			for _, r := range requests[1:] {
				if asked := r.LastUser(); strings.Contains(asked, "vingt rendez-vous") || !strings.Contains(asked, "<quote date=") || strings.Contains(asked, question.Text) {
					t.Errorf("the judge sees more than a claim and its quotes:\n%s", asked)
				}
			}
		})
	}
}

// TestDeadline: all that the model is asked about a question has one end.
func TestDeadline(t *testing.T) {
	drafts := llmtest.Drafts(func(p []llmtest.Passage) llmtest.Draft {
		return llmtest.Draft{Answerable: true, Claims: []llmtest.Claim{quoting("Du vin est prévu en Sibérie.", p[2], wine), {Text: "Et puis ?"}}}
	})
	for name, c := range map[string]struct {
		behaviours []llmtest.Behaviour
		notice     bot.Notice
		mode       bot.Mode
	}{
		"nothing comes":         {[]llmtest.Behaviour{llmtest.Slow}, bot.NoticeModelTimeout, bot.Extractive},
		"it drips":              {[]llmtest.Behaviour{llmtest.Drip}, bot.NoticeModelTimeout, bot.Extractive},
		"what is proven stands": {[]llmtest.Behaviour{drafts, llmtest.Slow}, bot.NoticeModelPartly, bot.Generative},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf(t)
			a := newAnswerer(t, llmtest.New(t, c.behaviours...), setting{shelf: s, stream: true, parts: answer.Parts{Timeout: 300 * time.Millisecond}})
			got := ask(t, a, question)
			checkShown(t, got, s)
			if got.Notice != c.notice || got.Mode != c.mode || len(got.Claims) == 0 {
				t.Errorf("answer %+v", got)
			}
		})
	}
}

// deaf is a model of another's making that sends nothing before the whole.
type deaf struct{ say func([]llm.Message) string }

func (d deaf) Complete(_ context.Context, r llm.Request) (llm.Response, error) {
	if text := d.say(r.Messages); text != "" {
		return llm.Response{Text: text}, nil
	}
	return llm.Response{}, errors.New("out of order")
}

func TestModelsOfOthers(t *testing.T) {
	for text, want := range map[string]bot.Notice{`{"answerable":true,"claims":[]}`: bot.NoticeModelUnproven, "?": bot.NoticeModelGarbled, "": bot.NoticeModelDown} {
		s := newShelf(t)
		a, err := answer.New(answer.Parts{
			Extractive: answer.NewExtractive(s), Searcher: s, Gates: gates(t),
			Model: deaf{func([]llm.Message) string { return text }},
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := ask(t, a, question); got.Notice != want || len(got.Claims) == 0 {
			t.Errorf("%q: %+v", text, got)
		}
	}
}
