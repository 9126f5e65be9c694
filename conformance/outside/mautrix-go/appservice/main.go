// Command appservice is an application service built with mautrix-go, against a homeserver:
//
//	go run -tags goolm ./appservice BASE_URL REGISTRATION ALICE_TOKEN
//
// ALICE_TOKEN is the access token of somebody who uses the bridge. It prints one JSON object a line for each step.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/appservice"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

const patience = 20 * time.Second

// bridge is the state that one step leaves to the next.
type bridge struct {
	as     *appservice.AppService
	alice  *mautrix.Client
	ghost  *appservice.IntentAPI
	room   id.RoomID
	mutex  sync.Mutex
	events []*event.Event
}

type step struct {
	name string
	run  func(context.Context) error
}

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	b := &bridge{}
	steps := []step{
		{"start", b.start},
		{"versions, whoami and ping", b.connect},
		{"profile of the bot", b.profile},
		{"a ghost joins", b.ghostJoins},
		{"messages both ways", b.messagesBothWays},
		{"a message of another time", b.massagedTime},
		{"typing and receipts", b.ephemeral},
		{"a device without a session", b.device},
		{"a message to the device", b.toDevice},
		{"acting as somebody who is not there", b.strangers},
	}
	for _, s := range steps {
		line := map[string]any{"step": s.name, "ok": true}
		if err := s.run(ctx); err != nil {
			line["ok"], line["note"] = false, err.Error()
		}
		text, _ := json.Marshal(line)
		fmt.Println(string(text))
	}
}

func (b *bridge) start(ctx context.Context) error {
	registration, err := appservice.LoadRegistration(os.Args[2])
	if err != nil {
		return err
	}
	address, err := url.Parse(registration.URL)
	if err != nil {
		return err
	}
	port, err := strconv.ParseUint(address.Port(), 10, 16)
	if err != nil {
		return err
	}
	b.as, err = appservice.CreateFull(appservice.CreateOpts{
		Registration:     registration,
		HomeserverDomain: "localhost",
		HomeserverURL:    os.Args[1],
		HostConfig:       appservice.HostConfig{Hostname: "127.0.0.1", Port: uint16(port)},
	})
	if err != nil {
		return err
	}
	b.as.Log = zerolog.Nop()
	b.as.Ready = true
	processor := appservice.NewEventProcessor(b.as)
	for _, kind := range []event.Type{event.EventMessage, event.StateMember, event.EphemeralEventTyping, event.EphemeralEventReceipt, event.ToDeviceDummy} {
		processor.On(kind, func(_ context.Context, evt *event.Event) { b.note(evt) })
	}
	processor.Start(ctx)
	go b.as.Start()
	return b.until("the port", func() bool {
		connection, err := net.Dial("tcp", address.Host)
		if err != nil {
			return false
		}
		return connection.Close() == nil
	})
}

func (b *bridge) connect(ctx context.Context) error {
	bot := b.as.BotIntent()
	if _, err := bot.Versions(ctx); err != nil {
		return err
	}
	who, err := bot.Whoami(ctx)
	if err != nil {
		return err
	}
	if who.UserID != b.as.BotMXID() {
		return fmt.Errorf("the bot is %s", who.UserID)
	}
	if !bot.EnsureAppserviceConnection(ctx) {
		return errors.New("the ping failed")
	}
	b.alice, err = mautrix.NewClient(os.Args[1], "@alice:localhost", os.Args[3])
	return err
}

func (b *bridge) profile(ctx context.Context) error {
	if err := b.as.BotIntent().EnsureRegistered(ctx); err != nil {
		return err
	}
	return b.as.BotIntent().SetDisplayName(ctx, "Bridge")
}

func (b *bridge) ghostJoins(ctx context.Context) error {
	created, err := b.alice.CreateRoom(ctx, &mautrix.ReqCreateRoom{Preset: "private_chat", Invite: []id.UserID{b.as.BotMXID()}})
	if err != nil {
		return err
	}
	b.room = created.RoomID
	if err = b.until("the invite", func() bool { return b.saw(event.StateMember, b.as.BotMXID().String()) }); err != nil {
		return err
	}
	if _, err = b.as.BotIntent().JoinRoomByID(ctx, b.room); err != nil {
		return err
	}
	b.ghost = b.as.Intent("@_mau_one:localhost")
	if err = b.ghost.EnsureRegistered(ctx); err != nil {
		return err
	}
	if _, err = b.alice.InviteUser(ctx, b.room, &mautrix.ReqInviteUser{UserID: b.ghost.UserID}); err != nil {
		return err
	}
	return b.ghost.EnsureJoined(ctx, b.room)
}

func (b *bridge) messagesBothWays(ctx context.Context) error {
	sent, err := b.ghost.SendText(ctx, b.room, "hello from elsewhere")
	if err != nil {
		return err
	}
	seen, err := b.alice.GetEvent(ctx, b.room, sent.EventID)
	if err != nil {
		return err
	}
	if seen.Sender != b.ghost.UserID {
		return fmt.Errorf("it came from %s", seen.Sender)
	}
	if _, err = b.alice.SendText(ctx, b.room, "hello from Matrix"); err != nil {
		return err
	}
	return b.until("the message", func() bool {
		return b.find(func(evt *event.Event) bool { return evt.Sender == "@alice:localhost" && evt.Content.AsMessage().Body == "hello from Matrix" })
	})
}

func (b *bridge) massagedTime(ctx context.Context) error {
	content := &event.MessageEventContent{MsgType: event.MsgText, Body: "long ago"}
	sent, err := b.ghost.SendMassagedMessageEvent(ctx, b.room, event.EventMessage, content, 1_000_000)
	if err != nil {
		return err
	}
	seen, err := b.alice.GetEvent(ctx, b.room, sent.EventID)
	if err != nil {
		return err
	}
	if seen.Timestamp != 1_000_000 {
		return fmt.Errorf("it was sent at %d", seen.Timestamp)
	}
	return nil
}

func (b *bridge) ephemeral(ctx context.Context) error {
	if _, err := b.alice.UserTyping(ctx, b.room, true, time.Minute); err != nil {
		return err
	}
	if err := b.until("typing", func() bool {
		return b.find(func(evt *event.Event) bool { return evt.Type == event.EphemeralEventTyping && evt.RoomID == b.room })
	}); err != nil {
		return err
	}
	sent, err := b.ghost.SendText(ctx, b.room, "read this")
	if err != nil {
		return err
	}
	if err = b.alice.MarkRead(ctx, b.room, sent.EventID); err != nil {
		return err
	}
	return b.until("a receipt", func() bool {
		return b.find(func(evt *event.Event) bool {
			return evt.Type == event.EphemeralEventReceipt && (*evt.Content.AsReceipt())[sent.EventID] != nil
		})
	})
}

func (b *bridge) device(ctx context.Context) error {
	if err := b.ghost.CreateDeviceMSC4190(ctx, "BRIDGE", "Bridge"); err != nil {
		return err
	}
	who, err := b.ghost.Whoami(ctx)
	if err != nil {
		return err
	}
	if who.DeviceID != "BRIDGE" {
		return fmt.Errorf("the device is %q", who.DeviceID)
	}
	return nil
}

func (b *bridge) toDevice(ctx context.Context) error {
	content := &event.Content{Raw: map[string]any{}}
	messages := map[id.UserID]map[id.DeviceID]*event.Content{b.ghost.UserID: {"BRIDGE": content}}
	if _, err := b.alice.SendToDevice(ctx, event.ToDeviceDummy, &mautrix.ReqSendToDevice{Messages: messages}); err != nil {
		return err
	}
	return b.until("the message", func() bool {
		return b.find(func(evt *event.Event) bool { return evt.Type.Type == "m.dummy" && evt.ToUserID == b.ghost.UserID && evt.ToDeviceID == "BRIDGE" })
	})
}

func (b *bridge) strangers(ctx context.Context) error {
	_, err := b.as.Client("@_mau_nobody:localhost").Whoami(ctx)
	if !errors.Is(err, mautrix.MForbidden) {
		return fmt.Errorf("expected M_FORBIDDEN, got %v", err)
	}
	// That is what makes it register those who are missing.
	return b.as.Intent("@_mau_nobody:localhost").EnsureRegistered(ctx)
}

func (b *bridge) note(evt *event.Event) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.events = append(b.events, evt)
}

func (b *bridge) find(matches func(*event.Event) bool) bool {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	for _, evt := range b.events {
		if matches(evt) {
			return true
		}
	}
	return false
}

func (b *bridge) saw(kind event.Type, stateKey string) bool {
	return b.find(func(evt *event.Event) bool { return evt.Type == kind && evt.GetStateKey() == stateKey })
}

func (b *bridge) until(what string, holds func() bool) error {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if holds() {
			return nil
		}
	}
	return fmt.Errorf("%s did not come", what)
}
