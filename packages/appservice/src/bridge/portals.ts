import { isJsonObject, type JsonObject, MatrixError } from "@patrix/api";
import { type CreateRoomBody, getRoomIdByAlias } from "@patrix/client-api";
import { KeyedQueue } from "@patrix/concurrency";
import { isRoomAlias, isRoomId, type RoomAlias, type RoomId } from "@patrix/identifiers";
import type { Appservice } from "../appservice.ts";
import { AppserviceError } from "../errors.ts";
import { type AppserviceChange, change } from "../store/appservice-store.ts";

/** A place of the other network and the room that shows it. */
export interface Portal {
  /** The place, by whatever the network calls it. */
  readonly remoteId: string;
  readonly roomId: RoomId;
  /** What the bridge keeps beside it. */
  readonly data: JsonObject;
}

/** How rooms of portals are made. */
export interface PortalOptions {
  /** The settings of the room of a place; the bot makes it. */
  readonly room: (remoteId: string) => CreateRoomBody | Promise<CreateRoomBody>;
  /**
   * The localpart of the alias of a place's room, in the namespace of the registration. With it the room is found again that a crash
   * has made and not stored, and after the store was lost; without it such a place gets another room.
   */
  readonly aliasLocalpart?: ((remoteId: string) => string) | undefined;
}

/** The places of the other network that are bridged, and their rooms; kept in the store. */
export class Portals {
  readonly #service: Appservice;
  readonly #options: PortalOptions;
  /** One change of a place after the other. */
  readonly #turns = new KeyedQueue<string>();

  constructor(service: Appservice, options: PortalOptions) {
    this.#service = service;
    this.#options = options;
    service.on("m.room.tombstone", (event) => this.#follow(event.room_id, event.content.replacement_room), { own: true });
  }

  /** The portal of a place. */
  async byRemote(remoteId: string): Promise<Portal | undefined> {
    return toPortal(remoteId, await this.#service.store.get("patrix.portals", `remote:${remoteId}`));
  }

  /** The portal whose room this is. */
  async byRoom(roomId: RoomId): Promise<Portal | undefined> {
    const remoteId = await this.#service.store.get("patrix.portals", `room:${roomId}`);
    return typeof remoteId === "string" ? this.byRemote(remoteId) : undefined;
  }

  /** Every portal. */
  async all(): Promise<Portal[]> {
    const rows = await this.#service.store.all("patrix.portals");
    return [...rows].flatMap(([key, value]) => {
      const portal = key.startsWith("remote:") ? toPortal(key.slice("remote:".length), value) : undefined;
      return portal ? [portal] : [];
    });
  }

  /** The portal of a place; its room is made if there is none yet, once, whoever asks at the same time. */
  async ensure(remoteId: string): Promise<Portal> {
    const known = await this.byRemote(remoteId);
    if (known) return known;
    return this.#turns.run(remoteId, async () => {
      const before = await this.byRemote(remoteId);
      return before ?? this.#store(remoteId, await this.#createRoom(remoteId), {});
    });
  }

  /** Shows a place in a room that is there already; a place and a room are each in one portal at most. */
  link(remoteId: string, roomId: RoomId, data: JsonObject = {}): Promise<Portal> {
    return this.#turns.run(remoteId, () => this.#store(remoteId, roomId, data));
  }

  /** Changes what the bridge keeps beside a portal. @returns The portal as it is now, if there is one. */
  update(remoteId: string, data: JsonObject): Promise<Portal | undefined> {
    return this.#turns.run(remoteId, async () => {
      const portal = await this.byRemote(remoteId);
      return portal && this.#store(remoteId, portal.roomId, { ...portal.data, ...data });
    });
  }

  /** Forgets a portal; the room stays as it is. */
  unlink(remoteId: string): Promise<void> {
    return this.#turns.run(remoteId, async () => this.#service.store.write(await this.#removal(remoteId)));
  }

  async #store(remoteId: string, roomId: RoomId, data: JsonObject): Promise<Portal> {
    const other = await this.byRoom(roomId);
    await this.#service.store.write([
      ...(other && other.remoteId !== remoteId ? await this.#removal(other.remoteId) : []),
      ...(await this.#removal(remoteId)),
      change("patrix.portals", `remote:${remoteId}`, { roomId, data }),
      change("patrix.portals", `room:${roomId}`, remoteId),
    ]);
    return { remoteId, roomId, data };
  }

  async #removal(remoteId: string): Promise<AppserviceChange[]> {
    const portal = await this.byRemote(remoteId);
    if (!portal) return [];
    return [`remote:${remoteId}`, `room:${portal.roomId}`].map((key) => change("patrix.portals", key, undefined));
  }

  async #createRoom(remoteId: string): Promise<RoomId> {
    const { bot } = this.#service;
    const settings = await this.#options.room(remoteId);
    const localpart = this.#options.aliasLocalpart?.(remoteId);
    if (localpart === undefined) return bot.createRoom(settings);
    const alias = this.#aliasOf(localpart);
    try {
      return await bot.createRoom({ ...settings, room_alias_name: localpart });
    } catch (error) {
      if (!MatrixError.is(error, "M_ROOM_IN_USE")) throw error;
      const { room_id: roomId } = await bot.http.send(getRoomIdByAlias, { path: { roomAlias: alias } });
      if (!isRoomId(roomId)) throw error;
      await bot.ensureJoined(roomId);
      return roomId;
    }
  }

  #aliasOf(localpart: string): RoomAlias {
    const alias = `#${localpart}:${this.#service.serverName}`;
    if (isRoomAlias(alias)) return alias;
    throw new AppserviceError("INVALID_OPTIONS", `aliasLocalpart: ${JSON.stringify(alias)} is no alias`);
  }

  /** Goes with the people of a room to the one that replaces it. */
  async #follow(from: RoomId, to: string): Promise<void> {
    const portal = await this.byRoom(from);
    if (!portal || !isRoomId(to)) return;
    await this.#service.bot.join(to);
    await this.link(portal.remoteId, to, portal.data);
  }
}

function toPortal(remoteId: string, value: unknown): Portal | undefined {
  if (!isJsonObject(value)) return undefined;
  const { roomId, data } = value;
  if (typeof roomId !== "string" || !isRoomId(roomId)) return undefined;
  return { remoteId, roomId, data: isJsonObject(data) ? data : {} };
}
