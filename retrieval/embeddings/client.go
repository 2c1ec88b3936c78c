// Package embeddings asks a model behind any OpenAI-compatible /v1/embeddings for the vectors of questions and passages.
// What comes back is not trusted: its size is bounded, and every vector is checked and brought to length 1.
//
// A server that can be told to fail in many ways is in embeddingstest.
package embeddings

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sashabaranov/go-openai"

	"passerelle/internal/compatible"
)

// DefaultBaseURL is asked when a Config names none.
const DefaultBaseURL = compatible.DefaultBaseURL

// Limits and defaults of a Config.
const (
	DefaultTimeout = 30 * time.Second
	DefaultBatch   = 64
	MaxBatch       = 2048 // OpenAI's limit
	maxNameBytes   = 1 << 10
)

// maxQueryWait is how long a question waits for its vector, whatever the Timeout: words alone answer it, too.
const maxQueryWait = 5 * time.Second

// Config says which model to ask, and how. A model is required, for questions and for passages.
type Config struct {
	BaseURL       string        // http or https, up to and with /v1; "" for DefaultBaseURL
	QueryModel    string        // as the server names it; "" for PassageModel
	PassageModel  string        // "" for QueryModel
	QueryPrefix   string        // put before a question, such as "query: "
	PassagePrefix string        // put before a passage
	Batch         int           // texts a request; 0 for DefaultBatch
	Timeout       time.Duration // of a request; 0 for DefaultTimeout. Questions wait five seconds at most
	Key           string        // sent as a bearer token; "" for servers that want none
	// Transport carries the requests; nil for a transport of the client's own.
	Transport http.RoundTripper
}

// Client turns texts into vectors of length 1. It is safe for concurrent use.
type Client struct {
	config    Config
	http      *http.Client
	api       *openai.Client
	dimension atomic.Int64 // of all vectors, as the first answer had it; 0 before
}

// New returns a Client, or says what in the Config is wrong. It connects to nothing yet.
func New(c Config) (*Client, error) {
	c.BaseURL = cmp.Or(c.BaseURL, DefaultBaseURL)
	c.QueryModel, c.PassageModel = cmp.Or(c.QueryModel, c.PassageModel), cmp.Or(c.PassageModel, c.QueryModel)
	c.Batch, c.Timeout = cmp.Or(c.Batch, DefaultBatch), cmp.Or(c.Timeout, DefaultTimeout)
	if err := c.check(); err != nil {
		return nil, err
	}
	hc := compatible.HTTPClient(c.Transport)
	api := openai.DefaultConfig(c.Key)
	api.BaseURL = strings.TrimRight(c.BaseURL, "/")
	api.HTTPClient = &wire{http: hc, key: c.Key, maxBody: maxBody(c.Batch)}
	return &Client{config: c, http: hc, api: openai.NewClientWithConfig(api)}, nil
}

func (c Config) check() error {
	if err := cmp.Or(compatible.CheckBaseURL(c.BaseURL), compatible.CheckKey(c.Key)); err != nil {
		return fmt.Errorf("embeddings %w", err)
	}
	switch {
	case c.QueryModel == "":
		return errors.New("embeddings model: missing; name the model as its server does")
	case c.Timeout < 0:
		return fmt.Errorf("embeddings timeout: %v is negative", c.Timeout)
	case c.Batch < 0 || c.Batch > MaxBatch:
		return fmt.Errorf("embeddings batch: %d is not a number from 1 to %d", c.Batch, MaxBatch)
	}
	for _, text := range []string{c.QueryModel, c.PassageModel, c.QueryPrefix, c.PassagePrefix} {
		if len(text) > maxNameBytes/2 {
			return fmt.Errorf("embeddings: a model's name or a prefix has more than %d bytes", maxNameBytes/2)
		}
	}
	return nil
}

// Name tells apart what makes vectors incomparable: the models and the prefixes. The address does not count, as a model
// may move.
func (c *Client) Name() string {
	return fmt.Sprintf("embeddings %q %q %q %q", c.config.QueryModel, c.config.PassageModel, c.config.QueryPrefix, c.config.PassagePrefix)
}

// Dimension is how many numbers a vector has; 0 as long as there was none.
func (c *Client) Dimension() int { return int(c.dimension.Load()) }

// Close releases idle connections.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// Query returns the vector of a question. The error is an *Error, or wraps ctx.Err() when the caller gave up.
func (c *Client) Query(ctx context.Context, text string) ([]float32, error) {
	vectors, err := c.windowed(ctx, c.config.QueryModel, c.config.QueryPrefix, []string{text}, min(c.config.Timeout, maxQueryWait))
	if err != nil {
		return nil, err
	}
	return vectors[0], nil
}

// Passages returns the vectors of texts, in their order. Errors are those of Query; after one there are no vectors.
func (c *Client) Passages(ctx context.Context, texts []string) ([][]float32, error) {
	return c.windowed(ctx, c.config.PassageModel, c.config.PassagePrefix, texts, c.config.Timeout)
}

// windowed asks for the windows of all texts and averages those of each.
func (c *Client) windowed(ctx context.Context, model, prefix string, texts []string, timeout time.Duration) ([][]float32, error) {
	var pieces []string
	var owner []int
	for i, text := range texts {
		for _, piece := range windows(text) {
			pieces, owner = append(pieces, prefix+piece), append(owner, i)
		}
	}
	out := make([][]float32, len(texts))
	n := 0
	for batch := range slices.Chunk(pieces, c.config.Batch) {
		vectors, err := c.request(ctx, model, batch, timeout)
		if err != nil {
			return nil, err
		}
		for i, v := range vectors {
			to := &out[owner[n]]
			if *to == nil {
				*to = make([]float32, len(v))
			}
			for k, x := range v {
				(*to)[k] += x * float32(len(batch[i]))
			}
			n++
		}
	}
	for _, v := range out {
		if !normalise(v) {
			return nil, garbled("the parts of a long text have opposite vectors")
		}
	}
	return out, nil
}

// request asks for one batch, which must not be longer than the config's.
func (c *Client) request(ctx context.Context, model string, batch []string, timeout time.Duration) ([][]float32, error) {
	bounded, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	// Some servers send base64 when they are not asked for floats.
	response, err := c.api.CreateEmbeddings(bounded, openai.EmbeddingRequestStrings{
		Input: batch, Model: openai.EmbeddingModel(model), EncodingFormat: openai.EmbeddingEncodingFormatFloat,
	})
	if ctx.Err() != nil {
		return nil, fmt.Errorf("embeddings: %w", ctx.Err())
	}
	if err != nil {
		return nil, classify(err)
	}
	if len(response.Data) != len(batch) {
		return nil, garbled(fmt.Sprintf("%d vectors for %d texts", len(response.Data), len(batch)))
	}
	out := make([][]float32, len(batch))
	for _, e := range response.Data {
		switch {
		case e.Index < 0 || e.Index >= len(batch):
			return nil, garbled(fmt.Sprintf("a vector for text %d of %d", e.Index, len(batch)))
		case out[e.Index] != nil:
			return nil, garbled(fmt.Sprintf("two vectors for text %d", e.Index))
		case len(e.Embedding) == 0 || len(e.Embedding) > maxDimension:
			return nil, garbled(fmt.Sprintf("a vector of %d numbers", len(e.Embedding)))
		case !normalise(e.Embedding):
			return nil, garbled("a vector of zeros")
		}
		c.dimension.CompareAndSwap(0, int64(len(e.Embedding)))
		if want := c.Dimension(); len(e.Embedding) != want {
			return nil, garbled(fmt.Sprintf("a vector of %d numbers after some of %d", len(e.Embedding), want))
		}
		out[e.Index] = e.Embedding
	}
	return out, nil
}

// normalise brings a vector to length 1; false for one that has none.
func normalise(v []float32) bool {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	length := math.Sqrt(sum)
	if length == 0 || math.IsNaN(length) || math.IsInf(length, 0) {
		return false
	}
	for i := range v {
		v[i] = float32(float64(v[i]) / length)
	}
	return true
}

// windowRunes is the longest text that is sent whole. Many models read no more than 512 pieces of three or four letters;
// what they do with longer texts differs from an error to silence.
const windowRunes = 1500

// windows cuts a text between words into parts of about equal length, none longer than windowRunes.
func windows(text string) []string {
	runes := []rune(text)
	if len(runes) <= windowRunes {
		return []string{text}
	}
	parts := (len(runes) + windowRunes*9/10 - 1) / (windowRunes * 9 / 10)
	size := len(runes)/parts + 1
	var out []string
	for len(runes) > size {
		end := size
		for end > size*9/10 && runes[end] != ' ' {
			end--
		}
		if runes[end] != ' ' {
			end = size // no space in a tenth of a window: no text that has words
		}
		out = append(out, string(runes[:end]))
		runes = runes[end:]
	}
	return append(out, string(runes))
}

// classify makes an *Error of whatever a request failed with.
func classify(err error) error {
	var known *Error
	var network net.Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return &Error{Why: "no whole answer before the deadline", temporary: true, Err: context.DeadlineExceeded}
	case errors.Is(err, compatible.ErrTransport):
		return &Error{temporary: true, Err: err}
	default:
		// What is left is go-openai's own: a body that is JSON but not of embeddings' form. Its text may repeat the body.
		return garbled("not a list of vectors")
	}
}
