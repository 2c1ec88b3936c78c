package terminal

import (
	"strings"
	"unicode"
)

// suggestion is a question as it stands, or a command as a person would type it where they are.
func (p *Printer) suggestion(text string) string {
	name, argument, isCommand := p.command(text)
	if !isCommand || p.shell == "" {
		return text
	}
	if strings.ContainsFunc(argument, special) {
		argument = "'" + strings.ReplaceAll(argument, "'", `'\''`) + "'"
	}
	return strings.TrimSpace(p.shell + " " + name + " " + argument)
}

// usage is the same for a line that tells how a command is used.
func (p *Printer) usage(text string) string {
	name, rest, isCommand := p.command(text)
	if !isCommand || p.shell == "" {
		return text
	}
	return strings.TrimSpace(p.shell + " " + name + " " + rest)
}

// command splits a text that begins with a slash and the name of a command.
func (p *Printer) command(text string) (name, rest string, ok bool) {
	name, rest, _ = strings.Cut(text, " ")
	name, slash := strings.CutPrefix(name, "/")
	return name, rest, slash && p.texts.Has("command."+name+".name")
}

// special tells that a shell may take a rune for more than itself.
func special(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.Mn, r) && !strings.ContainsRune(" -.,’", r)
}
