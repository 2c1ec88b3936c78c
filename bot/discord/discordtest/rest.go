package discordtest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Fault is something that goes wrong with REST calls.
type Fault struct {
	Method, Path string        // of the calls; Path is a part of theirs, each "" for any
	Times        int           // how many calls; 0 is once
	Status       int           // answered instead, e.g. 429 or 500; 0 breaks the connection
	RetryAfter   time.Duration // told with a 429
	Body         string        // instead of Discord's JSON, e.g. HTML of a gateway in between
	Late         bool          // the call is carried out first, only its answer is lost
	Wait         chan struct{} // the answer waits until it is closed; nothing else goes wrong then
}

// Break orders a fault for the next calls that it fits.
func (s *Server) Break(f Fault) {
	f.Times = max(f.Times, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

func (s *Server) fault(method, path string) *Fault {
	for i := range s.faults {
		f := &s.faults[i]
		if f.Times > 0 && (f.Method == "" || f.Method == method) && strings.Contains(path, f.Path) {
			f.Times--
			taken := *f
			return &taken
		}
	}
	return nil
}

var version = regexp.MustCompile(`^/api(/v(9|10))?/`)

// maxBody is more than any message of texts has, in bytes.
const maxBody = 1 << 20

// ServeHTTP is the REST API under /api and the gateway under /gateway.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == gatewayPath {
		s.serveGateway(w, r)
		return
	}
	arrived := time.Now()
	path, body, ok := readCall(w, r)
	if !ok {
		return
	}
	body, files, err := unpack(r.Header.Get("Content-Type"), body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	f := s.fault(r.Method, path)
	if f != nil && f.Wait != nil {
		s.mu.Unlock()
		select {
		case <-f.Wait:
		case <-r.Context().Done():
		}
		s.mu.Lock()
		f = nil
	}
	var a answer
	if f == nil || f.Late {
		s.mu.Unlock()
		broken := append(s.rules.check(r.Method, path, body), checkFiles(body, files)...) // takes its time, so others go on meanwhile
		s.mu.Lock()
		a = s.serve(r, path, body, broken, arrived)
		if a.status/100 == 2 {
			maps.Copy(s.files, files)
		}
	}
	if f != nil {
		a = f.answer()
	}
	s.requests = append(s.requests, Request{r.Method, path, r.Header.Clone(), body, a.status, arrived})
	s.notify()
	s.mu.Unlock()
	a.write(w)
}

// readCall gives a call's path, without /api and version, and its body; a call whose body cannot be read is answered.
func readCall(w http.ResponseWriter, r *http.Request) (path string, body []byte, ok bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return "", nil, false
	}
	return version.ReplaceAllString(r.URL.Path, "/"), body, true
}

type answer struct {
	status int // 0: the connection breaks
	header map[string]string
	body   any // JSON, or a string as it is; nil for none
}

func (a answer) write(w http.ResponseWriter) {
	if a.status == 0 {
		panic(http.ErrAbortHandler)
	}
	for k, v := range a.header {
		w.Header().Set(k, v)
	}
	if text, ok := a.body.(string); ok {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, text)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.status)
	if a.body != nil {
		_ = json.NewEncoder(w).Encode(a.body)
	}
}

func (f *Fault) answer() answer {
	switch {
	case f.Body != "":
		return answer{status: f.Status, body: f.Body}
	case f.Status == http.StatusTooManyRequests:
		seconds := f.RetryAfter.Seconds()
		return answer{f.Status, map[string]string{"Retry-After": fmt.Sprintf("%.0f", seconds+0.5)},
			map[string]any{"message": "You are being rate limited.", "retry_after": seconds, "global": false}}
	case f.Status == 0:
		return answer{}
	}
	return failure(f.Status, 0, fmt.Sprintf("%d: %s", f.Status, http.StatusText(f.Status)))
}

// failure is an error as Discord tells it.
func failure(status, code int, message string) answer {
	return answer{status: status, body: map[string]any{"message": message, "code": code}}
}

// serve carries a call out, unless it breaks rules. The Server is locked.
func (s *Server) serve(r *http.Request, path string, body []byte, broken []string, arrived time.Time) answer {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	at := func(i int) string {
		if i < len(parts) {
			return parts[i]
		}
		return ""
	}
	open := at(0) == "webhooks" || at(0) == "interactions" || path == "/gateway" // their addresses are the key
	if !open && r.Header.Get("Authorization") != "Bot "+s.Token {
		if path != "/gateway/bot" { // asking it is how a wrong token is found out
			s.violate("%s %s without the bot's token", r.Method, path)
		}
		return failure(http.StatusUnauthorized, 0, "401: Unauthorized")
	}
	if !strings.HasPrefix(r.Header.Get("User-Agent"), "DiscordBot (") {
		s.violate("%s %s: User-Agent %q is not of the form that Discord wants", r.Method, path, r.Header.Get("User-Agent"))
	}
	if len(broken) > 0 {
		for _, b := range broken {
			s.violate("%s %s: %s in %.500s", r.Method, path, b, body)
		}
		return failure(http.StatusBadRequest, 50035, "Invalid Form Body: "+strings.Join(broken, "; "))
	}
	switch {
	case path == "/gateway":
		return answer{status: http.StatusOK, body: map[string]any{"url": socketURL(s.URL)}}
	case path == "/gateway/bot":
		return s.getGateway()
	case at(0) == "users" && at(1) == "@me":
		return answer{status: http.StatusOK, body: botUser}
	case path == "/applications/@me":
		return s.getApplication()
	case at(0) == "applications" && r.Method == http.MethodGet:
		return s.getCommands(at(1), at(2), at(3), r.URL.Query().Get("with_localizations") == "true")
	case at(0) == "applications" && r.Method == http.MethodPut:
		return s.putCommands(at(1), at(2), at(3), body)
	case at(0) == "channels" && at(2) == "" && r.Method == http.MethodGet:
		return s.getChannel(at(1))
	case at(0) == "channels" && at(2) == "messages" && at(4) == "threads":
		return s.startThread(at(1), at(3), body)
	case at(0) == "channels" && at(2) == "messages" && at(4) == "" && r.Method == http.MethodDelete:
		return s.deleteMessage(at(3))
	case at(0) == "webhooks" && at(1) == BotID && at(4) == "@original" && r.Method == http.MethodDelete:
		return s.deleteOriginal(at(2))
	case at(0) == "channels" && at(2) == "typing":
		return answer{status: http.StatusNoContent}
	case at(0) == "channels" && at(2) == "messages" && r.Method == http.MethodPost:
		return s.postMessage(at(1), body)
	case at(0) == "interactions" && at(3) == "callback":
		return s.postCallback(at(2), body, arrived)
	case at(0) == "webhooks" && at(1) == BotID && r.Method == http.MethodPost:
		return s.postFollowUp(at(2), body)
	case at(0) == "webhooks" && at(1) == BotID && at(4) == "@original" && r.Method == http.MethodPatch:
		return s.patchOriginal(at(2), body)
	}
	s.violate("%s %s is not served by discordtest", r.Method, path)
	return failure(http.StatusNotFound, 0, "404: Not Found")
}

func (s *Server) putCommands(application, scope, guild string, body []byte) answer {
	if application != BotID || scope == "guilds" && guild != GuildID {
		return failure(http.StatusNotFound, 10002, "Unknown Application")
	}
	if scope != "guilds" {
		guild = ""
	}
	commands, err := decode[[]Command](body)
	if err != nil {
		return failure(http.StatusBadRequest, 50109, err.Error())
	}
	for i := range commands {
		commands[i].ID = s.fresh()
	}
	s.commands[guild] = append([]Command{}, commands...)
	s.registrations[guild], _ = decode[[]map[string]any](body) // decoded above
	return answer{status: http.StatusOK, body: commands}
}

// getCommands lists the registered commands as Discord does: with fields that nobody sent, null for what was left out.
func (s *Server) getCommands(application, scope, guild string, localised bool) answer {
	if application != BotID || scope == "guilds" && guild != GuildID {
		return failure(http.StatusNotFound, 10002, "Unknown Application")
	}
	if scope != "guilds" {
		guild = ""
	}
	out := []map[string]any{}
	for i, sent := range s.registrations[guild] {
		one := map[string]any{"default_member_permissions": nil, "nsfw": false, "dm_permission": true, "contexts": nil, "integration_types": []int{0}, "version": s.fresh(), "application_id": BotID, "description": ""}
		maps.Copy(one, sent)
		one["id"] = s.commands[guild][i].ID
		if bits, ok := one["default_member_permissions"].(float64); ok {
			one["default_member_permissions"] = strconv.FormatFloat(bits, 'f', -1, 64)
		}
		if !localised {
			delete(one, "name_localizations")
			delete(one, "description_localizations")
		}
		out = append(out, one)
	}
	return answer{status: http.StatusOK, body: out}
}

func (s *Server) postMessage(channel string, body []byte) answer {
	if channel != ChannelID && channel != OtherChannelID && channel != DMID && s.thread(channel) == nil {
		return failure(http.StatusNotFound, 10003, "Unknown Channel")
	}
	sent, err := decode[struct {
		Message
		Nonce        string `json:"nonce"`
		EnforceNonce bool   `json:"enforce_nonce"`
	}](body)
	if err != nil {
		return failure(http.StatusBadRequest, 50109, err.Error())
	}
	if before := s.nonces[sent.Nonce]; before != nil && sent.EnforceNonce {
		return answer{status: http.StatusOK, body: before}
	}
	m := sent.Message
	if m.Reference != nil {
		m.Type, m.Referenced = replyMessage, s.find(m.Reference.MessageID)
		if m.Referenced == nil {
			if m.Reference.FailIfNotExists == nil || *m.Reference.FailIfNotExists {
				return failure(http.StatusBadRequest, 50035, "Unknown message")
			}
			m.Type = 0 // as Discord does; the test still finds the message by its reference
		}
	}
	stored := s.store(m, channel)
	if sent.Nonce != "" {
		s.nonces[sent.Nonce] = stored
	}
	return answer{status: http.StatusOK, body: stored}
}

const replyMessage = 19 // the type of a message that is a reply

// store puts a message of the bot into a channel. The Server is locked.
func (s *Server) store(m Message, channel string) *Message {
	m.ID, m.ChannelID, m.Author, m.Timestamp = s.fresh(), channel, botUser, time.Now().UTC().Format(time.RFC3339)
	m.Attachments = []struct{}{}
	s.messages = append(s.messages, &m)
	return &m
}

func (s *Server) find(id string) *Message {
	for _, m := range s.messages {
		if m.ID == id {
			return m
		}
	}
	return nil
}

func (s *Server) postCallback(token string, body []byte, arrived time.Time) answer {
	i := s.interactions[token]
	sent, err := decode[struct {
		Type int `json:"type"`
		Data struct {
			Message
			Choices []Choice `json:"choices"`
		} `json:"data"`
	}](body)
	switch {
	case err != nil:
		return failure(http.StatusBadRequest, 50109, err.Error())
	case i == nil:
		return failure(http.StatusNotFound, 10062, "Unknown interaction")
	case !i.acknowledged.IsZero():
		return failure(http.StatusBadRequest, 40060, "Interaction has already been acknowledged.")
	case arrived.Sub(i.sent) > ackLimit:
		s.violate("interaction %s (%s) acknowledged after %v, Discord waits %v", i.ID, i.what, arrived.Sub(i.sent), ackLimit)
		return failure(http.StatusNotFound, 10062, "Unknown interaction")
	case (sent.Type == typeChoices) != i.autocomplete:
		s.violate("interaction %s (%s) answered with type %d", i.ID, i.what, sent.Type)
		return failure(http.StatusBadRequest, 50035, "Invalid Form Body")
	}
	i.acknowledged, i.Type, i.choices = arrived, sent.Type, sent.Data.Choices
	i.private = sent.Data.Flags & flagEphemeral
	switch sent.Type {
	case typeForm:
		form, _ := decode[struct {
			Data Form `json:"data"`
		}](body) // decoded above
		i.form = form.Data
	case typeUpdate:
		i.updates = true
	case typeMessage:
		m := sent.Data.Message
		m.Metadata = i.metadata()
		i.messages = append(i.messages, s.store(m, i.channel))
	}
	return answer{status: http.StatusNoContent}
}

func (s *Server) patchOriginal(token string, body []byte) answer {
	i := s.interactions[token]
	m, err := decode[Message](body)
	switch {
	case err != nil:
		return failure(http.StatusBadRequest, 50109, err.Error())
	case i == nil:
		return failure(http.StatusNotFound, 10015, "Unknown Webhook")
	case i.acknowledged.IsZero():
		s.violate("interaction %s (%s): response edited before it was acknowledged", i.ID, i.what)
		return failure(http.StatusNotFound, 10008, "Unknown Message")
	}
	m.Metadata = i.metadata()
	m.Flags |= i.private
	if len(i.messages) > 0 && i.messages[0].Flags&flagComponentsV2 != 0 && m.Flags&flagComponentsV2 == 0 {
		s.violate("interaction %s (%s): an edit takes the flag of components away", i.ID, i.what)
	}
	if len(i.messages) == 0 { // deferred
		i.messages = append(i.messages, s.store(m, i.channel))
		return answer{status: http.StatusOK, body: i.messages[0]}
	}
	old := i.messages[0]
	m.ID, m.ChannelID, m.Author, m.Timestamp, m.Attachments = old.ID, old.ChannelID, old.Author, old.Timestamp, old.Attachments
	*old = m
	return answer{status: http.StatusOK, body: old}
}

func (s *Server) postFollowUp(token string, body []byte) answer {
	i := s.interactions[token]
	m, err := decode[Message](body)
	switch {
	case err != nil:
		return failure(http.StatusBadRequest, 50109, err.Error())
	case i == nil || i.acknowledged.IsZero():
		return failure(http.StatusNotFound, 10015, "Unknown Webhook")
	case len(i.messages) == 0:
		s.violate("interaction %s (%s): a follow-up before the deferred response", i.ID, i.what)
	}
	m.Metadata = i.metadata()
	i.messages = append(i.messages, s.store(m, i.channel))
	return answer{status: http.StatusOK, body: i.messages[len(i.messages)-1]}
}
