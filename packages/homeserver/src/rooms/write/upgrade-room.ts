import { SingleFlight } from "@patrix/concurrency";
import { getRoomVersionRules } from "@patrix/room-versions";
import { operation, type WriteOperation } from "../../store/statement.ts";
import { moveAliases, movePublication } from "../../store/statements/rooms.ts";
import { turnIfDue } from "../../turns.ts";
import { RoomError } from "../errors.ts";
import { memberContent, type ProfileOf } from "../membership/member-content.ts";
import type { Successions } from "../membership/successions.ts";
import { powerLevels, stateEvent } from "../read/state-event.ts";
import { type LoadedRoom, requireWritable } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { EventDraft } from "./event-draft.ts";
import { foundRoom } from "./found-room.ts";
import type { RoomEngine } from "./room-engine.ts";
import { type LevelledRoom, retiredPowerLevels, upgradedPowerLevels } from "./upgraded-power-levels.ts";
import { carriedLists, carriedState, type Successor, upgradedCreateContent } from "./upgraded-state.ts";

/** How many events of a long list are sent at once. */
const SENT_AT_ONCE = 50;

/** What a new room is to be. */
export interface UpgradeRequest {
  readonly sender: string;
  readonly version: string;
  /** Ignored where the version has none. */
  readonly additionalCreators?: readonly string[] | undefined;
  /** Makes what counts the room, which is stored with it. */
  readonly counted?: (() => WriteOperation) | undefined;
}

/**
 * Replaces rooms by new ones of other versions. Until the tombstone nobody knows the new room, so whatever fails before it leaves the old
 * room as it was.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#room-upgrades}
 */
export class RoomUpgrades {
  readonly #rooms: Rooms;
  readonly #engine: RoomEngine;
  readonly #profileOf: ProfileOf;
  readonly #successions: Successions;
  /** Whoever asks again while it is under way gets the same room. */
  readonly #running = new SingleFlight<string, LoadedRoom>();

  constructor(rooms: Rooms, engine: RoomEngine, { profileOf, successions }: { profileOf: ProfileOf; successions: Successions }) {
    this.#rooms = rooms;
    this.#engine = engine;
    this.#profileOf = profileOf;
    this.#successions = successions;
  }

  /**
   * Replaces a room.
   *
   * @throws {RoomError} `UNSUPPORTED_ROOM_VERSION`, `FORBIDDEN` for who may not send the tombstone, or `INVALID_ROOM_STATE`.
   * @throws {LimitError} For a room too many.
   */
  upgrade(old: LoadedRoom, request: UpgradeRequest): Promise<LoadedRoom> {
    const { sender, version, additionalCreators = [] } = request;
    return this.#running.run(JSON.stringify([old.nid, sender, version, additionalCreators]), () => this.#upgrade(old, request));
  }

  async #upgrade(old: LoadedRoom, { sender, version, additionalCreators = [], counted }: UpgradeRequest): Promise<LoadedRoom> {
    const rules = getRoomVersionRules(version);
    if (!rules) throw new RoomError("UNSUPPORTED_ROOM_VERSION", `new_version: this server does not know ${version}`);
    requireWritable(old);
    const levelled = await this.#levelsOf(old);
    if (!levelled.levels.can.sendState(sender, "m.room.tombstone"))
      throw new RoomError("FORBIDDEN", "replacing the room needs the power level for m.room.tombstone");
    const named = rules.authorization.additionalRoomCreators ? additionalCreators.filter((user) => user !== sender) : [];
    const successor: Successor = { sender, version, rules, additionalCreators: [...new Set(named)] };
    const state = (type: string, content: EventDraft["content"], stateKey = ""): EventDraft => ({ type, stateKey, sender, content });
    const room = await foundRoom(this.#rooms, this.#engine, {
      creator: sender,
      version,
      rules,
      counted,
      drafts: [
        state("m.room.create", await upgradedCreateContent(this.#rooms, old, successor)),
        state("m.room.member", await memberContent(this.#profileOf, sender, "join"), sender),
        ...(await carriedState(this.#rooms, old, sender)),
      ],
    });
    await this.#sendAll(room, await carriedLists(this.#rooms, old, sender));
    // Until there is this event, its creator may do everything in the room.
    const creators = new Set([sender, ...named]);
    await this.#engine.send(room, state("m.room.power_levels", upgradedPowerLevels(levelled, { rules, creators })));
    await this.#engine.send(old, state("m.room.tombstone", { body: "This room has been replaced", replacement_room: room.id }));
    const moved = [moveAliases, movePublication].map((statement) => operation(statement, old.nid, room.nid));
    await this.#rooms.core.log.append({ positions: [], operations: moved });
    await this.#retire(old, sender);
    await this.#successions.note(room, await this.#rooms.core.users.intern(sender));
    return room;
  }

  async #levelsOf(room: LoadedRoom): Promise<LevelledRoom> {
    const content = (await stateEvent(this.#rooms, room, "m.room.power_levels"))?.content;
    return { content, levels: await powerLevels(this.#rooms, room), rules: room.rules };
  }

  async #sendAll(room: LoadedRoom, drafts: readonly EventDraft[]): Promise<void> {
    for (let at = 0; at < drafts.length; at += SENT_AT_ONCE) {
      const turn = turnIfDue();
      if (turn) await turn;
      await Promise.all(drafts.slice(at, at + SENT_AT_ONCE).map((draft) => this.#engine.send(room, draft)));
    }
  }

  /** Takes the old room out of use, as far as the sender may: nobody writes there, and its name leads to the new one. */
  async #retire(old: LoadedRoom, sender: string): Promise<void> {
    const named = (await stateEvent(this.#rooms, old, "m.room.canonical_alias"))?.content ?? {};
    const drafts = [
      ...(Object.keys(named).length > 0 ? [{ type: "m.room.canonical_alias", content: {} }] : []),
      { type: "m.room.power_levels", content: retiredPowerLevels(await this.#levelsOf(old)) },
    ];
    for (const draft of drafts) {
      try {
        await this.#engine.send(old, { ...draft, stateKey: "", sender });
      } catch (error) {
        if (!(error instanceof RoomError)) throw error;
      }
    }
  }
}
