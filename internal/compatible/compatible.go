// Package compatible is what clients of any OpenAI-compatible server share: how an address and a key are checked, and how
// to read, from a server that is not trusted, what it says when it fails. The clients are bot/llm and retrieval/embeddings.
package compatible

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// DefaultBaseURL is asked when nobody names a server.
const DefaultBaseURL = "https://api.openai.com/v1"

// ErrTransport marks a failure of the connection rather than of what came over it.
var ErrTransport = errors.New("connection failed")

// maxDetailRunes bounds what is kept of a server's error message.
const maxDetailRunes = 300

// CheckBaseURL says what keeps an address from being asked. The error never repeats it, as it may hold a password.
func CheckBaseURL(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return errors.New("base URL: not an address; write it as https://host/v1")
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return errors.New("base URL: scheme or host is missing; write it as https://host/v1")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return errors.New("base URL: user, query and fragment are not used; give the key by its own setting")
	}
	return nil
}

// CheckKey says what keeps a key from being one.
func CheckKey(key string) error {
	if strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return errors.New("key: holds a space or another character that no key has; was it copied whole?")
	}
	return nil
}

// HTTPClient returns a client that follows no redirect, which would carry texts and questions to an address that nobody
// configured. A nil transport means one of the client's own.
func HTTPClient(transport http.RoundTripper) *http.Client {
	if transport == nil {
		transport = http.DefaultTransport.(*http.Transport).Clone()
	}
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// IsJSON tells a Content-Type of JSON.
func IsJSON(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && (media == "application/json" || strings.HasSuffix(media, "+json"))
}

// Detail takes the message out of an error body, whichever of the usual forms it has, fit to be shown to an operator: cut
// short, without control characters and without the key.
func Detail(body []byte, key string) string {
	var form struct {
		Error   json.RawMessage `json:"error"`
		Message string          `json:"message"`
	}
	if json.Unmarshal(body, &form) != nil {
		return ""
	}
	text := form.Message
	var nested struct {
		Message string `json:"message"`
	}
	var plain string
	switch {
	case json.Unmarshal(form.Error, &nested) == nil && nested.Message != "":
		text = nested.Message
	case json.Unmarshal(form.Error, &plain) == nil && plain != "":
		text = plain
	}
	if key != "" {
		text = strings.ReplaceAll(text, key, "[key]")
	}
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if runes := []rune(text); len(runes) > maxDetailRunes {
		text = string(runes[:maxDetailRunes]) + "…"
	}
	return text
}

// RetryAfter reads a Retry-After header: seconds or an HTTP date (RFC 9110, 10.2.3); false when there is none.
func RetryAfter(header string, now time.Time) (time.Duration, bool) {
	if seconds, err := strconv.Atoi(header); err == nil && seconds >= 0 {
		// More than a day is as good as a day, and cannot overflow a Duration.
		return time.Duration(min(seconds, 24*60*60)) * time.Second, true
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(at.Sub(now), 0), true
	}
	return 0, false
}
