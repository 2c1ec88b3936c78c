package discord

import (
	"encoding/json"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"passerelle/bot/discord/gateway"
)

// maxGuilds bounds the guilds of which the language is remembered.
const maxGuilds = 100_000

func (r *run) shards() (*gateway.Shards, error) {
	intents := discordgo.IntentsGuilds | discordgo.IntentsGuildMessages | discordgo.IntentsDirectMessages
	if r.cfg.MessageContent {
		intents |= discordgo.IntentMessageContent
	}
	return gateway.New(gateway.Config{
		Token: r.cfg.Token, Intents: int(intents), Logger: r.log, Event: r.event, Observer: r.cfg.Observer,
		Dialer: &websocket.Dialer{HandshakeTimeout: sendTimeout},
	}, r.cfg.Shards, r.rest.gateway)
}

// event hands an event on. One that can't be decoded is left out as a whole: half of one would be taken for all of it.
func (r *run) event(shard int, name string, data json.RawMessage) {
	defer func() {
		if p := recover(); p != nil {
			r.log.Error("discord event failed", "event", name, "shard", shard, "error", panicked(p))
		}
	}()
	var err error
	switch name {
	case "READY":
		err = decode(data, r.ready)
	case "GUILD_CREATE":
		err = decode(data, r.joined)
	case "GUILD_DELETE":
		err = decode(data, r.left)
	case "MESSAGE_CREATE":
		err = decode(plainMessage(data), func(m *discordgo.Message) { r.message(m) })
	case "INTERACTION_CREATE":
		var in incoming
		if in, err = readInteraction(data); err == nil {
			r.arrived(in)
		}
	}
	if err != nil { // it may quote the event
		r.log.Warn("discord event not understood", "event", name, "shard", shard, "bytes", len(data))
	}
}

// incoming is an interaction with what Discord says of its channel, which discordgo leaves out.
type incoming struct {
	*discordgo.Interaction
	in channel
}

// readInteraction reads an interaction. Of a channel that is not told in full nothing is taken.
func readInteraction(data json.RawMessage) (incoming, error) {
	out := incoming{Interaction: &discordgo.Interaction{}}
	if err := json.Unmarshal(plainInteraction(data), out.Interaction); err != nil {
		return incoming{}, err
	}
	var told struct {
		Channel struct {
			channel
			ID string `json:"id"`
		} `json:"channel"`
	}
	if json.Unmarshal(data, &told) == nil && told.Channel.ID == out.ChannelID && (told.Channel.Parent != "" || !told.Channel.thread()) {
		out.in = told.Channel.channel
	}
	return out, nil
}

// arrived serves an interaction, wherever it came in. It tells whether there is still somebody to serve it.
func (r *run) arrived(i incoming) bool {
	r.mu.Lock()
	stopped := r.stopped
	r.mu.Unlock()
	if stopped {
		return false
	}
	if i.in != (channel{}) {
		r.channels.put(i.ChannelID, i.in)
	}
	r.take(i.Interaction)
	return true
}

func decode[T any](data json.RawMessage, handle func(*T)) error {
	event := new(T)
	if err := json.Unmarshal(data, event); err != nil {
		return err
	}
	handle(event)
	return nil
}

// plainMessage leaves out the components of a message and of the one it replies to: nobody here reads them, and discordgo
// gives up on a whole message for one of a kind that it does not know.
func plainMessage(data json.RawMessage) json.RawMessage {
	return without(data, func(m map[string]json.RawMessage) {
		delete(m, "components")
		delete(m, "message_snapshots")
		if replied, ok := m["referenced_message"]; ok {
			m["referenced_message"] = plainMessage(replied)
		}
	})
}

// plainInteraction does the same for the messages within an interaction.
func plainInteraction(data json.RawMessage) json.RawMessage {
	return without(data, func(i map[string]json.RawMessage) {
		if m, ok := i["message"]; ok {
			i["message"] = plainMessage(m)
		}
		if d, ok := i["data"]; ok {
			i["data"] = without(d, func(d map[string]json.RawMessage) {
				if resolved, ok := d["resolved"]; ok {
					d["resolved"] = without(resolved, func(r map[string]json.RawMessage) {
						if messages, ok := r["messages"]; ok {
							r["messages"] = without(messages, func(all map[string]json.RawMessage) {
								for id, m := range all {
									all[id] = plainMessage(m)
								}
							})
						}
					})
				}
			})
		}
	})
}

// without changes the members of a JSON object; what is none stays as it is.
func without(data json.RawMessage, change func(map[string]json.RawMessage)) json.RawMessage {
	var object map[string]json.RawMessage
	if json.Unmarshal(data, &object) != nil || object == nil {
		return data
	}
	change(object)
	out, err := json.Marshal(object)
	if err != nil {
		return data
	}
	return out
}

type readyEvent struct {
	User        struct{ ID string }
	Application struct{ ID string }
}

// ready learns who the bot is; every shard's READY tells the same.
func (r *run) ready(e *readyEvent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.self != "" || e.User.ID == "" || e.Application.ID == "" {
		return
	}
	r.self, r.application = e.User.ID, e.Application.ID
	close(r.known)
}

type guildEvent struct {
	ID       string
	Language string `json:"preferred_locale"`
	Away     bool   `json:"unavailable"` // for a while: the bot has not left
}

func (r *run) joined(e *guildEvent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.guilds) < maxGuilds {
		r.guilds[e.ID] = language(e.Language)
	}
}

func (r *run) left(e *guildEvent) {
	if e.Away {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.guilds, e.ID)
}
