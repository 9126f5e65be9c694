import { type Client, ClientError, type Logger, MatrixError, type RoomId, type ServerName, type UserId } from "@patrix/client";
import type { TimerClock } from "@patrix/concurrency";
import type { AutojoinOptions } from "./bot.ts";

/** What {@link autojoin} works with. */
export interface AutojoinParts {
  readonly client: Client;
  readonly logger: Logger;
  readonly clock: TimerClock;
  readonly signal: AbortSignal;
}

const firstPauseMs = 5000;
const maxPauseMs = 3_600_000;

/** Accepts invites, and goes along when a room is upgraded; whoever cannot join for now tries again until it is clear. */
export function autojoin(parts: AutojoinParts, { from }: AutojoinOptions = {}): void {
  const { client, signal } = parts;
  const wants = (user: UserId): boolean => from === undefined || (typeof from === "function" ? from(user) : from.includes(user));
  const joining = new Set<RoomId>();
  const join = async (id: RoomId, via: readonly ServerName[] | undefined, isWanted: () => boolean): Promise<void> => {
    if (signal.aborted || joining.has(id)) return;
    joining.add(id);
    await joinPatiently(parts, () => client.rooms.join(id, { via }), { id, isWanted }).finally(() => joining.delete(id));
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

/** Joins; waits and tries again after failures that may pass, for as long as the room is wanted. */
async function joinPatiently(
  { clock, logger, signal }: AutojoinParts,
  join: () => Promise<unknown>,
  { id, isWanted }: { id: RoomId; isWanted: () => boolean },
): Promise<void> {
  for (let attempt = 0; !signal.aborted && isWanted(); attempt += 1) {
    try {
      await join();
      return;
    } catch (error) {
      if (!mayPass(error)) {
        logger.warn(`could not join ${id}`, error);
        return;
      }
      const asked = error instanceof MatrixError ? (error.retryAfterMs ?? 0) : 0;
      const pauseMs = Math.max(asked, Math.min(maxPauseMs, firstPauseMs * 2 ** Math.min(attempt, 20)));
      logger.warn(`could not join ${id} yet (${String(error)}); again in ${pauseMs} ms`);
      await clock.sleep(pauseMs, signal).catch(() => {});
    }
  }
}

function mayPass(error: unknown): boolean {
  if (error instanceof MatrixError) return error.status === 429 || error.errcode === "M_LIMIT_EXCEEDED" || error.status >= 500;
  return error instanceof ClientError && ["NETWORK_ERROR", "TIMEOUT", "UNEXPECTED_RESPONSE"].includes(error.code);
}
