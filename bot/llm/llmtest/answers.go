package llmtest

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
)

// Draft is the JSON that the bot asks a model for.
type Draft struct {
	Answerable bool    `json:"answerable"`
	Claims     []Claim `json:"claims"`
}

// Claim is one sentence with what is said to prove it.
type Claim struct {
	Text     string     `json:"text"`
	Evidence []Evidence `json:"evidence"`
}

// Evidence is a quote and the id of the passage it is said to stand in.
type Evidence struct {
	ID    string `json:"id"`
	Quote string `json:"quote"`
}

// Says answers with exactly this text, as a whole message.
func Says(text string) Behaviour {
	return func(w http.ResponseWriter, _ *http.Request, in Request) { writeCompletion(w, in, text, "stop") }
}

// Drafts answers with what make draws up from the passages of the request.
func Drafts(draw func([]Passage) Draft) Behaviour {
	return func(w http.ResponseWriter, _ *http.Request, in Request) {
		writeCompletion(w, in, marshal(draw(in.Passages())), "stop")
	}
}

// Good quotes the first sentence of each of the first two passages and claims just what they say.
func Good(w http.ResponseWriter, r *http.Request, in Request) { Drafts(honest)(w, r, in) }

// Fenced is Good inside a Markdown code fence.
func Fenced(w http.ResponseWriter, _ *http.Request, in Request) {
	writeCompletion(w, in, "```json\n"+marshal(honest(in.Passages()))+"\n```\n", "stop")
}

// Unanswerable says that the passages do not answer.
func Unanswerable(w http.ResponseWriter, _ *http.Request, in Request) {
	writeCompletion(w, in, marshal(Draft{Claims: []Claim{}}), "stop")
}

// Lying tells every lie of Lies, one claim each, and nothing true.
func Lying(w http.ResponseWriter, r *http.Request, in Request) {
	Drafts(func(passages []Passage) Draft {
		out := Draft{Answerable: true}
		for _, lie := range Lies() {
			out.Claims = append(out.Claims, lie.Draw(passages)...)
		}
		return out
	})(w, r, in)
}

// Partly tells one true claim between all lies.
func Partly(w http.ResponseWriter, r *http.Request, in Request) {
	Drafts(func(passages []Passage) Draft {
		out := Draft{Answerable: true}
		for i, lie := range Lies() {
			if i == 1 {
				out.Claims = append(out.Claims, honest(passages).Claims[:1]...)
			}
			out.Claims = append(out.Claims, lie.Draw(passages)...)
		}
		return out
	})(w, r, in)
}

// Lie is one way of claiming what the passages do not prove. Draw returns nothing where they give no occasion for it.
type Lie struct {
	Name string
	Draw func([]Passage) []Claim
}

// LieMark stands in the text of every claim of Lies, so that a test can look for it in what is shown.
const LieMark = "MENSONGE"

// Lies lists the lies.
func Lies() []Lie {
	return []Lie{
		{"invented quote", func(p []Passage) []Claim {
			return eachFirst(p, func(p Passage) Claim {
				return claim("invented", p.ID, "Le ministre a signé un accord secret avec la ville de Marseille.")
			})
		}},
		{"id of no passage", func(p []Passage) []Claim {
			return eachFirst(p, func(p Passage) Claim { return claim("wrong id", "p-none", firstSentence(p.Text)) })
		}},
		{"no evidence", func(p []Passage) []Claim {
			return []Claim{{Text: LieMark + " without evidence."}}
		}},
		{"empty quote", func(p []Passage) []Claim {
			return eachFirst(p, func(p Passage) Claim { return claim("empty quote", p.ID, "…") })
		}},
		{"quote of another passage", func(p []Passage) []Claim {
			if len(p) < 2 || strings.Contains(p[1].Text, firstSentence(p[0].Text)) {
				return nil
			}
			return []Claim{claim("other passage", p[1].ID, firstSentence(p[0].Text))}
		}},
		{"altered number in the quote", func(p []Passage) []Claim {
			return eachNumber(p, func(p Passage, sentence, number string) Claim {
				return claim("altered quote", p.ID, strings.Replace(sentence, number, "9"+number, 1))
			})
		}},
		{"altered number in the claim", func(p []Passage) []Claim {
			return eachNumber(p, func(p Passage, sentence, number string) Claim {
				return claim(strings.Replace(sentence, number, "9"+number, 1), p.ID, sentence)
			})
		}},
		{"stitched quote", func(p []Passage) []Claim {
			return eachFirst(p, func(p Passage) Claim {
				words := strings.Fields(p.Text)
				return claim("stitched", p.ID, strings.Join(append(words[:min(5, len(words)/3)], words[2*len(words)/3:]...), " "))
			})
		}},
		{"altered word", func(p []Passage) []Claim {
			return eachFirst(p, func(p Passage) Claim {
				words := strings.Fields(firstSentence(p.Text))
				words[len(words)/2] = "jamais"
				return claim("altered word", p.ID, strings.Join(words, " "))
			})
		}},
		{"one true quote, one invented", func(p []Passage) []Claim {
			return eachFirst(p, func(p Passage) Claim {
				c := claim("half proven", p.ID, firstSentence(p.Text))
				c.Evidence = append(c.Evidence, Evidence{ID: p.ID, Quote: "et un accord secret a été signé le soir même"})
				return c
			})
		}},
		{"a short quote", func(p []Passage) []Claim {
			return eachFirst(p, func(p Passage) Claim {
				words := strings.Fields(p.Text)
				return claim("short quote", p.ID, strings.Join(words[1:3], " "))
			})
		}},
	}
}

func claim(text, id, quote string) Claim {
	return Claim{Text: LieMark + " " + text, Evidence: []Evidence{{ID: id, Quote: quote}}}
}

func eachFirst(passages []Passage, draw func(Passage) Claim) []Claim {
	if len(passages) == 0 {
		return nil
	}
	return []Claim{draw(passages[0])}
}

var numberPattern = regexp.MustCompile(`\b[0-9]+\b`)

func eachNumber(passages []Passage, draw func(p Passage, sentence, number string) Claim) []Claim {
	for _, p := range passages {
		sentence := firstSentence(p.Text)
		if number := numberPattern.FindString(sentence); number != "" {
			return []Claim{draw(p, sentence, number)}
		}
	}
	return nil
}

func honest(passages []Passage) Draft {
	out := Draft{Answerable: len(passages) > 0, Claims: []Claim{}}
	for _, p := range passages[:min(2, len(passages))] {
		quote := firstSentence(p.Text)
		out.Claims = append(out.Claims, Claim{Text: quote, Evidence: []Evidence{{ID: p.ID, Quote: quote}}})
	}
	return out
}

func firstSentence(text string) string {
	text = strings.TrimSpace(text)
	if end := strings.Index(text, ". "); end >= 0 {
		return text[:end+1]
	}
	return text
}

func marshal(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		panic("llmtest: " + err.Error()) // only text is ever marshalled
	}
	return string(out)
}
