import { parseUserId, type RoomId, type ServerName, type UserId } from "@patrix/identifiers";
import type { Subscription } from "../live/subscription.ts";
import type { Logger } from "../logger.ts";
import type { FollowUpgradesOptions } from "./follow-upgrades-options.ts";
import type { EventDispatcher } from "./event-dispatcher.ts";
import type { MatrixEvent, Room } from "./room.ts";

/** What following upgrades works with. */
export interface UpgradeParts {
  readonly events: EventDispatcher;
  readonly logger: Logger;
  readonly known: (id: RoomId) => Room | undefined;
  readonly join: (id: RoomId, via: readonly ServerName[]) => Promise<unknown>;
}

/** Joins what replaces rooms that the user is in, from now on. A room that the user has joined or is banned from is left alone. */
export function followUpgrades(parts: UpgradeParts, { from, join = parts.join, signal }: FollowUpgradesOptions = {}): Subscription {
  const wants = (user: UserId): boolean => from === undefined || (typeof from === "function" ? from(user) : from.includes(user));
  const joining = new Set<RoomId>();
  const follow = ({ room, sender }: MatrixEvent): void => {
    // What counts is the state: another tombstone may have come since.
    const id = room.successor;
    if (id === undefined || joining.has(id) || !wants(sender.id)) return;
    const { membership } = parts.known(id) ?? {};
    if (membership === "join" || membership === "ban") return;
    joining.add(id);
    // Sync goes on meanwhile.
    void join(id, [parseUserId(sender.id).serverName])
      .catch((error: unknown) => parts.logger.warn(`${room.id} is upgraded, but ${id} could not be joined`, error))
      .finally(() => joining.delete(id));
  };
  return parts.events.listen("m.room.tombstone", follow, { signal });
}
