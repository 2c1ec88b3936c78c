package prompts

import "encoding/json"

// Rewrite fills in the prompt that asks for a message of a conversation as a question that stands on its own.
type Rewrite struct {
	Language string   // of the question: "fr", "ru" or "en"
	Earlier  []string // earlier questions, oldest first
	Titles   []string // of the documents that were cited for the last of them
	Message  string
}

// Messages renders the prompt.
func (r Rewrite) Messages() ([]Message, error) {
	rules, err := text("rewrite_system.txt")
	if err != nil {
		return nil, err
	}
	if r.Language, err = languageName(r.Language); err != nil {
		return nil, err
	}
	asked, err := fill("rewrite_user.txt", r)
	if err != nil {
		return nil, err
	}
	return []Message{{"system", rules}, {"user", asked}}, nil
}

// RewriteSchema is the JSON schema of the reply that Rewrite asks for.
func RewriteSchema() (json.RawMessage, error) { return schema("rewrite_schema.json") }
