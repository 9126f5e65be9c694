import { isJsonObject } from "@patrix/api";
import { LruCache } from "@patrix/concurrency";
import type { AccountData } from "./account-data.ts";

/** From whom a user wants to hear. */
export interface ContactSettings {
  /** Users whose messages and invites are not told. */
  readonly ignored: ReadonlySet<string>;
  /** Whether nobody may invite the user. */
  readonly blocksInvites: boolean;
}

/** The most users whose settings are kept in memory. */
const CACHE_LIMIT = 20_000;
const TYPES: ReadonlySet<string> = new Set(["m.ignored_user_list", "m.invite_permission_config"]);

/**
 * From whom users want to hear, as their account data says.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#ignoring-users}
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#invite-permission}
 */
export class ContactSettingsReader {
  readonly #accountData: AccountData;
  readonly #cache = new LruCache<number, ContactSettings>(CACHE_LIMIT);
  #changes = 0;

  constructor(accountData: AccountData) {
    this.#accountData = accountData;
    accountData.onChange(({ userNid, roomNid, type }) => {
      if (roomNid !== 0 || !TYPES.has(type)) return;
      this.#changes++;
      this.#cache.delete(userNid);
    });
  }

  /** The settings of a user. */
  async of(userNid: number): Promise<ContactSettings> {
    const known = this.#cache.get(userNid);
    if (known) return known;
    const changes = this.#changes;
    const ignoredUsers = (await this.#read(userNid, "m.ignored_user_list"))["ignored_users"];
    const permission = await this.#read(userNid, "m.invite_permission_config");
    const settings: ContactSettings = {
      ignored: new Set(isJsonObject(ignoredUsers) ? Object.keys(ignoredUsers) : []),
      blocksInvites: permission["default_action"] === "block",
    };
    // What was read before a change may be what the change was about.
    if (changes === this.#changes) this.#cache.set(userNid, settings);
    return settings;
  }

  async #read(userNid: number, type: string): Promise<Readonly<Record<string, unknown>>> {
    const content: unknown = JSON.parse((await this.#accountData.read({ userNid, roomNid: 0, type })) ?? "{}");
    return isJsonObject(content) ? content : {};
  }
}
