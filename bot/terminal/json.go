package terminal

import (
	"bytes"
	"encoding/json"
	"io"

	"passerelle/bot"
	"passerelle/retrieval"
)

// Encoder writes replies as JSON for programs, one object a line. Field names are a contract: they may be added to, not
// changed. Every start and end is a byte offset into the text of that document as Document writes it.
type Encoder struct{ out io.Writer }

// NewEncoder writes to out.
func NewEncoder(out io.Writer) *Encoder { return &Encoder{out} }

type answerJSON struct {
	Status    bot.Status     `json:"status"`
	Mode      bot.Mode       `json:"mode"`
	Language  string         `json:"language"`
	Notice    bot.Notice     `json:"notice"`
	Claims    []claimJSON    `json:"claims"`
	Citations []citationJSON `json:"citations"`
	Rewritten string         `json:"rewritten,omitempty"` // the question as it was searched, where that is not the message
}

type claimJSON struct {
	Text      string      `json:"text"`
	Citations []int       `json:"citations"`
	Checks    []checkJSON `json:"checks,omitempty"` // of its proof, where they were asked for
}

type checkJSON struct {
	Check  string `json:"check"`
	OK     bool   `json:"ok"`
	Looked string `json:"looked,omitempty"`
	Why    string `json:"why"`
}

type citationJSON struct {
	N        int    `json:"n"`
	Document string `json:"document"`
	Passage  string `json:"passage"`
	Title    string `json:"title"`
	Source   string `json:"source"`
	URL      string `json:"url"`
	Date     string `json:"date"`
	Kind     string `json:"kind"`
	Quote    string `json:"quote"`
	Start    int    `json:"start"`
	End      int    `json:"end"`
	// Instructs: the passage gives orders to a program that reads it.
	Instructs bool `json:"instructs,omitempty"`
}

type hitJSON struct {
	Question int     `json:"question"`
	Rank     int     `json:"rank"`
	Score    float64 `json:"score"`
	Document string  `json:"document"`
	Passage  string  `json:"passage"`
	Title    string  `json:"title"`
	Date     string  `json:"date"`
	Start    int     `json:"start"`
	End      int     `json:"end"`
	Text     string  `json:"text"`
}

type documentJSON struct {
	ID            string   `json:"id"`
	Title         string   `json:"title"`
	Source        string   `json:"source"`
	URL           string   `json:"url"`
	Date          string   `json:"date"`
	Language      string   `json:"language"`
	Kind          string   `json:"kind"`
	Places        []string `json:"places"`
	People        []string `json:"people"`
	Organisations []string `json:"organisations"`
	Bytes         int      `json:"bytes"`
	Text          *string  `json:"text,omitempty"`
}

type dossierJSON struct {
	Asked       string           `json:"asked"`
	Place       string           `json:"place"`
	Nearest     []string         `json:"nearest"`
	Delegations []delegationJSON `json:"delegations"`
	Citations   []citationJSON   `json:"citations"`
}

type delegationJSON struct {
	Title     string      `json:"title"`
	Documents []string    `json:"documents"`
	Date      string      `json:"date"`
	From      []string    `json:"from"`
	To        []string    `json:"to"`
	Head      []claimJSON `json:"head"`
	Members   []claimJSON `json:"members"`
	Visited   []claimJSON `json:"visited"`
	Met       []claimJSON `json:"met"`
	Companies []claimJSON `json:"companies"`
	Signed    []claimJSON `json:"signed"`
	Told      []claimJSON `json:"told"` // where nothing else is known
	Planned   []claimJSON `json:"planned"`
	Followed  []claimJSON `json:"followed"`
	Announced bool        `json:"announced"` // nothing says yet that it took place
}

type checkedJSON struct {
	Checked []sentenceJSON `json:"checked"`
	Left    int            `json:"left"` // sentences that were too many
}

type sentenceJSON struct {
	Text      string         `json:"text"`
	Verdict   bot.Verdict    `json:"verdict"`
	Citations []citationJSON `json:"citations"` // numbered through all sentences
}

type failureJSON struct {
	Question int    `json:"question"`
	Error    string `json:"error"`
}

// Answer writes one answer.
func (e *Encoder) Answer(a bot.Answer) error { return e.answer(a, false) }

// ExplainedAnswer writes one answer, with the checks of each claim's proof.
func (e *Encoder) ExplainedAnswer(a bot.Answer) error { return e.answer(a, true) }

func (e *Encoder) answer(a bot.Answer, explained bool) error {
	out := answerJSON{
		Status: a.Status, Mode: a.Mode, Language: a.Language, Notice: a.Notice,
		Claims: []claimJSON{}, Citations: citations(a.Citations), Rewritten: a.Rewritten,
	}
	for _, c := range a.Claims {
		claim := claimJSON{Text: c.Text, Citations: list(c.Citations)}
		if explained {
			claim.Checks = checks(c.Checks)
		}
		out.Claims = append(out.Claims, claim)
	}
	return e.write(out)
}

// Hits writes the hits of one question, which is numbered from 1.
func (e *Encoder) Hits(question int, hits []retrieval.Hit) error {
	for i, h := range hits {
		err := e.write(hitJSON{
			Question: question, Rank: i + 1, Score: h.Score, Document: h.Document.ID, Passage: h.Passage.ID, Title: h.Document.Title,
			Date: h.Document.Date.Text, Start: h.Passage.Start, End: h.Passage.End, Text: h.Passage.Text,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Failure writes what went wrong with one question.
func (e *Encoder) Failure(question int, message string) error {
	return e.write(failureJSON{question, message})
}

// Documents writes one object a document, without its text.
func (e *Encoder) Documents(documents []*retrieval.Document) error {
	for _, d := range documents {
		if err := e.write(describe(d)); err != nil {
			return err
		}
	}
	return nil
}

// Document writes one document with its text.
func (e *Encoder) Document(d *retrieval.Document) error {
	out := describe(d)
	out.Text = &d.Text
	return e.write(out)
}

// Dossier writes what is known of the delegations of a place; every line of it has the numbers of its citations.
func (e *Encoder) Dossier(d bot.Dossier) error {
	type place struct {
		document string
		retrieval.Span
	}
	numbers := map[place]int{}
	for _, c := range d.Citations {
		numbers[place{c.Document.ID, c.Span}] = c.N
	}
	facts := func(facts []retrieval.Fact) []claimJSON {
		out := []claimJSON{}
		for _, f := range facts {
			cited := []int{}
			if n, ok := numbers[place{f.Document, f.Span}]; ok {
				cited = append(cited, n)
			}
			out = append(out, claimJSON{Text: f.Text, Citations: cited})
		}
		return out
	}
	out := dossierJSON{Asked: d.Asked, Place: d.Place, Nearest: list(d.Nearest), Delegations: []delegationJSON{}, Citations: citations(d.Citations)}
	for _, one := range d.Delegations {
		out.Delegations = append(out.Delegations, delegationJSON{
			Title: one.Title, Documents: list(one.Documents), Date: one.Date.Text, From: list(one.From), To: list(one.To),
			Head: facts(one.Head), Members: facts(one.Members), Visited: facts(one.Visited), Met: facts(one.Met),
			Companies: facts(one.Companies), Signed: facts(one.Signed), Planned: facts(one.Planned), Followed: facts(one.Followed),
			Announced: one.Announced, Told: facts(one.Told),
		})
	}
	return e.write(out)
}

// Check writes what the documents say of a text: each sentence with its verdict and citations.
func (e *Encoder) Check(r bot.CheckReply) error {
	out := checkedJSON{Checked: []sentenceJSON{}, Left: r.Left}
	for _, c := range r.Checked {
		out.Checked = append(out.Checked, sentenceJSON{c.Text, c.Verdict, citations(c.Citations)})
	}
	return e.write(out)
}

// Object writes anything else, such as a report.
func (e *Encoder) Object(v any) error { return e.write(v) }

func citations(cited []bot.Citation) []citationJSON {
	out := []citationJSON{}
	for _, c := range cited {
		d := c.Document
		out = append(out, citationJSON{
			N: c.N, Document: d.ID, Passage: c.Passage, Title: d.Title, Source: d.Source, URL: d.URL, Date: d.Date.Text, Kind: d.Kind,
			Quote: c.Quote(), Start: c.Start, End: c.End, Instructs: c.Instructs,
		})
	}
	return out
}

func checks(made []bot.Check) []checkJSON {
	out := []checkJSON{}
	for _, c := range made {
		out = append(out, checkJSON{c.Name, c.OK, c.Looked, c.Why})
	}
	return out
}

func describe(d *retrieval.Document) documentJSON {
	return documentJSON{
		ID: d.ID, Title: d.Title, Source: d.Source, URL: d.URL, Date: d.Date.Text, Language: d.Language, Kind: d.Kind,
		Places: list(d.Places), People: list(d.People), Organisations: list(d.Organisations), Bytes: len(d.Text),
	}
}

// list is never null in JSON.
func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

func (e *Encoder) write(v any) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return err
	}
	_, err := e.out.Write(escapeControls(b.Bytes()))
	return err
}

// escapeControls writes DEL and the C1 controls as \u00XX, which JSON allows raw and a terminal obeys. They can only
// stand within strings.
func escapeControls(encoded []byte) []byte {
	const digits = "0123456789abcdef"
	var out []byte
	for i := 0; i < len(encoded); i++ {
		c := encoded[i]
		switch {
		case c == 0x7f:
			out = append(out, `\u007f`...)
		case c == 0xc2 && i+1 < len(encoded) && encoded[i+1] >= 0x80 && encoded[i+1] <= 0x9f:
			i++
			out = append(out, '\\', 'u', '0', '0', digits[encoded[i]>>4], digits[encoded[i]&15])
		default:
			out = append(out, c)
		}
	}
	return out
}
