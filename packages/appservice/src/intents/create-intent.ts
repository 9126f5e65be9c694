import type { JsonObject } from "@patrix/api";
import { createMedia, type MediaSender } from "@patrix/client";
import { createRoom, inviteUser, joinRoom, kick, leaveRoom, postReceipt, redactEvent, setTyping } from "@patrix/client-api";
import { withMentions } from "@patrix/events";
import { htmlToPlainText } from "@patrix/html";
import { isRoomId, parseUserId, type RoomId, type UserId } from "@patrix/identifiers";
import { ActingUser, type IntentParts } from "./acting-user.ts";
import { setStateIfNew, stateOr, withLevels } from "./change-state.ts";
import { fileActions } from "./file-actions.ts";
import { APPSERVICE_LOGIN, logInGhost } from "./ghost-endpoints.ts";
import type { Intent, IntentSendOptions } from "./intent.ts";
import { refusePlainEvents } from "./refuse-plain-events.ts";
import { setProfile } from "./set-profile.ts";

/** Composes what is done as a user. @throws {AppserviceError} `NOT_IN_NAMESPACE`. */
export function createIntent(parts: IntentParts, userId: UserId, deviceId?: string): Intent {
  const user = new ActingUser(parts, userId, deviceId);
  const files = registered(user);
  return {
    userId,
    http: refusePlainEvents(user),
    media: createMedia(files, parts.fetch),
    ...accountActions(user),
    ...membershipActions(user),
    ...messageActions(user),
    ...fileActions(user, files),
    ...roomActions(user),
    asDevice: (device) => createIntent(parts, userId, device),
  };
}

/** Registers before each request. */
function registered(user: ActingUser): MediaSender {
  return {
    async send(endpoint, request, options) {
      await user.ensureRegistered();
      return user.http.send(endpoint, request, options);
    },
    async open(endpoint, request, options) {
      await user.ensureRegistered();
      return user.http.open(endpoint, request, options);
    },
  };
}

function accountActions(user: ActingUser): Pick<Intent, "enableEncryption" | "ensureRegistered" | "logIn" | "setProfile"> {
  return {
    enableEncryption: () => user.parts.cipher.enable(user.userId),
    ensureRegistered: () => user.ensureRegistered(),
    async setProfile(profile) {
      await user.ensureRegistered();
      await setProfile(user.http, user.userId, profile);
    },
    async logIn({ deviceId, deviceName } = {}) {
      await user.ensureRegistered();
      const identifier = { type: "m.id.user", user: user.userId } as const;
      const body = { type: APPSERVICE_LOGIN, identifier, device_id: deviceId, initial_device_display_name: deviceName } as const;
      const session = await user.parts.homeserver.as().send(logInGhost, { body });
      return { userId: session.user_id, deviceId: session.device_id, accessToken: session.access_token };
    },
  };
}

function membershipActions(user: ActingUser): Pick<Intent, "createRoom" | "ensureJoined" | "invite" | "join" | "kick" | "leave"> {
  const { http } = user;
  const repeatable = { idempotent: true };
  return {
    async createRoom(body = {}) {
      await user.ensureRegistered();
      const { room_id: roomId } = await http.send(createRoom, { body });
      user.joined(roomId);
      return roomId;
    },
    async join(room) {
      if (isRoomId(room)) {
        await user.ensureJoined(room);
        return room;
      }
      await user.ensureRegistered();
      const { room_id: roomId } = await http.send(joinRoom, { path: { roomIdOrAlias: room } }, repeatable);
      user.joined(roomId);
      return roomId;
    },
    ensureJoined: (roomId) => user.ensureJoined(roomId),
    async leave(roomId, reason) {
      // Behind what the user has still to say.
      await user.inTurn(roomId, () => http.send(leaveRoom, { path: { roomId }, body: { reason } }, repeatable));
      user.left(roomId);
    },
    async invite(roomId, invited) {
      await user.inRoom(roomId, () => http.send(inviteUser, { path: { roomId }, body: { user_id: invited } }, repeatable));
    },
    async kick(roomId, kicked, reason) {
      await user.inRoom(roomId, () => http.send(kick, { path: { roomId }, body: { user_id: kicked, reason } }, repeatable));
    },
  };
}

type MessageAction = "redact" | "send" | "sendCustom" | "sendEmote" | "sendHtml" | "sendNotice" | "sendText";

function messageActions(user: ActingUser): Pick<Intent, MessageAction> {
  const message = (roomId: RoomId, content: JsonObject, options: IntentSendOptions | undefined) =>
    user.send(roomId, "m.room.message", withMentions(content, {}), options);
  return {
    send: (roomId, type, content, options) => user.send(roomId, type, toJson(content), options),
    sendCustom: (roomId, type, content, options) => user.send(roomId, type, content, options),
    sendText: (roomId, body, options) => message(roomId, { msgtype: "m.text", body }, options),
    sendNotice: (roomId, body, options) => message(roomId, { msgtype: "m.notice", body }, options),
    sendEmote: (roomId, body, options) => message(roomId, { msgtype: "m.emote", body }, options),
    sendHtml(roomId, html, options) {
      const formatted = { format: "org.matrix.custom.html", formatted_body: html };
      return message(roomId, { msgtype: "m.text", body: htmlToPlainText(html), ...formatted }, options);
    },
    redact(roomId, eventId, { txnId, reason } = {}) {
      const request = { path: { roomId, eventId, txnId: user.nameOf(`${roomId} redact`, txnId) }, body: { reason } };
      return user.inOrder(roomId, async () => (await user.http.send(redactEvent, request)).event_id);
    },
  };
}

function roomActions(user: ActingUser): Pick<Intent, "displayName" | "markRead" | "setPowerLevels" | "setState" | "setTyping"> {
  const { http, userId } = user;
  return {
    async setState(roomId, type, stateKey, content) {
      const wanted = toJson(content);
      await user.inOrder(roomId, () => setStateIfNew(http, { roomId, eventType: type, stateKey }, () => wanted));
    },
    async setPowerLevels(roomId, levels) {
      const place = { roomId, eventType: "m.room.power_levels", stateKey: "" };
      await user.inOrder(roomId, () => setStateIfNew(http, place, (before) => withLevels(before, levels)));
    },
    async displayName(roomId, of) {
      const place = { roomId, eventType: "m.room.member", stateKey: of };
      const name = (await user.inRoom(roomId, () => stateOr(http, place, undefined)))?.["displayname"];
      return typeof name === "string" && name.trim() !== "" ? name : parseUserId(of).localpart;
    },
    async markRead(roomId, eventId) {
      const request = { path: { roomId, eventId, receiptType: "m.read" } } as const;
      await user.inRoom(roomId, () => http.send(postReceipt, request, { idempotent: true }));
    },
    async setTyping(roomId, timeoutMs) {
      const body = timeoutMs > 0 ? { typing: true, timeout: timeoutMs } : { typing: false };
      await user.inRoom(roomId, () => http.send(setTyping, { path: { roomId, userId }, body }));
    },
  };
}

/** Contents are interfaces, which are objects of JSON without saying so. */
function toJson(content: object): JsonObject {
  return Object.fromEntries(Object.entries(content));
}
