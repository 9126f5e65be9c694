import { type JsonObject, MatrixError } from "@patrix/api";
import {
  type ClientEventWithoutRoomId,
  getInReplyTo,
  getRelation,
  isRedacted,
  makeEdit,
  makeReaction,
  makeReply,
  mediaSourceOf,
  type MembershipChange,
  membershipChange,
  removePlainReplyFallback,
} from "@patrix/events";
import { type EventId, formatMatrixToUri, parseUserId } from "@patrix/identifiers";
import type { Abortable } from "../abortable.ts";
import type { Member } from "../base/members.ts";
import { textOf } from "../base/room-data.ts";
import { type EventEncryption, encryptionOf } from "../encryption/event-encryption.ts";
import { ClientError } from "../errors.ts";
import type { EventType } from "../events/event-types.ts";
import { localEventId, requireSent } from "../events/local-event-id.ts";
import { actions } from "../load-actions.ts";
import type { FileStream, StreamOptions } from "../media/media.ts";
import type { PreparedContent } from "../outbox/outbox-item.ts";
import type { Sending } from "../outbox/sending.ts";
import { createSender } from "./create-sender.ts";
import { createThread } from "./create-thread.ts";
import { markRoomRead, markThreadRead } from "./mark-read.ts";
import type { MarkReadOptions } from "./mark-read-options.ts";
import type { EventOf, MatrixEvent, MemberEvent, MessageEvent, PermalinkOptions, Room, Thread } from "./room.ts";
import type { RoomContext } from "./room-context.ts";
import type { Sender } from "./sender.ts";

/** What an event handle is made of. */
export interface EventParts {
  readonly raw: ClientEventWithoutRoomId;
  /** The checked content. */
  readonly content: unknown;
  readonly room: Room;
  readonly sender: Member;
  readonly context: RoomContext;
}

/** The handle of any event. Frozen: what is not known when it is made is computed when asked for. */
export class EventHandle implements MatrixEvent {
  readonly id: EventId;
  readonly type: string;
  readonly content: unknown;
  readonly stateKey: string | undefined;
  readonly sender: Member;
  readonly ts: Date;
  readonly room: Room;
  readonly isOwn: boolean;
  readonly encryption: EventEncryption | undefined;
  readonly raw: ClientEventWithoutRoomId;
  readonly #context: RoomContext;

  constructor({ raw, content, room, sender, context }: EventParts) {
    this.id = raw.event_id;
    this.type = raw.type;
    this.content = content;
    this.stateKey = raw.state_key;
    this.sender = sender;
    this.ts = new Date(raw.origin_server_ts);
    this.room = room;
    this.isOwn = raw.sender === context.userId();
    this.encryption = encryptionOf(raw);
    this.raw = raw;
    this.#context = context;
    if (new.target === EventHandle) Object.freeze(this);
  }

  /** Its ID, also if it was sent since this handle was made. */
  get #idNow(): EventId {
    return this.#context.sentAs(this.id) ?? this.id;
  }

  get isEdit(): boolean {
    return getRelation(this.raw.content)?.kind === "replacement";
  }

  get reply(): Sender {
    return this.#sender((content) => makeReply(content, this.raw));
  }

  get edit(): Pick<Sender, "text" | "html" | "markdown" | "event"> {
    const fault = this.#editFault();
    if (fault !== undefined) throw new ClientError("NOT_EDITABLE", `${this.id} cannot be edited: ${fault}`);
    // An edit of an edit would not count.
    const relation = getRelation(this.raw.content);
    const event_id = relation?.kind === "replacement" ? relation.eventId : this.id;
    const target = { event_id, content: this.raw.content };
    return this.#sender((content, type) => {
      if (type === this.type) return makeEdit(content, target);
      throw new ClientError("NOT_EDITABLE", `${this.id} cannot be edited: it is ${this.type}, and the edit ${type}`);
    });
  }

  /** Why no edit of the event would count. */
  #editFault(): string | undefined {
    if (!this.isOwn) return "somebody else sent it";
    if (this.stateKey !== undefined) return "it is a state event";
    return isRedacted(this.raw) ? "it was redacted" : undefined;
  }

  get thread(): Thread {
    const relation = getRelation(this.raw.content);
    return createThread(relation?.kind === "thread" ? relation.rootId : this.#idNow, this.room, this.#context);
  }

  react(key: string): Sending {
    const content = { ...makeReaction(this.id, key) };
    return this.#enqueue("m.reaction", { content });
  }

  unreact(key: string): Sending {
    const pending = this.#findPendingReaction(key);
    if (pending) return this.#enqueue("m.room.redaction", { content: {}, redacts: pending });
    const prepare = async (): Promise<{ content: JsonObject; redacts: EventId }> => ({
      content: {},
      redacts: await this.#findReaction(key),
    });
    return this.#context.enqueue({ roomId: this.room.id, type: "m.room.redaction", prepare });
  }

  redact(reason?: string): Sending {
    const content = reason === undefined ? {} : { reason };
    return this.#enqueue("m.room.redaction", { content, redacts: this.id });
  }

  #enqueue(type: string, made: PreparedContent): Sending {
    return this.#context.enqueue({ roomId: this.room.id, type, preview: made, prepare: () => made });
  }

  permalink({
    via = [parseUserId(this.sender.id).serverName, parseUserId(this.#context.userId()).serverName],
  }: PermalinkOptions = {}): string {
    const eventId = this.#idNow;
    requireSent(eventId);
    return formatMatrixToUri({ id: this.room.id, eventId, via: [...new Set(via)] });
  }

  async pin(): Promise<void> {
    const eventId = this.#idNow;
    requireSent(eventId);
    const { getRoomStateWithKey, setRoomStateWithKey } = await actions();
    const path = { roomId: this.room.id, eventType: "m.room.pinned_events", stateKey: "" };
    const current = await this.#context.http.send(getRoomStateWithKey, { path }).catch((error: unknown) => {
      if (MatrixError.is(error, "M_NOT_FOUND")) return {};
      throw error;
    });
    const before: unknown = Reflect.get(current, "pinned");
    const pinned = Array.isArray(before) ? before.filter((id) => id !== eventId) : [];
    await this.#context.http.send(setRoomStateWithKey, { path, body: { pinned: [...pinned, eventId] } });
  }

  async markRead(options?: MarkReadOptions): Promise<void> {
    const place = { roomId: this.room.id, eventId: this.#idNow };
    const relation = getRelation(this.raw.content);
    if (relation?.kind === "thread") await markThreadRead(this.#context.http, { ...place, rootId: relation.rootId }, options);
    else await markRoomRead(this.#context.http, place, options);
  }

  is<K extends EventType>(type: K): this is EventOf<K> {
    return this.type === (type as string);
  }

  #sender(relate: (content: JsonObject, type: string) => JsonObject): Sender {
    const { http, admitFile, enqueue } = this.#context;
    return createSender({ roomId: this.room.id, http, admitFile, enqueue }, relate);
  }

  /** A reaction that the server may not know of yet. */
  #findPendingReaction(key: string): EventId | undefined {
    const all = this.#context.pendingIn(this.room.id);
    const found = all.findLast(({ type, content }) => {
      const relation = type === "m.reaction" ? getRelation(content) : undefined;
      return relation?.kind === "annotation" && [this.id, this.#idNow].includes(relation.eventId) && relation.key === key;
    });
    const id = found && localEventId(found.sending.txnId);
    // One that is taken back already may be one of two.
    return all.some(({ redacts }) => redacts === id) ? undefined : id;
  }

  async #findReaction(key: string): Promise<EventId> {
    const { getRelatingEventsWithRelTypeAndEventType } = await actions();
    const path = { roomId: this.room.id, eventId: this.#idNow, relType: "m.annotation", eventType: "m.reaction" };
    let from: string | undefined;
    do {
      const page = await this.#context.http.send(getRelatingEventsWithRelTypeAndEventType, { path, query: { from, limit: 100 } });
      const own = page.chunk.find(({ sender, content }) => {
        const relation = getRelation(content);
        return sender === this.#context.userId() && relation?.kind === "annotation" && relation.key === key;
      });
      if (own) return own.event_id;
      from = page.next_batch;
    } while (from !== undefined);
    throw new ClientError("NOT_FOUND", "the user has no such reaction to the event");
  }
}

/** The handle of a membership event. */
export class MemberHandle extends EventHandle implements MemberEvent {
  declare readonly type: "m.room.member";
  declare readonly content: MemberEvent["content"];
  readonly membershipChange: MembershipChange;

  constructor(parts: EventParts) {
    super(parts);
    const before = parts.raw.unsigned?.prev_content;
    const membership = textOf(before, "membership");
    const previous = membership === undefined ? undefined : { ...profileOf(before), membership };
    const bySelf = parts.raw.sender === parts.raw.state_key;
    const current = { ...profileOf(parts.raw.content), membership: textOf(parts.raw.content, "membership") ?? "" };
    this.membershipChange = membershipChange(current, previous, { bySelf }).change;
    Object.freeze(this);
  }
}

function profileOf(content: unknown): { displayname: string | undefined; avatar_url: string | undefined } {
  return { displayname: textOf(content, "displayname"), avatar_url: textOf(content, "avatar_url") };
}

/** The handle of a message. */
export class MessageHandle extends EventHandle implements MessageEvent {
  declare readonly type: "m.room.message";
  declare readonly content: MessageEvent["content"];
  readonly #parts: EventParts;

  constructor(parts: EventParts) {
    super(parts);
    this.#parts = parts;
    Object.freeze(this);
  }

  get text(): string | undefined {
    const { content } = this.raw;
    const shown = this.isEdit ? content["m.new_content"] : content;
    const body = textOf(shown, "body");
    if (body === undefined || !["m.text", "m.notice", "m.emote"].includes(textOf(shown, "msgtype") ?? "")) return undefined;
    return getInReplyTo(content) === undefined ? body : removePlainReplyFallback(body);
  }

  get mentionsMe(): boolean {
    const mentions = this.content["m.mentions"];
    return mentions?.room === true || mentions?.user_ids?.includes(this.#parts.context.userId()) === true;
  }

  async download({ signal }: Abortable = {}): Promise<Blob> {
    const { encrypted, url } = this.#file();
    const file = await this.#parts.context.media.download(encrypted ?? url, { signal });
    return encrypted ? new Blob([file], { type: this.#mimetype() ?? "" }) : file;
  }

  async stream(options: Omit<StreamOptions, "thumbnail"> = {}): Promise<FileStream> {
    const { encrypted, url } = this.#file();
    const file = await this.#parts.context.media.stream(encrypted ?? url, options);
    return encrypted ? { ...file, type: this.#mimetype() ?? file.type } : file;
  }

  #file(): NonNullable<ReturnType<typeof mediaSourceOf>> {
    const { content } = this;
    const source = "url" in content || "file" in content ? mediaSourceOf(content) : undefined;
    if (source === undefined) throw new ClientError("NOT_FOUND", "the message has no file");
    return source;
  }

  #mimetype(): string | undefined {
    return textOf(this.raw.content["info"], "mimetype");
  }
}
