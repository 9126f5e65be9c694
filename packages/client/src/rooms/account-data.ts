import type { JsonObject } from "@patrix/api";
import { type Live, LiveValue } from "../live/live.ts";

/** Account data of the user: settings by type, for the whole account or for one room. */
export interface AccountData {
  /** The content of a type, as the server sent it. */
  get(type: string): JsonObject | undefined;
  /** The content of a type, to watch. */
  watch(type: string): Live<JsonObject | undefined>;
  /** Replaces the content of a type. */
  set(type: string, content: object): Promise<void>;
}

/** The access to account data that somebody else keeps. */
export class AccountDataHandle implements AccountData {
  readonly set: AccountData["set"];
  readonly get: AccountData["get"];
  readonly #watched = new Map<string, LiveValue<JsonObject | undefined>>();

  constructor({ get, set }: Pick<AccountData, "get" | "set">) {
    this.get = get;
    this.set = set;
  }

  watch(type: string): Live<JsonObject | undefined> {
    const live = this.#watched.get(type) ?? new LiveValue(this.get(type));
    this.#watched.set(type, live);
    return live;
  }

  /** Tells those who watch what has changed. */
  changed(): void {
    for (const [type, live] of this.#watched) {
      const content = this.get(type);
      if (content !== live.value) live.set(content);
    }
  }
}
