package answer

import (
	"context"
	"encoding/json"
	"errors"

	"golang.org/x/sync/errgroup"

	"passerelle/bot"
	"passerelle/bot/llm"
	"passerelle/prompts"
)

// maxOpinions is how many second opinions are asked for at once.
const maxOpinions = 3

// judgeAll drops the proven sentences that the model, asked about each with its quotes alone, does not find in them.
func (w *writing) judgeAll(ctx context.Context) error {
	w.tell(bot.Checking)
	supported := make([]bool, len(w.kept))
	var opinions errgroup.Group
	opinions.SetLimit(maxOpinions)
	for i, k := range w.kept {
		opinions.Go(func() error {
			var err error
			supported[i], err = w.supported(ctx, k)
			if err != nil && !errors.Is(err, context.Canceled) {
				w.parts.Log.WarnContext(ctx, "no second opinion, the claim is dropped", "error", err)
				return nil
			}
			return err
		})
	}
	if err := opinions.Wait(); err != nil {
		return err
	}
	var kept []proven
	for i, k := range w.kept {
		if supported[i] {
			kept = append(kept, k)
		}
	}
	w.dropped += len(w.kept) - len(kept)
	w.kept, w.shown = kept, true
	w.tell(bot.Checking)
	return nil
}

func (w *writing) supported(ctx context.Context, claim proven) (bool, error) {
	asked := prompts.Judge{Claim: claim.text}
	for _, q := range claim.proof.Quotes {
		asked.Quotes = append(asked.Quotes, prompts.Passage{Date: q.Document.Date.Text, Title: q.Document.Title, Text: q.Text()})
	}
	messages, err := asked.Messages()
	if err != nil {
		return false, err
	}
	response, err := w.complete(ctx, llm.Request{Messages: inWire(messages), Schema: w.judge, SchemaName: "opinion"})
	if err != nil {
		return false, err
	}
	var opinion struct {
		Supported bool `json:"supported"`
	}
	if err := json.Unmarshal([]byte(response.Text), &opinion); err != nil {
		return false, garbled("no opinion")
	}
	return opinion.Supported, nil
}
