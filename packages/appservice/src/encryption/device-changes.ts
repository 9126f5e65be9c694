import { LruCache } from "@patrix/concurrency";
import type { UserId } from "@patrix/identifiers";

/** How many people are remembered whose devices have changed; beyond that devices are asked for again altogether. */
export const MAX_DEVICE_CHANGES = 50_000;
/** Of how many devices it is remembered what they know. */
const REMEMBERED_READERS = 50_000;

/**
 * Whose devices have changed since the start, by numbers: what the encryption of a ghost that is not open has missed. Each person has the
 * number of the last change. Of before the start nothing is known, as there are homeservers that tell nothing to who was away.
 */
export class DeviceChanges {
  /** The oldest change first. */
  readonly #numbers = new Map<UserId, number>();
  /** Up to which number the device of a user knows everything. */
  readonly #seen = new LruCache<UserId, number>(REMEMBERED_READERS);
  /** Changes up to this number may be forgotten. */
  #floor = 0;
  #last = 0;

  /** Notes that devices have changed. */
  add(userIds: readonly UserId[]): void {
    for (const userId of userIds) {
      this.#last += 1;
      this.#numbers.delete(userId);
      this.#numbers.set(userId, this.#last);
    }
    for (const [userId, number] of this.#numbers) {
      if (this.#numbers.size <= MAX_DEVICE_CHANGES) break;
      this.#numbers.delete(userId);
      this.#floor = number;
    }
  }

  /** Whose devices have changed since the device of a user was told last; `undefined` where that is not known. */
  missedBy(userId: UserId): { readonly changed: readonly UserId[] | undefined; readonly told: () => void } {
    const last = this.#last;
    const seen = this.#seen.get(userId);
    const isKnown = seen !== undefined && seen >= this.#floor;
    return {
      changed: isKnown ? [...this.#numbers].filter(([, each]) => each > seen).map(([changed]) => changed) : undefined,
      told: () => this.#seen.set(userId, last),
    };
  }
}
