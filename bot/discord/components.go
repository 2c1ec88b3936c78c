package discord

// Types of components, from Discord's reference of components.
const (
	typeRow       = 1
	typeButton    = 2
	typeSelect    = 3
	typeInput     = 4
	typeSection   = 9
	typeText      = 10
	typeFile      = 13
	typeSeparator = 14
	typeContainer = 17
)

// Styles of buttons and of a text's input.
const (
	stylePrimary   = 1
	styleSecondary = 2
	styleDanger    = 4
	styleLink      = 5
	styleParagraph = 2 // of an input
)

// component is any of Discord's components, with the fields that its Type has. discordgo has a type for each, none of
// which can be read back from what was sent.
type component struct {
	Type        int            `json:"type"`
	CustomID    string         `json:"custom_id,omitempty"`
	Style       int            `json:"style,omitempty"`
	Label       string         `json:"label,omitempty"`
	URL         string         `json:"url,omitempty"`
	Content     string         `json:"content,omitempty"` // of a text
	Placeholder string         `json:"placeholder,omitempty"`
	Options     []selectOption `json:"options,omitempty"`
	MaxLength   int            `json:"max_length,omitempty"` // of an input
	Required    *bool          `json:"required,omitempty"`   // of an input
	AccentColor int            `json:"accent_color,omitempty"`
	File        *attached      `json:"file,omitempty"`
	Accessory   *component     `json:"accessory,omitempty"`
	Components  []component    `json:"components,omitempty"`
}

type selectOption struct {
	Label       string `json:"label"`
	Value       string `json:"value"`
	Description string `json:"description,omitempty"`
}

// attached names a file that comes with the message, as attachment://NAME.
type attached struct {
	URL string `json:"url"`
}

func textOf(content string) component { return component{Type: typeText, Content: content} }

func row(parts ...component) component { return component{Type: typeRow, Components: parts} }

func linkButton(label, address string) component {
	return component{Type: typeButton, Style: styleLink, Label: label, URL: address}
}

// count is the number of components, those within others included, as Discord's limit counts them.
func count(parts []component) int {
	n := len(parts)
	for _, p := range parts {
		n += count(p.Components)
		if p.Accessory != nil {
			n++
		}
	}
	return n
}
