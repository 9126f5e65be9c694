import type { Client, Logger, RoomId, ServerName, UserId } from "@patrix/client";
import type { TimerClock } from "@patrix/concurrency";
import type { AutojoinOptions } from "./bot.ts";
import { patiently } from "./patiently.ts";

/** What {@link autojoin} works with. */
export interface AutojoinParts {
  readonly client: Client;
  readonly logger: Logger;
  readonly clock: TimerClock;
  readonly signal: AbortSignal;
}

/** Accepts invites, and goes along when a room is upgraded; whoever cannot join for now tries again until it is clear. */
export function autojoin(parts: AutojoinParts, { from }: AutojoinOptions = {}): void {
  const { client, signal } = parts;
  const wants = (user: UserId): boolean => from === undefined || (typeof from === "function" ? from(user) : from.includes(user));
  const joining = new Set<RoomId>();
  const join = async (id: RoomId, via: readonly ServerName[] | undefined, isWanted: () => boolean): Promise<void> => {
    if (signal.aborted || joining.has(id)) return;
    joining.add(id);
    await patiently(() => client.rooms.join(id, { via }), { ...parts, isWanted, what: `join ${id}` })
      .catch((error: unknown) => parts.logger.warn(`could not join ${id}`, error))
      .finally(() => joining.delete(id));
  };
  const refused = new Set<RoomId>();
  const look = (): void => {
    const invites = client.rooms.invites.value;
    for (const { id, inviter } of invites) {
      if (inviter === undefined || !wants(inviter.id) || refused.has(id)) continue;
      // Until sync has taken the invite off the list, it is not looked at again.
      refused.add(id);
      void join(id, undefined, () => client.rooms.get(id)?.membership === "invite");
    }
    for (const id of refused) if (!invites.some((room) => room.id === id)) refused.delete(id);
  };
  client.rooms.invites.subscribe(look);
  look();
  client.rooms.followUpgrades({ from: wants, join: (id, via) => join(id, via, () => true), signal });
}
