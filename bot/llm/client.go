package llm

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/sashabaranov/go-openai"

	"passerelle/internal/compatible"
)

// DefaultBaseURL is asked when a Config names none.
const DefaultBaseURL = compatible.DefaultBaseURL

// DefaultTimeout bounds one Complete when a Config sets no Timeout.
const DefaultTimeout = 30 * time.Second

// Ways to ask for JSON, for Config.ResponseFormat. Servers differ in which they know: OpenAI, llama.cpp, vLLM and
// Ollama know all; LM Studio rejects json_object, DeepSeek rejects json_schema.
const (
	FormatSchema = "json_schema"
	FormatObject = "json_object"
	FormatNone   = "none"
)

// Names of the field that bounds a message, for Config.MaxTokensField.
const (
	FieldMaxTokens           = "max_tokens"
	FieldMaxCompletionTokens = "max_completion_tokens"
)

// Config says which model to ask, and how. Model is required.
type Config struct {
	BaseURL        string        // http or https, up to and with /v1; "" for DefaultBaseURL
	Model          string        // as the server names it
	Key            string        // sent as a bearer token; "" for servers that want none
	Timeout        time.Duration // for one Complete, retry included; 0 for DefaultTimeout
	MaxTokens      int           // bound on the message; 0 leaves it to the server
	MaxTokensField string        // FieldMaxTokens, FieldMaxCompletionTokens, or "" for FieldMaxTokens
	ResponseFormat string        // FormatSchema, FormatObject, FormatNone, or "" for FormatSchema
	// StrictSchema asks for FormatSchema with "strict": true, as OpenAI's own models keep to it without fail. The lengths
	// that a schema limits are then left out of it: servers that are strict about schemas refuse maxLength and maxItems.
	// Otherwise the schema goes as it is; local servers keep to that too, lengths included.
	StrictSchema bool
	Stream       bool // the message comes in pieces where Request.OnText is set
	StreamUsage  bool // stream_options asks for the count of tokens, which not every server takes
	// OmitTemperature leaves temperature out of the request, for reasoning models that accept only their own.
	// Otherwise temperature 0 is sent.
	OmitTemperature bool
	// Transport carries the requests; nil for a transport of the client's own.
	Transport http.RoundTripper
}

// Client is a Model behind an OpenAI-compatible API.
type Client struct {
	config Config
	http   *http.Client
	api    *openai.Client
}

// New returns a Client, or says what in the Config is wrong. It connects to nothing yet.
func New(c Config) (*Client, error) {
	c = c.withDefaults()
	if err := c.check(); err != nil {
		return nil, err
	}
	hc := compatible.HTTPClient(c.Transport)
	api := openai.DefaultConfig(c.Key)
	api.BaseURL = c.BaseURL
	api.HTTPClient = &wire{http: hc, key: c.Key, zeroTemperature: !c.OmitTemperature}
	api.EmptyMessagesLimit = maxStream // comments are taken out before
	return &Client{config: c, http: hc, api: openai.NewClientWithConfig(api)}, nil
}

func (c Config) withDefaults() Config {
	if c.BaseURL == "" {
		c.BaseURL = DefaultBaseURL
	}
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	if c.MaxTokensField == "" {
		c.MaxTokensField = FieldMaxTokens
	}
	if c.ResponseFormat == "" {
		c.ResponseFormat = FormatSchema
	}
	return c
}

func (c Config) check() error {
	if err := cmp.Or(compatible.CheckBaseURL(c.BaseURL), compatible.CheckKey(c.Key)); err != nil {
		return fmt.Errorf("model %w", err)
	}
	switch {
	case c.Model == "":
		return errors.New("model name: missing; name the model as its server does")
	case c.Timeout < 0:
		return fmt.Errorf("model timeout: %v is negative", c.Timeout)
	case c.MaxTokens < 0:
		return fmt.Errorf("model max tokens: %d is negative", c.MaxTokens)
	case c.MaxTokensField != FieldMaxTokens && c.MaxTokensField != FieldMaxCompletionTokens:
		return fmt.Errorf("model max tokens field: %q is neither %s nor %s", c.MaxTokensField, FieldMaxTokens, FieldMaxCompletionTokens)
	case c.ResponseFormat != FormatSchema && c.ResponseFormat != FormatObject && c.ResponseFormat != FormatNone:
		return fmt.Errorf("model response format: %q is none of %s, %s, %s", c.ResponseFormat, FormatSchema, FormatObject, FormatNone)
	}
	return nil
}

// Close releases idle connections.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// maxRetryWait is how long a busy server is waited for. A person is waiting too, and there is an answer without a
// model, so only a pause that would go unnoticed is worth it.
const maxRetryWait = 2 * time.Second

// Complete implements Model. A server that is busy (429) and asks for a pause of at most two seconds is asked once
// more, if the pause fits before the deadline; nothing else is ever tried again.
func (c *Client) Complete(ctx context.Context, r Request) (Response, error) {
	bounded, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	resp, err := c.complete(bounded, r)
	var failed *Error
	if errors.As(err, &failed) && failed.Kind == Busy && waitFor(bounded, failed.RetryAfter) {
		resp, err = c.complete(bounded, r)
	}
	if err != nil && errors.Is(ctx.Err(), context.Canceled) {
		return Response{}, fmt.Errorf("model: %w", ctx.Err())
	}
	return resp, err
}

// waitFor pauses as long as a server asked and tells whether asking again makes sense.
func waitFor(ctx context.Context, pause time.Duration) bool {
	if pause < 0 || pause > maxRetryWait {
		return false
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= pause {
		return false
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (c *Client) complete(ctx context.Context, r Request) (Response, error) {
	if c.config.Stream && r.OnText != nil {
		return c.stream(ctx, r)
	}
	resp, err := c.whole(ctx, r)
	if err == nil && r.OnText != nil {
		r.OnText(resp.Text)
	}
	return resp, err
}

// whole asks for a message in one piece.
func (c *Client) whole(ctx context.Context, r Request) (Response, error) {
	out, err := c.api.CreateChatCompletion(ctx, c.request(r))
	if err != nil {
		return Response{}, classify(err)
	}
	if len(out.Choices) == 0 {
		return Response{}, garbled("no choices")
	}
	choice := out.Choices[0]
	if choice.Message.Refusal != "" {
		return Response{}, garbled("the model declined")
	}
	if err := finished(choice.FinishReason, choice.Message.Content); err != nil {
		return Response{}, err
	}
	return Response{
		Text:             choice.Message.Content,
		Model:            out.Model,
		PromptTokens:     out.Usage.PromptTokens,
		CompletionTokens: out.Usage.CompletionTokens,
	}, nil
}

func (c *Client) request(r Request) openai.ChatCompletionRequest {
	out := openai.ChatCompletionRequest{Model: c.config.Model}
	for _, m := range r.Messages {
		out.Messages = append(out.Messages, openai.ChatCompletionMessage{Role: m.Role, Content: m.Content})
	}
	if c.config.MaxTokensField == FieldMaxCompletionTokens {
		out.MaxCompletionTokens = c.config.MaxTokens
	} else {
		out.MaxTokens = c.config.MaxTokens //nolint:staticcheck // what most local servers know
	}
	if r.Schema == nil {
		return out
	}
	switch c.config.ResponseFormat {
	case FormatObject:
		out.ResponseFormat = &openai.ChatCompletionResponseFormat{Type: openai.ChatCompletionResponseFormatTypeJSONObject}
	case FormatSchema:
		schema := r.Schema
		if c.config.StrictSchema {
			schema = withoutLimits(schema)
		}
		out.ResponseFormat = &openai.ChatCompletionResponseFormat{
			Type: openai.ChatCompletionResponseFormatTypeJSONSchema,
			JSONSchema: &openai.ChatCompletionResponseFormatJSONSchema{
				Name: r.SchemaName, Schema: schema, Strict: c.config.StrictSchema,
			},
		}
	}
	return out
}

// withoutLimits takes the keywords out of a schema that strict servers refuse.
func withoutLimits(schema json.RawMessage) json.RawMessage {
	var tree any
	if json.Unmarshal(schema, &tree) != nil {
		return schema
	}
	prune(tree)
	pruned, err := json.Marshal(tree)
	if err != nil {
		return schema
	}
	return pruned
}

func prune(node any) {
	switch node := node.(type) {
	case map[string]any:
		for _, limit := range []string{"maxLength", "maxItems"} {
			if _, number := node[limit].(float64); number { // else a property of that name
				delete(node, limit)
			}
		}
		for _, below := range node {
			prune(below)
		}
	case []any:
		for _, below := range node {
			prune(below)
		}
	}
}

// classify makes an *Error of whatever a request failed with.
func classify(err error) error {
	var known *Error
	var network net.Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, openai.ErrReasoningModelMaxTokensDeprecated), errors.Is(err, openai.ErrReasoningModelLimitationsOther):
		return &Error{Kind: Refused, RetryAfter: -1, Why: "this model does not take these settings", Err: err}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return &Error{Kind: Timeout, RetryAfter: -1, Why: "no whole answer before the deadline", Err: context.DeadlineExceeded}
	case errors.Is(err, compatible.ErrTransport):
		return &Error{Kind: Down, RetryAfter: -1, Err: err}
	default:
		// What is left is go-openai's own: a body that is JSON but not of a chat completion's form. Its text may
		// repeat the body.
		return garbled("not a chat completion")
	}
}

func garbled(why string) *Error { return &Error{Kind: Garbled, RetryAfter: -1, Why: why} }
