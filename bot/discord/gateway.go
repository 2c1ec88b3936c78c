package discord

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

const (
	openTimeout    = 30 * time.Second
	firstReopen    = time.Second
	maxReopen      = time.Minute
	maxReopenTries = 12 // about seven minutes; then whoever runs the program decides
)

// fatalCloses are the gateway's close codes after which trying again is of no use, from Discord's table of opcodes.
var fatalCloses = map[int]string{
	4004: "the token is not accepted: copy it again from the developer portal (Bot → Reset Token) and set DISCORD_TOKEN",
	4010: "the shard is not valid",
	4011: "the bot is in so many guilds that it needs shards",
	4012: "the version of the gateway is not served any more",
	4013: "the intents are not valid",
	4014: "an intent is not allowed to this bot",
}

// link is the connection to the gateway. discordgo's own Open knows no context and waits for ever for a server that
// says nothing; closing the connection under it ends the wait.
type link struct {
	session *discordgo.Session
	lost    chan struct{} // has something in it after a connection was lost

	mu   sync.Mutex
	ctx  context.Context // of the attempt to open
	conn net.Conn
}

// lookup finds the gateway's address, a request of discordgo's own, within the time of the attempt to open.
type lookup struct {
	link *link
	base http.RoundTripper
}

// RoundTrip implements http.RoundTripper. The end of the attempt also ends the reading of the response.
func (t lookup) RoundTrip(req *http.Request) (*http.Response, error) {
	t.link.mu.Lock()
	attempt := t.link.ctx
	t.link.mu.Unlock()
	ctx, cancel := context.WithCancel(req.Context())
	context.AfterFunc(attempt, cancel)
	return t.base.RoundTrip(req.WithContext(ctx))
}

// newLink makes a session that neither reconnects, retries, keeps state nor logs by itself, and that runs its handlers
// in the goroutine that reads.
func newLink(token string, client *http.Client) (*link, error) {
	session, err := discordgo.New("Bot " + token)
	if err != nil {
		return nil, err
	}
	l := &link{session: session, lost: make(chan struct{}, 1), ctx: context.Background()}
	finder := *client
	finder.Transport = lookup{l, client.Transport}
	session.Client = &finder
	session.Dialer = &websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: openTimeout, NetDialContext: l.dial}
	session.UserAgent += " Passerelle"
	session.Identify.Intents = discordgo.IntentsGuilds | discordgo.IntentsGuildMessages | discordgo.IntentsDirectMessages
	session.ShouldReconnectOnError = false
	session.ShouldReconnectVoiceOnSessionError = false
	session.ShouldRetryOnRateLimit = false
	session.MaxRestRetries = 0
	session.StateEnabled = false
	session.SyncEvents = true
	session.LogLevel = discordgo.LogError - 1
	session.AddHandler(func(*discordgo.Session, *discordgo.Disconnect) {
		select {
		case l.lost <- struct{}{}:
		default:
		}
	})
	return l, nil
}

// open connects, resuming the session that was lost if there is one, and tries again with growing pauses until ctx is
// done, a close code says that it is of no use, or maxReopenTries is reached.
func (l *link) open(ctx context.Context, report func(err error, pause time.Duration)) error {
	pause := firstReopen
	for try := 1; ; try++ {
		select {
		case <-l.lost: // of a connection before
		default:
		}
		err := l.openOnce(ctx)
		if err == nil || errors.Is(err, discordgo.ErrWSAlreadyOpen) {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var closed *websocket.CloseError
		if errors.As(err, &closed) && fatalCloses[closed.Code] != "" {
			return fmt.Errorf("discord gateway: %s (close code %d)", fatalCloses[closed.Code], closed.Code)
		}
		if try == maxReopenTries {
			return fmt.Errorf("discord gateway: no connection after %d tries: %w", try, err)
		}
		report(err, pause)
		if err := sleep(ctx, pause); err != nil {
			return err
		}
		pause = min(2*pause, maxReopen)
	}
}

func (l *link) openOnce(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	l.mu.Lock()
	l.ctx, l.conn = ctx, nil
	l.mu.Unlock()
	stop := context.AfterFunc(ctx, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.conn != nil {
			_ = l.conn.Close()
		}
	})
	defer stop()
	return l.session.Open()
}

func (l *link) dial(dialing context.Context, network, address string) (net.Conn, error) {
	l.mu.Lock()
	ctx := l.ctx
	l.mu.Unlock()
	dialing, cancel := context.WithCancel(dialing)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	conn, err := new(net.Dialer).DialContext(dialing, network, address)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if ctx.Err() != nil {
		_ = conn.Close()
		return nil, context.Cause(ctx)
	}
	l.conn = conn
	return conn, nil
}
