import type { JsonObject } from "@patrix/api";
import { isJsonObject } from "@patrix/api";
import type { Edu } from "@patrix/events";
import { applyServerAclToEdu } from "@patrix/federation";
import { serverOf } from "@patrix/signatures";
import { isEventId } from "@patrix/identifiers";
import { limits } from "../../limits.ts";
import type { RoomParts } from "../../rooms/open-rooms.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import { membershipOf } from "../../rooms/membership/restricted-join.ts";
import { turnIfDue } from "../../turns.ts";
import type { ServerAcls } from "../server-acl.ts";

/** How long a user of another server counts as typing, in milliseconds, unless it says otherwise. */
const TYPING_MS = 30_000;

/** What takes in EDUs of one type, by the content. */
export type TakeEdu = (origin: string, content: JsonObject) => Promise<void>;

/** What takes in EDUs. */
export interface EduIntakeParts extends Pick<RoomParts, "rooms" | "typing" | "receipts"> {
  readonly acls: ServerAcls;
  /** Of types that other parts of the server take in. */
  readonly others: Readonly<Record<string, TakeEdu>>;
}

/** Takes in what other servers tell beside events. What is malformed, or said for users of a third server, is passed over. */
export class EduIntake {
  readonly #parts: EduIntakeParts;

  constructor(parts: EduIntakeParts) {
    this.#parts = parts;
  }

  async take(origin: string, edu: Edu): Promise<void> {
    const allowed = applyServerAclToEdu(edu, await this.#allowedRooms(origin, edu));
    if (!allowed || !isJsonObject(allowed.content)) return;
    const { content } = allowed;
    if (allowed.edu_type === "m.typing") return this.#takeTyping(origin, content);
    if (allowed.edu_type === "m.receipt") return this.#takeReceipts(origin, content);
    await this.#parts.others[allowed.edu_type]?.(origin, content);
  }

  /** The test of the rooms that an EDU is about, which are looked up first. */
  async #allowedRooms(origin: string, { edu_type: type, content }: Edu): Promise<(roomId: string) => boolean> {
    const { rooms, acls } = this.#parts;
    const about = isJsonObject(content) ? (type === "m.typing" ? [content["room_id"]] : Object.keys(content)) : [];
    const denied = new Set<string>();
    if (type === "m.typing" || type === "m.receipt")
      for (const roomId of about) {
        const room = typeof roomId === "string" ? rooms.find(roomId) : undefined;
        if (room && !(await acls.of(room))(origin)) denied.add(room.id);
      }
    return (roomId) => !denied.has(roomId);
  }

  async #takeTyping(origin: string, { room_id: roomId, user_id: userId, typing }: JsonObject): Promise<void> {
    const found = await this.#joined(origin, roomId, userId);
    if (found) this.#parts.typing.set(found.room, found.userNid, typing === true ? TYPING_MS : 0);
  }

  async #takeReceipts(origin: string, content: JsonObject): Promise<void> {
    let taken = 0;
    for (const [roomId, byType] of Object.entries(content)) {
      const byUser = isJsonObject(byType) ? byType["m.read"] : undefined;
      for (const [userId, receipt] of Object.entries(isJsonObject(byUser) ? byUser : {})) {
        const turn = turnIfDue();
        if (turn) await turn;
        if (taken++ >= limits.receiptsInAnswer.value) return;
        await this.#takeReceipt(origin, roomId, { userId, receipt });
      }
    }
  }

  async #takeReceipt(
    origin: string,
    roomId: string,
    { userId, receipt }: { readonly userId: string; readonly receipt: unknown },
  ): Promise<void> {
    const { rooms, receipts } = this.#parts;
    const found = await this.#joined(origin, roomId, userId);
    if (!found || !isJsonObject(receipt)) return;
    const { event_ids: eventIds, data } = receipt;
    const eventId = Array.isArray(eventIds) ? (eventIds as unknown[])[0] : undefined;
    const stated = isJsonObject(data) ? data["thread_id"] : undefined;
    const thread = typeof stated === "string" && (stated === "main" || isEventId(stated)) ? stated : "";
    if (typeof eventId !== "string" || !isEventId(eventId) || Buffer.byteLength(thread) > limits.receiptThreadBytes.value) return;
    const event = await rooms.events.byId(eventId);
    if (event && event.fields.roomNid !== found.room.nid) return;
    await receipts.set(found.room, { userNid: found.userNid, type: "m.read", thread, eventId, place: event?.fields.place ?? null });
  }

  /** The room and the user that an EDU is about, if the user is one of the server that sends it, and joined. */
  async #joined(
    origin: string,
    roomId: unknown,
    userId: unknown,
  ): Promise<{ readonly room: LoadedRoom; readonly userNid: number } | undefined> {
    const { rooms } = this.#parts;
    const room = typeof roomId === "string" ? rooms.find(roomId) : undefined;
    if (!room || typeof userId !== "string" || serverOf(userId) !== origin) return undefined;
    const loaded = await rooms.load(room);
    const membership = await membershipOf(rooms, loaded, userId);
    // Of a server that was in the room when it was joined, it may not be known yet by which users.
    const mayBeIn = membership === undefined && rooms.partial.of(room.nid)?.servers.has(origin) === true;
    if (membership !== "join" && !mayBeIn) return undefined;
    return { room: loaded, userNid: await rooms.core.users.intern(userId) };
  }
}
