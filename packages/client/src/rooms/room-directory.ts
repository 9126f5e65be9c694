import type { RoomId } from "@patrix/identifiers";
import { actions } from "../load-actions.ts";
import { loaded } from "../loaded.ts";
import type { Logger } from "../logger.ts";
import type { EventDispatcher } from "./event-dispatcher.ts";
import { followUpgrades } from "./follow-upgrades.ts";
import type { FoundRoomsParts } from "./found-rooms.ts";
import type { RoomListOptions, RoomListView, Rooms } from "./rooms.ts";

/** What {@link createRooms} is made of. */
export interface RoomsParts extends FoundRoomsParts {
  readonly list: (options: RoomListOptions | undefined) => RoomListView;
  readonly events: EventDispatcher;
  readonly logger: Logger;
}

/** Composes the access to the rooms of the user. */
export function createRooms(parts: RoomsParts): Rooms {
  const { invites, known, list, events, logger } = parts;
  const found = loaded(async () => (await actions()).createFoundRooms(parts));
  let spaces: Rooms["spaces"] | undefined;
  const join: Rooms["join"] = async (idOrAlias, options) => (await found()).join(idOrAlias, options);
  return {
    get: known,
    list,
    invites,
    get spaces() {
      return (spaces ??= Object.assign(list({ filter: { kind: "space" }, sort: "name" }), {
        children: async function* (id: RoomId) {
          yield* (await found()).children(id);
        },
      }));
    },
    create: async (options) => (await found()).create(options),
    dm: async (user) => (await found()).dm(user),
    join,
    followUpgrades: (options) => followUpgrades({ events, logger, known, join: (id, via) => join(id, { via }) }, options),
    preview: async (idOrAlias, options) => (await found()).preview(idOrAlias, options),
    directory: async function* (options) {
      yield* (await found()).directory(options);
    },
  };
}
