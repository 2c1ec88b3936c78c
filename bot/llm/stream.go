package llm

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/sashabaranov/go-openai"
)

// stream asks for a message in pieces and hands each on as it comes. A message without finish_reason was cut short,
// however the stream ended.
func (c *Client) stream(ctx context.Context, r Request) (Response, error) {
	request := c.request(r)
	if c.config.StreamUsage {
		request.StreamOptions = &openai.StreamOptions{IncludeUsage: true}
	}
	stream, err := c.api.CreateChatCompletionStream(ctx, request)
	if err != nil {
		return Response{}, classify(err)
	}
	defer stream.Close()
	m := message{written: r.OnText}
	for {
		chunk, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return m.whole()
		}
		if err != nil {
			return Response{}, classify(err)
		}
		if err := m.add(chunk); err != nil {
			return Response{}, err
		}
	}
}

// message is what a stream has brought so far.
type message struct {
	written  func(string)
	text     strings.Builder
	response Response
	finish   openai.FinishReason
	choices  bool
}

func (m *message) add(chunk openai.ChatCompletionStreamResponse) error {
	if chunk.Model != "" {
		m.response.Model = chunk.Model
	}
	if chunk.Usage != nil {
		m.response.PromptTokens, m.response.CompletionTokens = chunk.Usage.PromptTokens, chunk.Usage.CompletionTokens
	}
	for _, choice := range chunk.Choices {
		if choice.Index != 0 {
			continue
		}
		m.choices = true
		if choice.Delta.Refusal != "" {
			return garbled("the model declined")
		}
		if piece := choice.Delta.Content; piece != "" {
			if m.finish != "" {
				return garbled("the message goes on after its end")
			}
			m.text.WriteString(piece)
			m.written(piece)
		}
		if choice.FinishReason != "" {
			m.finish = choice.FinishReason
		}
	}
	return nil
}

func (m *message) whole() (Response, error) {
	if !m.choices {
		return Response{}, garbled("no choices")
	}
	if err := finished(m.finish, m.text.String()); err != nil {
		return Response{}, err
	}
	m.response.Text = m.text.String()
	return m.response, nil
}

// finished tells what keeps a message from being a whole one.
func finished(finish openai.FinishReason, text string) error {
	switch {
	case finish == "" || finish == openai.FinishReasonNull:
		return garbled("no finish_reason: the message may be cut short")
	case finish != openai.FinishReasonStop:
		return garbled("finish_reason is not stop: the message is cut short or withheld")
	case text == "":
		return garbled("an empty message")
	}
	return nil
}
