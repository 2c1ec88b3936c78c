package discordtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"strings"
)

// Flags of messages.
const (
	flagEphemeral    = 1 << 6
	flagComponentsV2 = 1 << 15
)

// checkComponents checks a message that is made of components alone: what the reference of components and of messages
// says in prose.
func checkComponents(body map[string]any) (broken []string) {
	for _, other := range []string{"content", "embeds", "poll", "sticker_ids"} {
		if body[other] != nil {
			broken = append(broken, fmt.Sprintf("%s beside components that make the whole message", other))
		}
	}
	seen := census{ids: map[string]bool{}}
	for _, c := range list(body["components"]) {
		seen.take(object(c), true)
	}
	if seen.parts > 40 {
		seen.say("%d components, at most 40", seen.parts)
	}
	if seen.text > 4000 {
		seen.say("%d characters in all texts, at most 4000", seen.text)
	}
	return append(broken, seen.broken...)
}

// census counts what Discord limits over all components of a message.
type census struct {
	parts, text int
	ids         map[string]bool
	broken      []string
}

func (s *census) say(format string, args ...any) {
	s.broken = append(s.broken, fmt.Sprintf(format, args...))
}

func (s *census) take(c map[string]any, top bool) {
	s.parts++
	children := list(c["components"])
	switch c["type"] {
	case 1.0:
		s.row(children)
	case 2.0, 3.0:
		if top {
			s.say("a button or select outside a row")
		}
		s.control(c)
	case 9.0:
		if n := len(children); n < 1 || n > 3 || c["accessory"] == nil {
			s.say("a section of %d texts, accessory %v", n, c["accessory"])
		}
	case 10.0:
		s.text += length(c["content"])
		s.broken = append(s.broken, size("text", c["content"], 1, 4000)...)
	case 13.0, 14.0:
	case 17.0:
		if !top || len(children) == 0 {
			s.say("a container within another component, or an empty one")
		}
	default:
		s.say("a component of type %v", c["type"])
	}
	for _, child := range children {
		s.take(object(child), false)
	}
	if accessory := object(c["accessory"]); accessory != nil {
		s.take(accessory, false)
	}
}

func (s *census) row(parts []any) {
	selects := 0
	for _, p := range parts {
		if object(p)["type"] == 3.0 {
			selects++
		}
	}
	if len(parts) < 1 || len(parts) > 5 || selects > 0 && len(parts) > 1 {
		s.say("a row of %d components, %d of them selects", len(parts), selects)
	}
}

func (s *census) control(c map[string]any) {
	id, _ := c["custom_id"].(string)
	address, _ := c["url"].(string)
	link := c["style"] == 5.0 && c["type"] == 2.0
	switch {
	case link != (id == ""):
		s.say("a link button takes an url, any other control a custom_id")
	case link && !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://"):
		s.say("a link button to %q", address)
	case !link && s.ids[id]:
		s.say("the custom_id %q twice", id)
	}
	s.ids[id] = true
	s.broken = append(s.broken, size("custom_id", id, 0, 100)...)
	if c["type"] == 2.0 {
		s.broken = append(s.broken, size("button's label", c["label"], 1, 80)...)
		return
	}
	options := list(c["options"])
	if len(options) < 1 || len(options) > 25 {
		s.say("%d options, 1 to 25 are allowed", len(options))
	}
	s.broken = append(s.broken, size("placeholder", c["placeholder"], 0, 150)...)
	values := map[any]bool{}
	for _, o := range options {
		option := object(o)
		if values[option["value"]] {
			s.say("the option %v twice", option["value"])
		}
		values[option["value"]] = true
		s.broken = append(s.broken, size("option's label", option["label"], 1, 100)...)
		s.broken = append(s.broken, size("option's value", option["value"], 1, 100)...)
		s.broken = append(s.broken, size("option's description", option["description"], 0, 100)...)
	}
}

func checkModal(data map[string]any) (broken []string) {
	broken = append(broken, size("modal's title", data["title"], 1, 45)...)
	broken = append(broken, size("modal's custom_id", data["custom_id"], 1, 100)...)
	for _, r := range list(data["components"]) {
		for _, i := range list(object(r)["components"]) {
			input := object(i)
			if input["type"] != 4.0 {
				broken = append(broken, fmt.Sprintf("a component of type %v in a modal's row", input["type"]))
			}
			broken = append(broken, size("input's label", input["label"], 1, 45)...)
			broken = append(broken, size("input's placeholder", input["placeholder"], 0, 100)...)
		}
	}
	return broken
}

// unpack takes the JSON and the files, by name, out of a form; what is no form is JSON itself.
func unpack(contentType string, body []byte) ([]byte, map[string]string, error) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || kind != "multipart/form-data" {
		return body, nil, nil //nolint:nilerr // a body without a type that says so is no form
	}
	files := map[string]string{}
	for form := multipart.NewReader(bytes.NewReader(body), params["boundary"]); ; {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return body, files, nil
		}
		if err != nil {
			return nil, nil, fmt.Errorf("form: %w", err)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return nil, nil, fmt.Errorf("form: %w", err)
		}
		if part.FormName() == "payload_json" {
			body = content
		} else {
			files[part.FileName()] = string(content)
		}
	}
}

// checkFiles checks that each file is named as an attachment and shown by a component.
func checkFiles(body []byte, files map[string]string) (broken []string) {
	if len(files) == 0 {
		return nil
	}
	var m struct {
		Attachments []struct{ Filename string }
	}
	if err := json.Unmarshal(body, &m); err != nil || len(m.Attachments) != len(files) {
		return []string{fmt.Sprintf("%d files and %d attachments", len(files), len(m.Attachments))}
	}
	for _, a := range m.Attachments {
		if _, ok := files[a.Filename]; !ok || !bytes.Contains(body, []byte("attachment://"+a.Filename)) {
			broken = append(broken, fmt.Sprintf("attachment %q is no file of the form, or shown by no component", a.Filename))
		}
	}
	return broken
}

// File is the content of a file that came with a message.
func (s *Server) File(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.files[name]
}
