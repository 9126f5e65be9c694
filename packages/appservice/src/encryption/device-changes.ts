import type { UserId } from "@patrix/identifiers";
import { type AppserviceChange, type AppserviceStore, change } from "../store/appservice-store.ts";

/** How many people are remembered whose devices have changed; beyond that devices are asked for again altogether. */
export const MAX_DEVICE_CHANGES = 50_000;
const FLOOR = "device-changes-floor";

/**
 * Whose devices have changed and when, by numbers: what the encryption of a ghost that is not open has missed. Each person has the number
 * of the last change.
 */
export class DeviceChanges {
  readonly #store: AppserviceStore;
  /** The oldest change first. */
  readonly #numbers: Map<UserId, number>;
  /** Changes up to this number may be forgotten. */
  #floor: number;
  #last: number;

  private constructor(store: AppserviceStore, numbers: Map<UserId, number>, floor: number) {
    this.#store = store;
    this.#numbers = numbers;
    this.#floor = floor;
    this.#last = [...numbers.values()].at(-1) ?? floor;
  }

  /** Takes up what the store holds. */
  static async open(store: AppserviceStore): Promise<DeviceChanges> {
    const rows = [...(await store.all("patrix.device-changes"))].flatMap(([userId, number]) =>
      // What this package has written are users.
      typeof number === "number" ? [[userId as UserId, number] as const] : [],
    );
    const floor = await store.get("patrix.service", FLOOR);
    return new DeviceChanges(store, new Map(rows.toSorted(([, a], [, b]) => a - b)), typeof floor === "number" ? floor : 0);
  }

  /** The number of the last change. */
  get last(): number {
    return this.#last;
  }

  /** Notes that devices have changed; stored once it resolves. */
  async add(userIds: readonly UserId[]): Promise<void> {
    if (userIds.length === 0) return;
    const changes: AppserviceChange[] = [];
    let last = this.#last;
    for (const userId of userIds) {
      last += 1;
      this.#numbers.delete(userId);
      this.#numbers.set(userId, last);
      changes.push(change("patrix.device-changes", userId, last));
    }
    for (const [userId, number] of this.#numbers) {
      if (this.#numbers.size <= MAX_DEVICE_CHANGES) break;
      this.#numbers.delete(userId);
      this.#floor = number;
      changes.push(change("patrix.device-changes", userId, undefined), change("patrix.service", FLOOR, number));
    }
    await this.#store.write(changes);
    this.#last = last;
  }

  /** Whose devices have changed after a number; `undefined` where that is not known any more. */
  since(number: number): UserId[] | undefined {
    if (number < this.#floor) return undefined;
    return [...this.#numbers].filter(([, each]) => each > number).map(([userId]) => userId);
  }
}
