package main

import (
	"errors"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"passerelle/bot/locale"
	"passerelle/retrieval"
)

type showCommand struct {
	Document string `arg:"" help:"The document's id, as passerelle documents lists it."`
	JSON     bool   `name:"json" help:"One JSON object; the starts and ends of citations are bytes of its text."`
}

// Run shows one document.
func (c *showCommand) Run(p *program) error {
	texts, documents, err := p.documents()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(documents, func(d *retrieval.Document) bool { return d.ID == c.Document })
	if i < 0 {
		data := locale.Data{"Asked": c.Document, "Nearest": strings.Join(nearest(c.Document, documents), ", ")}
		return errors.New(texts.Text(p.client(texts), "cli.unknown_document", data))
	}
	if c.JSON {
		return p.encoder().Document(documents[i])
	}
	return p.printer(texts).Document(documents[i], p.client(texts))
}

// nearest returns the ids that take the fewest edits.
func nearest(id string, documents []*retrieval.Document) []string {
	const most = 3
	var ids []string
	for _, d := range documents {
		ids = append(ids, d.ID)
	}
	slices.SortStableFunc(ids, func(a, b string) int {
		return levenshtein.ComputeDistance(id, a) - levenshtein.ComputeDistance(id, b)
	})
	return ids[:min(most, len(ids))]
}
