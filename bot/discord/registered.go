package discord

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"

	"github.com/bwmarrin/discordgo"
)

// Change is a command that Discord has otherwise than this program describes it.
type Change struct {
	Command string
	Kind    ChangeKind
}

// ChangeKind is what becomes of a command.
type ChangeKind string

// Kinds of a Change.
const (
	Added   ChangeKind = "+"
	Removed ChangeKind = "-"
	Changed ChangeKind = "~"
)

// Diff tells what Sync would change, over REST alone: no connection to the gateway is made.
func (b *Bot) Diff(ctx context.Context) ([]Change, error) {
	return b.withREST(ctx, func(r rest, application string) ([]Change, error) {
		changes, _, err := r.differences(ctx, application, b.cfg.Guild, b.commands)
		return changes, err
	})
}

// Sync registers the commands where they differ from what Discord has, all with one call, and tells what changed.
func (b *Bot) Sync(ctx context.Context) ([]Change, error) {
	return b.withREST(ctx, func(r rest, application string) ([]Change, error) {
		return r.register(ctx, application, b.cfg.Guild, b.commands)
	})
}

func (b *Bot) withREST(ctx context.Context, do func(rest, string) ([]Change, error)) ([]Change, error) {
	client, release := b.client()
	defer release()
	r, err := newRest(b.cfg.Token, client)
	if err != nil {
		return nil, fmt.Errorf("discord: %w", err)
	}
	application, err := r.application(ctx)
	if err != nil {
		return nil, err
	}
	return do(r, application)
}

// register replaces all commands of an application by these where they differ: everywhere, or in one guild.
func (r rest) register(ctx context.Context, application, guild string, commands []*discordgo.ApplicationCommand) ([]Change, error) {
	changes, wanted, err := r.differences(ctx, application, guild, commands)
	if err != nil || len(changes) == 0 {
		return nil, err
	}
	_, err = r.do(ctx, http.MethodPut, commandsEndpoint(application, guild), sent(wanted))
	return changes, redact("register commands", err)
}

// sentCommand is a command as Discord takes it: it gives permissions as a text, and wants them as a number.
type sentCommand struct {
	*discordgo.ApplicationCommand
	Permissions *int64 `json:"default_member_permissions,omitempty"`
}

func sent(commands []*discordgo.ApplicationCommand) []sentCommand {
	out := []sentCommand{}
	for _, c := range commands {
		out = append(out, sentCommand{c, c.DefaultMemberPermissions})
	}
	return out
}

// differences are the changes that bring Discord's commands to these, and these as they are to be sent.
func (r rest) differences(ctx context.Context, application, guild string, commands []*discordgo.ApplicationCommand) ([]Change, []*discordgo.ApplicationCommand, error) {
	wanted := commands
	if guild != "" { // a guild's commands are of that guild, which Discord wants unsaid
		wanted = nil
		for _, c := range commands {
			one := *c
			one.Contexts, one.IntegrationTypes = nil, nil
			wanted = append(wanted, &one)
		}
	}
	registered, err := r.commands(ctx, commandsEndpoint(application, guild))
	if err != nil {
		return nil, nil, err
	}
	if guild != "" {
		for _, c := range registered {
			c.Contexts, c.IntegrationTypes = nil, nil
		}
	}
	changes, err := compare(wanted, registered)
	return changes, wanted, err
}

func commandsEndpoint(application, guild string) string {
	if guild != "" {
		return discordgo.EndpointApplicationGuildCommands(application, guild)
	}
	return discordgo.EndpointApplicationGlobalCommands(application)
}

// described is a command with what people notice of it, in one form whether it is ours or came back from Discord.
type described struct {
	Type         int               `json:"type"`
	Name         string            `json:"name"`
	Names        map[string]string `json:"name_localizations,omitempty"`
	Description  string            `json:"description,omitempty"`
	Descriptions map[string]string `json:"description_localizations,omitempty"`
	Permissions  string            `json:"default_member_permissions,omitempty"`
	Contexts     []int             `json:"contexts,omitempty"`
	Integrations []int             `json:"integration_types,omitempty"`
	Options      []describedOption `json:"options,omitempty"`
}

type describedOption struct {
	Type         int               `json:"type"`
	Name         string            `json:"name"`
	Names        map[string]string `json:"name_localizations,omitempty"`
	Description  string            `json:"description"`
	Descriptions map[string]string `json:"description_localizations,omitempty"`
	Required     bool              `json:"required"`
	Autocomplete bool              `json:"autocomplete"`
	Most         float64           `json:"max_value"`
	Least        float64           `json:"min_value"`
	MaxLength    int               `json:"max_length"`
	Channels     []int             `json:"channel_types"`
	Choices      []struct {
		Name  string            `json:"name"`
		Names map[string]string `json:"name_localizations,omitempty"`
		Value any               `json:"value"`
	} `json:"choices"`
}

func compare(wanted, registered []*discordgo.ApplicationCommand) ([]Change, error) {
	ours, err := normalise(wanted)
	if err != nil {
		return nil, err
	}
	theirs, err := normalise(registered)
	if err != nil {
		return nil, err
	}
	var changes []Change
	for _, key := range slices.Sorted(maps.Keys(ours)) {
		c, known := theirs[key]
		switch {
		case !known:
			changes = append(changes, Change{ours[key].Name, Added})
		case !reflect.DeepEqual(ours[key], c):
			changes = append(changes, Change{ours[key].Name, Changed})
		}
	}
	for _, key := range slices.Sorted(maps.Keys(theirs)) {
		if _, wanted := ours[key]; !wanted {
			changes = append(changes, Change{theirs[key].Name, Removed})
		}
	}
	slices.SortStableFunc(changes, func(a, b Change) int { return cmp.Compare(a.Command, b.Command) })
	return changes, nil
}

// normalise brings commands to a form in which nothing said and the empty are the same.
func normalise(commands []*discordgo.ApplicationCommand) (map[string]described, error) {
	encoded, err := json.Marshal(commands)
	if err != nil {
		return nil, fmt.Errorf("compare commands: %w", err)
	}
	var all []described
	if err := json.Unmarshal(encoded, &all); err != nil {
		return nil, fmt.Errorf("compare commands: %w", err)
	}
	out := map[string]described{}
	for _, c := range all {
		c.Names, c.Descriptions = filled(c.Names), filled(c.Descriptions)
		slices.Sort(c.Contexts)
		slices.Sort(c.Integrations)
		for i := range c.Options {
			o := &c.Options[i]
			o.Names, o.Descriptions = filled(o.Names), filled(o.Descriptions)
			slices.Sort(o.Channels)
			o.Channels, o.Choices = emptyIsNil(o.Channels), emptyIsNil(o.Choices)
			for j := range o.Choices {
				o.Choices[j].Names = filled(o.Choices[j].Names)
			}
		}
		c.Contexts, c.Integrations, c.Options = emptyIsNil(c.Contexts), emptyIsNil(c.Integrations), emptyIsNil(c.Options)
		out[fmt.Sprintf("%d %s", c.Type, c.Name)] = c
	}
	return out, nil
}

func filled(m map[string]string) map[string]string {
	if len(m) == 0 {
		return nil
	}
	return m
}

func emptyIsNil[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}
