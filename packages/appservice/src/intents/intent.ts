import type { JsonObject } from "@patrix/api";
import type { FileLike, Media, MediaOptions, RequestSender, UploadOptions } from "@patrix/client";
import type { CreateRoomBody } from "@patrix/client-api";
import type { ContentOf, EncryptedFile, EventTypeOf } from "@patrix/events";
import type { EventId, MxcUri, RoomAlias, RoomId, UserId } from "@patrix/identifiers";

/** How an event is sent. */
export interface IntentSendOptions {
  /**
   * Makes it the same event when it is sent again. Default: within a handler, one that comes from what is handled, so that a handler that
   * runs again sends nothing twice; elsewhere a new one.
   */
  txnId?: string | undefined;
  /** When it was said in the other network, in milliseconds since the Unix epoch; the order of the room is that of arrival. Default: now. */
  timestamp?: number | undefined;
}

/** How a message with a file is sent. */
export interface IntentFileOptions extends IntentSendOptions, MediaOptions {}

/** Where a file is that was uploaded for a room, as the content of an event says it. */
export type UploadedFile = { readonly url: MxcUri } | { readonly file: EncryptedFile };

/** What everyone may see of a ghost. A member that is left out stays as it is; an empty text takes it away. */
export interface GhostProfile {
  displayName?: string | undefined;
  avatarUrl?: MxcUri | "" | undefined;
}

/** A session of a ghost. */
export interface GhostSession {
  readonly userId: UserId;
  readonly deviceId: string;
  readonly accessToken: string;
}

/**
 * What an application service does as one of its users, or as one of the people it may act as. The user is registered when that is needed,
 * and joins the room of what it does there, by an invite of the bot where it must. Requests wait for as long as the homeserver asks to.
 *
 * Every method throws `MatrixError` for what the homeserver refuses, and `ClientError` `NETWORK_ERROR` or `TIMEOUT` where it is away.
 */
export interface Intent {
  readonly userId: UserId;
  /** Sends any request as this user. The user must have an account. @throws {AppserviceError} `ROOM_IS_ENCRYPTED` for an event that is not encrypted. */
  readonly http: RequestSender;
  /** The content repository: uploads what everyone may see, as avatars, as it is. What is for a room goes by {@link Intent.sendFile} and {@link Intent.uploadTo}. */
  readonly media: Media;
  /** Registers the user, if it is a ghost without an account. */
  ensureRegistered(): Promise<void>;
  /** Sets what differs, and nothing else. */
  setProfile(profile: GhostProfile): Promise<void>;
  /** Creates a room; it is not made once, however often a handler runs: {@link Portals} are. */
  createRoom(options?: CreateRoomBody): Promise<RoomId>;
  /** Joins a room. By an alias, the homeserver finds it. */
  join(room: RoomId | RoomAlias): Promise<RoomId>;
  /** Joins unless it is known that the user is joined. */
  ensureJoined(roomId: RoomId): Promise<void>;
  leave(roomId: RoomId, reason?: string): Promise<void>;
  invite(roomId: RoomId, userId: UserId): Promise<void>;
  kick(roomId: RoomId, userId: UserId, reason?: string): Promise<void>;
  /**
   * Sends an event, encrypted where the room is. Those of one user to one room arrive in the order of the calls.
   *
   * @throws {AppserviceError} `ROOM_IS_ENCRYPTED` without the option `encryption`, `ENCRYPTION_FAILED`; `FILE_IS_NOT_ENCRYPTED` if it shows a file that is not, and the
   * room is. Nothing was sent.
   */
  send<T extends EventTypeOf<"message">>(
    roomId: RoomId,
    type: T,
    content: ContentOf<"message", T>,
    options?: IntentSendOptions,
  ): Promise<EventId>;
  /** Sends an event of a type that nobody has declared. */
  sendCustom(roomId: RoomId, type: string, content: JsonObject, options?: IntentSendOptions): Promise<EventId>;
  sendText(roomId: RoomId, body: string, options?: IntentSendOptions): Promise<EventId>;
  sendNotice(roomId: RoomId, body: string, options?: IntentSendOptions): Promise<EventId>;
  sendEmote(roomId: RoomId, body: string, options?: IntentSendOptions): Promise<EventId>;
  /** Sends HTML, which is sent as it is: {@link sanitizeHtml} of the package html is for what others wrote. */
  sendHtml(roomId: RoomId, html: string, options?: IntentSendOptions): Promise<EventId>;
  /**
   * Uploads and sends a file; a text is a path on this machine. In an encrypted room it is encrypted, and so is its thumbnail. A handler that runs again uploads it again, and
   * sends it once.
   *
   * @throws {AppserviceError} As {@link Intent.send}; without the option `encryption` nothing is uploaded for an encrypted room. {@link ClientError} `BAD_FILE`.
   */
  sendFile(roomId: RoomId, file: FileLike | Blob | string, options?: IntentFileOptions): Promise<EventId>;
  /** Uploads and sends a picture, as {@link Intent.sendFile}. */
  sendImage(roomId: RoomId, file: FileLike | Blob | string, options?: IntentFileOptions): Promise<EventId>;
  sendVideo(roomId: RoomId, file: FileLike | Blob | string, options?: IntentFileOptions): Promise<EventId>;
  sendAudio(roomId: RoomId, file: FileLike | Blob | string, options?: IntentFileOptions): Promise<EventId>;
  /** Uploads and sends a picture that stands for a message; `caption` says in words what it shows. */
  sendSticker(roomId: RoomId, file: FileLike | Blob | string, options?: IntentFileOptions): Promise<EventId>;
  /**
   * Uploads a file for an event of one's own making: encrypted where the room is.
   *
   * @throws {AppserviceError} `ROOM_IS_ENCRYPTED` without the option `encryption`; nothing was uploaded.
   * @example
   * const recording = await ghost.uploadTo(roomId, "hello.ogg");
   * await ghost.sendCustom(roomId, "m.room.message", { msgtype: "m.audio", body: "hello.ogg", "org.matrix.msc3245.voice": {}, ...recording });
   */
  uploadTo(roomId: RoomId, file: FileLike | Blob | string, options?: UploadOptions): Promise<UploadedFile>;
  /** Sets state, unless it is so already. */
  setState<T extends EventTypeOf<"state">>(roomId: RoomId, type: T, stateKey: string, content: ContentOf<"state", T>): Promise<void>;
  redact(roomId: RoomId, eventId: EventId, options?: IntentSendOptions & { reason?: string | undefined }): Promise<EventId | undefined>;
  /** The name that somebody shows in a room; the localpart of who shows none. */
  displayName(roomId: RoomId, userId: UserId): Promise<string>;
  markRead(roomId: RoomId, eventId: EventId): Promise<void>;
  /** Shows that the user types, for so many milliseconds; `0` ends it. */
  setTyping(roomId: RoomId, timeoutMs: number): Promise<void>;
  /** Sets the power levels of some users, unless they are so already; `undefined` is the default of the room. */
  setPowerLevels(roomId: RoomId, levels: Readonly<Record<UserId, number | undefined>>): Promise<void>;
  /**
   * Makes the device by which this user reads and writes in encrypted rooms, unless there is one. The first event in such a room does that
   * too: it is for ghosts who are to read what is said before they have said anything, where the bot does not read.
   *
   * @throws {AppserviceError} `INVALID_OPTIONS` without the option `encryption`, `ENCRYPTION_FAILED`.
   */
  enableEncryption(): Promise<void>;
  /** Logs in, which makes a device; for what only a device can do. */
  logIn(options?: { deviceId?: string | undefined; deviceName?: string | undefined }): Promise<GhostSession>;
  /** The same user as one of its devices. */
  asDevice(deviceId: string): Intent;
}
