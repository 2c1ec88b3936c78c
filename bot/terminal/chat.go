package terminal

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"golang.org/x/text/unicode/norm"

	"passerelle/bot"
	"passerelle/bot/card"
	"passerelle/bot/locale"
)

// maxTurns is how many earlier turns a question is given; what was said before them is forgotten.
const maxTurns = 10

// Service is what a conversation needs of bot.Service.
type Service interface {
	Ask(ctx context.Context, q bot.Question) (bot.Answer, error)
	Run(ctx context.Context, command string, in bot.Invocation) (bot.Reply, error)
	Commands() []bot.Command
}

// Chat is a conversation: free text asks, /command runs a command under its base name or any localised one.
type Chat struct {
	Service  Service
	Texts    *locale.Texts
	Printer  *Printer
	Language string // answers are in this language; "" for that of each question
	Client   string // language of everything else
	// Prompt is written before each line is read; "" for input that is no terminal.
	Prompt  string
	earlier []bot.Turn
	spoken  string // language of the last reply; "" before the first
}

// Run reads lines until the input ends, /quit, or ctx is done. A question that fails is said and the conversation goes
// on; an error means that nothing can be read or written any more, or is that of ctx.
func (c *Chat) Run(ctx context.Context, in io.Reader, out io.Writer) error {
	input := NewInput(in)
	if c.Prompt != "" {
		if err := c.say("chat.welcome", nil); err != nil {
			return err
		}
	}
	for {
		if _, err := io.WriteString(out, c.Prompt); err != nil {
			return err
		}
		text, _, err := input.Next(ctx)
		if errors.Is(err, ErrLine) {
			if err := c.Printer.Line(err.Error()); err != nil {
				return err
			}
			continue
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		quit, err := c.turn(ctx, text)
		if quit || err != nil {
			return err
		}
	}
}

func (c *Chat) turn(ctx context.Context, text string) (quit bool, err error) {
	name, rest, isCommand := "ask", text, strings.HasPrefix(text, "/")
	if isCommand {
		typed, after, _ := strings.Cut(text[1:], " ")
		rest = strings.TrimSpace(after)
		if c.isQuit(typed) {
			if c.Prompt == "" {
				return true, nil
			}
			return true, c.say("chat.goodbye", nil)
		}
		known := c.names()
		found, ok := known[fold(typed)]
		if !ok {
			return false, c.unknown(typed, known)
		}
		name = found
	}
	reply, err := c.run(ctx, name, rest)
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		return false, c.Printer.Line(Message(c.Texts, c.language(), err))
	}
	c.spoken = reply.Language
	if reply.Answer != nil {
		c.earlier = after(c.earlier, bot.Turn{Question: rest, Answer: reply.Answer})
		if err := c.understood(reply); err != nil {
			return false, err
		}
	}
	if err := c.Printer.Card(card.Layout(c.Texts, reply)); err != nil {
		return false, err
	}
	return false, c.Printer.Gap()
}

// understood says what was searched in the place of a message that leans on those before it.
func (c *Chat) understood(reply bot.Reply) error {
	if reply.Answer.Rewritten == "" {
		return nil
	}
	text := c.Texts.Text(reply.Language, "chat.understood", locale.Data{"Question": reply.Answer.Rewritten})
	return errors.Join(c.Printer.Aside(text), c.Printer.Gap())
}

func (c *Chat) run(ctx context.Context, name, rest string) (bot.Reply, error) {
	if language, ok := bot.Greeting(rest); ok && name == "ask" {
		return c.Service.Run(ctx, "help", bot.Invocation{Language: cmp.Or(c.Language, language)})
	}
	if name == "ask" {
		// Not through the command: it goes by the language of the question, and --language must win.
		answer, err := c.Service.Ask(ctx, bot.Question{Text: rest, Language: c.Language, Earlier: slices.Clone(c.earlier)})
		if err != nil {
			return bot.Reply{}, err
		}
		return bot.Reply{Language: answer.Language, Answer: &answer}, nil
	}
	in := bot.Invocation{Options: map[string]string{}, Language: c.Client}
	if rest == "" {
		in.Language = c.language()
	}
	commands := c.Service.Commands()
	i := slices.IndexFunc(commands, func(command bot.Command) bool { return command.Name == name })
	if i >= 0 && len(commands[i].Options) > 0 && rest != "" {
		option := commands[i].Options[0].Name
		in.Options[option] = c.withoutName(name, option, rest)
	}
	return c.Service.Run(ctx, name, in)
}

// withoutName drops "place:" from "place: Irkoutsk", as Discord writes a command.
func (c *Chat) withoutName(command, option, rest string) string {
	before, after, ok := strings.Cut(rest, ":")
	if !ok {
		return rest
	}
	names := []string{fold(option)}
	for _, language := range c.Texts.Languages() {
		names = append(names, fold(c.Texts.Text(language, "command."+command+"."+option+".name", nil)))
	}
	if slices.Contains(names, fold(strings.TrimSpace(before))) {
		return strings.TrimSpace(after)
	}
	return rest
}

// names leads from every name of every command to its base name.
func (c *Chat) names() map[string]string {
	names := map[string]string{}
	for _, command := range c.Service.Commands() {
		names[fold(command.Name)] = command.Name
		for _, language := range c.Texts.Languages() {
			names[fold(c.Texts.Text(language, "command."+command.Name+".name", nil))] = command.Name
		}
	}
	return names
}

func (c *Chat) isQuit(typed string) bool {
	typed = fold(typed)
	return slices.ContainsFunc(c.Texts.Languages(), func(language string) bool {
		return slices.Contains(strings.Fields(c.Texts.Text(language, "cli.quit.names", nil)), typed)
	})
}

func (c *Chat) unknown(typed string, known map[string]string) error {
	typed = Clean(typed)
	if err := c.say("chat.unknown_command", locale.Data{"Name": typed}); err != nil {
		return err
	}
	best, distance := "", len(typed)
	for name := range known {
		d := levenshtein.ComputeDistance(fold(typed), name)
		if d < distance || d == distance && name < best {
			best, distance = name, d
		}
	}
	// More than half of the letters changed is another word, not a slip.
	if best == "" || distance > (len([]rune(typed))+1)/2 {
		return nil
	}
	return c.say("cli.nearest_command", locale.Data{"Name": best})
}

func (c *Chat) say(key string, data locale.Data) error {
	return c.Printer.Line(c.Texts.Text(c.language(), key, data))
}

// language is that of what is said beside the replies: the one that was asked for, else the one last spoken.
func (c *Chat) language() string { return cmp.Or(c.Language, c.spoken, c.Client) }

// Message is what a person reads about an error: the text for what they did wrong, else the error itself, which in a
// terminal is theirs to mend.
func Message(texts *locale.Texts, language string, err error) string {
	var wrong *bot.UserError
	if errors.As(err, &wrong) {
		return texts.Text(language, wrong.Key, locale.Data(wrong.Data))
	}
	return Clean(err.Error())
}

// fold makes spellings of a command meet: letter case, and composed or decomposed accents.
func fold(name string) string { return norm.NFC.String(strings.ToLower(name)) }
