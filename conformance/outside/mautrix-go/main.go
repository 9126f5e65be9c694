// Command mautrix-go is the first hour of two people with mautrix-go, against a homeserver:
//
//	go run -tags goolm . BASE_URL
//
// It prints one JSON object a line for each step: what was done, and what went wrong if it did not succeed.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/crypto"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

const patience = 20 * time.Second

var png = []byte{137, 80, 78, 71, 13, 10, 26, 10, 1, 2, 3}

// person is a logged-in client, its keys, and what it was told.
type person struct {
	*mautrix.Client
	password string
	machine  *crypto.OlmMachine
	mutex    sync.Mutex
	events   []*event.Event
}

// hour is the state that one step leaves to the next.
type hour struct {
	baseURL     string
	mara, milo  *person
	plain       id.RoomID
	firstByMilo id.EventID
}

type step struct {
	name string
	run  func(context.Context) error
}

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	h := &hour{baseURL: os.Args[1]}
	steps := []step{
		{"register and log in", h.registerAndLogIn},
		{"profile", h.profile},
		{"private room", h.privateRoom},
		{"members without names", h.membersWithoutNames},
		{"messages both ways", h.messagesBothWays},
		{"relations", h.relations},
		{"receipts and typing", h.receiptsAndTyping},
		{"history", h.history},
		{"encrypted both ways", h.encryptedBothWays},
		{"cross-signing", h.crossSigning},
		{"upload and download", h.uploadAndDownload},
		{"moderation", h.moderation},
		{"public room", h.publicRoom},
		{"devices without names", h.devicesWithoutNames},
		{"leave and log out", h.leaveAndLogOut},
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

func (h *hour) registerAndLogIn(ctx context.Context) (err error) {
	if h.mara, err = h.open(ctx, "mara", "correct horse 1"); err != nil {
		return err
	}
	h.milo, err = h.open(ctx, "milo", "correct horse 2")
	return err
}

func (h *hour) open(ctx context.Context, name, password string) (*person, error) {
	client, err := mautrix.NewClient(h.baseURL, "", "")
	if err != nil {
		return nil, err
	}
	client.Log = zerolog.Nop()
	client.StateStore = mautrix.NewMemoryStateStore()
	if _, err = client.RegisterDummy(ctx, &mautrix.ReqRegister[any]{Username: name, Password: password, InhibitLogin: true}); err != nil {
		return nil, fmt.Errorf("registration: %w", err)
	}
	if _, err = client.Login(ctx, loginOf(name, password, true)); err != nil {
		return nil, fmt.Errorf("login: %w", err)
	}
	p := &person{Client: client, password: password}
	syncer := client.Syncer.(mautrix.ExtensibleSyncer)
	syncer.OnEvent(client.StateStoreSyncHandler)
	if err = p.openKeys(ctx, syncer); err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	syncer.OnEvent(func(ctx context.Context, evt *event.Event) { p.note(evt) })
	go func() { _ = client.SyncWithContext(ctx) }()
	return p, nil
}

func (p *person) openKeys(ctx context.Context, syncer mautrix.ExtensibleSyncer) error {
	log := zerolog.Nop()
	p.machine = crypto.NewOlmMachine(p.Client, &log, crypto.NewMemoryStore(nil), p.StateStore.(crypto.StateStore))
	if err := p.machine.Load(ctx); err != nil {
		return err
	}
	syncer.OnSync(p.machine.ProcessSyncResponse)
	syncer.OnEventType(event.StateMember, p.machine.HandleMemberEvent)
	syncer.OnEventType(event.EventEncrypted, func(ctx context.Context, evt *event.Event) {
		content := evt.Content.AsEncrypted()
		p.machine.WaitForSession(ctx, evt.RoomID, content.SenderKey, content.SessionID, patience)
		if decrypted, err := p.machine.DecryptMegolmEvent(ctx, evt); err == nil {
			p.note(decrypted)
		}
	})
	return p.machine.ShareKeys(ctx, 0)
}

func loginOf(name, password string, store bool) *mautrix.ReqLogin {
	return &mautrix.ReqLogin{
		Type:             mautrix.AuthTypePassword,
		Identifier:       mautrix.UserIdentifier{Type: mautrix.IdentifierTypeUser, User: name},
		Password:         password,
		StoreCredentials: store,
	}
}

func (p *person) note(evt *event.Event) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.events = append(p.events, evt)
}

// waitFor waits for an event that passes.
func (p *person) waitFor(what string, passes func(*event.Event) bool) (*event.Event, error) {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		p.mutex.Lock()
		events := p.events
		p.mutex.Unlock()
		for _, evt := range events {
			if passes(evt) {
				return evt, nil
			}
		}
	}
	return nil, fmt.Errorf("%s did not come to %s", what, p.UserID)
}

func (p *person) hears(body string) (*event.Event, error) {
	return p.waitFor(body, func(evt *event.Event) bool {
		content, ok := evt.Content.Parsed.(*event.MessageEventContent)
		return ok && evt.Type == event.EventMessage && content.Body == body
	})
}

func (p *person) hearsType(roomID id.RoomID, eventType event.Type) error {
	_, err := p.waitFor(eventType.Type, func(evt *event.Event) bool { return evt.RoomID == roomID && evt.Type == eventType })
	return err
}

func (p *person) hearsMembership(roomID id.RoomID, user id.UserID, membership event.Membership) error {
	_, err := p.waitFor(string(membership), func(evt *event.Event) bool {
		content, ok := evt.Content.Parsed.(*event.MemberEventContent)
		return ok && evt.RoomID == roomID && evt.GetStateKey() == user.String() && content.Membership == membership
	})
	return err
}

// createRoom creates a room that Milo is in.
func (h *hour) createRoom(ctx context.Context, req *mautrix.ReqCreateRoom) (id.RoomID, error) {
	req.Invite = []id.UserID{h.milo.UserID}
	created, err := h.mara.CreateRoom(ctx, req)
	if err != nil {
		return "", err
	}
	if err = h.milo.hearsMembership(created.RoomID, h.milo.UserID, event.MembershipInvite); err != nil {
		return "", err
	}
	if _, err = h.milo.JoinRoomByID(ctx, created.RoomID); err != nil {
		return "", err
	}
	return created.RoomID, h.mara.hearsMembership(created.RoomID, h.milo.UserID, event.MembershipJoin)
}

func (h *hour) profile(ctx context.Context) error {
	if err := h.mara.SetDisplayName(ctx, "Mara"); err != nil {
		return err
	}
	profile, err := h.milo.GetProfile(ctx, h.mara.UserID)
	if err == nil && profile.DisplayName != "Mara" {
		err = fmt.Errorf("the display name is %q", profile.DisplayName)
	}
	return err
}

func (h *hour) privateRoom(ctx context.Context) (err error) {
	h.plain, err = h.createRoom(ctx, &mautrix.ReqCreateRoom{Name: "Plain", Preset: "private_chat"})
	return err
}

func (h *hour) membersWithoutNames(ctx context.Context) error {
	joined, err := h.mara.JoinedMembers(ctx, h.plain)
	if err != nil {
		return err
	}
	if len(joined.Joined) != 2 || joined.Joined[h.milo.UserID].DisplayName != "" {
		return fmt.Errorf("the members are %v", joined.Joined)
	}
	_, err = h.milo.Members(ctx, h.plain)
	return err
}

func (h *hour) messagesBothWays(ctx context.Context) error {
	if _, err := h.mara.SendText(ctx, h.plain, "hello milo"); err != nil {
		return err
	}
	if _, err := h.milo.hears("hello milo"); err != nil {
		return err
	}
	sent, err := h.milo.SendText(ctx, h.plain, "hello mara")
	if err != nil {
		return err
	}
	h.firstByMilo = sent.EventID
	_, err = h.mara.hears("hello mara")
	return err
}

func (h *hour) relations(ctx context.Context) error {
	reply := &event.MessageEventContent{MsgType: event.MsgText, Body: "a reply"}
	reply.RelatesTo = (&event.RelatesTo{}).SetReplyTo(h.firstByMilo)
	edit := &event.MessageEventContent{MsgType: event.MsgText, Body: "hello again"}
	edit.SetEdit(h.firstByMilo)
	if _, err := h.mara.SendMessageEvent(ctx, h.plain, event.EventMessage, reply); err != nil {
		return err
	}
	if _, err := h.milo.SendMessageEvent(ctx, h.plain, event.EventMessage, edit); err != nil {
		return err
	}
	if _, err := h.mara.hears("* hello again"); err != nil {
		return err
	}
	if _, err := h.mara.SendReaction(ctx, h.plain, h.firstByMilo, "👍"); err != nil {
		return err
	}
	if err := h.milo.hearsType(h.plain, event.EventReaction); err != nil {
		return err
	}
	if _, err := h.milo.RedactEvent(ctx, h.plain, h.firstByMilo, mautrix.ReqRedact{Reason: "enough"}); err != nil {
		return err
	}
	return h.mara.hearsType(h.plain, event.EventRedaction)
}

func (h *hour) receiptsAndTyping(ctx context.Context) error {
	sent, err := h.mara.SendText(ctx, h.plain, "read me")
	if err != nil {
		return err
	}
	if err = h.milo.MarkRead(ctx, h.plain, sent.EventID); err != nil {
		return err
	}
	if err = h.mara.hearsType(h.plain, event.EphemeralEventReceipt); err != nil {
		return err
	}
	if _, err = h.milo.UserTyping(ctx, h.plain, true, 10*time.Second); err != nil {
		return err
	}
	return h.mara.hearsType(h.plain, event.EphemeralEventTyping)
}

func (h *hour) history(ctx context.Context) error {
	page, err := h.milo.Messages(ctx, h.plain, "", "", mautrix.DirectionBackward, nil, 50)
	if err != nil {
		return err
	}
	for _, evt := range page.Chunk {
		if body, _ := evt.Content.Raw["body"].(string); body == "hello milo" {
			return nil
		}
	}
	return errors.New("the first message is not in the history")
}

func (h *hour) encryptedBothWays(ctx context.Context) error {
	content := event.Content{Parsed: &event.EncryptionEventContent{Algorithm: id.AlgorithmMegolmV1}}
	roomID, err := h.createRoom(ctx, &mautrix.ReqCreateRoom{
		Name:         "Secrets",
		InitialState: []*event.Event{{Type: event.StateEncryption, Content: content}},
	})
	if err != nil {
		return err
	}
	if err = h.milo.hearsType(roomID, event.StateEncryption); err != nil {
		return err
	}
	for body, between := range map[string][2]*person{"a secret": {h.mara, h.milo}, "well kept": {h.milo, h.mara}} {
		if err = between[0].sendsEncrypted(ctx, roomID, body, []id.UserID{h.mara.UserID, h.milo.UserID}); err != nil {
			return fmt.Errorf("%s: %w", body, err)
		}
		if _, err = between[1].hears(body); err != nil {
			return err
		}
	}
	return nil
}

func (p *person) sendsEncrypted(ctx context.Context, roomID id.RoomID, body string, members []id.UserID) error {
	if _, err := p.machine.FetchKeys(ctx, members, true); err != nil {
		return err
	}
	if err := p.machine.ShareGroupSession(ctx, roomID, members); err != nil {
		return err
	}
	content := &event.MessageEventContent{MsgType: event.MsgText, Body: body}
	encrypted, err := p.machine.EncryptMegolmEvent(ctx, roomID, event.EventMessage, content)
	if err != nil {
		return err
	}
	_, err = p.SendMessageEvent(ctx, roomID, event.EventEncrypted, encrypted)
	return err
}

func (h *hour) crossSigning(ctx context.Context) error {
	_, _, err := h.mara.machine.GenerateAndUploadCrossSigningKeysWithPassword(ctx, h.mara.password, "")
	return err
}

func (h *hour) uploadAndDownload(ctx context.Context) error {
	uploaded, err := h.mara.UploadBytes(ctx, png, "image/png")
	if err != nil {
		return err
	}
	downloaded, err := h.milo.DownloadBytes(ctx, uploaded.ContentURI)
	if err == nil && !bytes.Equal(downloaded, png) {
		err = errors.New("the bytes differ")
	}
	return err
}

func (h *hour) moderation(ctx context.Context) error {
	roomID, err := h.createRoom(ctx, &mautrix.ReqCreateRoom{Name: "Strict"})
	if err != nil {
		return err
	}
	if _, err = h.mara.KickUser(ctx, roomID, &mautrix.ReqKickUser{UserID: h.milo.UserID, Reason: "for a while"}); err != nil {
		return err
	}
	if _, err = h.mara.BanUser(ctx, roomID, &mautrix.ReqBanUser{UserID: h.milo.UserID}); err != nil {
		return err
	}
	if _, err = h.milo.JoinRoomByID(ctx, roomID); !errors.Is(err, mautrix.MForbidden) {
		return fmt.Errorf("a banned user joins: %w", err)
	}
	if _, err = h.mara.UnbanUser(ctx, roomID, &mautrix.ReqUnbanUser{UserID: h.milo.UserID}); err != nil {
		return err
	}
	_, err = h.mara.SendStateEvent(ctx, roomID, event.StateTopic, "", &event.TopicEventContent{Topic: "Calm"})
	return err
}

func (h *hour) publicRoom(ctx context.Context) error {
	_, err := h.mara.CreateRoom(ctx, &mautrix.ReqCreateRoom{
		Name: "Open", RoomAliasName: "mautrix", Preset: "public_chat", Visibility: "public",
	})
	if err != nil {
		return err
	}
	found, err := h.milo.PublicRooms(ctx, &mautrix.ReqPublicRooms{Limit: 50})
	if err != nil {
		return err
	}
	if len(found.Chunk) != 1 {
		return fmt.Errorf("the directory has %d rooms", len(found.Chunk))
	}
	_, err = h.milo.JoinRoom(ctx, "#mautrix:localhost", nil)
	return err
}

func (h *hour) devicesWithoutNames(ctx context.Context) error {
	other, err := mautrix.NewClient(h.baseURL, "", "")
	if err != nil {
		return err
	}
	if _, err = other.Login(ctx, loginOf("mara", h.mara.password, true)); err != nil {
		return err
	}
	devices, err := h.mara.GetDevicesInfo(ctx)
	if err != nil {
		return err
	}
	if len(devices.Devices) != 2 {
		return fmt.Errorf("there are %d devices", len(devices.Devices))
	}
	auth := mautrix.ReqUIAuthLogin{
		BaseAuthData: mautrix.BaseAuthData{Type: mautrix.AuthTypePassword},
		User:         h.mara.UserID.String(),
		Password:     h.mara.password,
	}
	request := &mautrix.ReqDeleteDevices[any]{Devices: []id.DeviceID{other.DeviceID}, Auth: auth}
	if err = h.mara.DeleteDevices(ctx, request); err != nil {
		return err
	}
	if _, err = other.Whoami(ctx); !errors.Is(err, mautrix.MUnknownToken) {
		return fmt.Errorf("the other device is still logged in: %w", err)
	}
	return nil
}

func (h *hour) leaveAndLogOut(ctx context.Context) error {
	if _, err := h.milo.LeaveRoom(ctx, h.plain); err != nil {
		return err
	}
	if _, err := h.milo.ForgetRoom(ctx, h.plain); err != nil {
		return err
	}
	for _, p := range []*person{h.milo, h.mara} {
		if _, err := p.Logout(ctx); err != nil && !strings.Contains(err.Error(), "M_UNKNOWN_TOKEN") {
			return err
		}
	}
	return nil
}
