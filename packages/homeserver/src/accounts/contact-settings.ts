import { isJsonObject } from "@patrix/api";
import { LruCache } from "@patrix/concurrency";
import { type InviteFilterContent, type InviteVerdict, inviteVerdict } from "@patrix/events/unstable";
import type { UserId } from "@patrix/identifiers";
import { limits } from "../limits.ts";
import type { Ready } from "../ready.ts";
import type { InviterTest } from "../rooms/membership/unwanted-invites.ts";
import type { AccountData } from "./account-data.ts";

/** From whom a user wants to hear. */
export interface ContactSettings {
  /** Users whose messages and invites are not told. */
  readonly ignored: ReadonlySet<string>;
  /** Whether nobody may invite the user. */
  readonly blocksInvites: boolean;
  /** Whose invites are refused or not told, where the user says so. */
  readonly inviteFilter?: InviteFilterContent | undefined;
}

/** What becomes of an invite to a user with these settings. */
export function verdictOnInvite({ blocksInvites, inviteFilter }: ContactSettings, senderId: string): InviteVerdict {
  if (blocksInvites) return "block";
  // Who sends an event is a user.
  return inviteFilter ? inviteVerdict(inviteFilter, senderId as UserId) : "allow";
}

/** Whose invites are not told to a user with these settings: of those who are ignored, and of those who are filtered. */
export function unwantedInviters(settings: ContactSettings): InviterTest {
  const { ignored, blocksInvites, inviteFilter } = settings;
  if (!blocksInvites && ignored.size === 0 && !inviteFilter) return undefined;
  return (senderId) => ignored.has(senderId) || verdictOnInvite(settings, senderId) !== "allow";
}

/** The most users whose settings are kept in memory. */
const CACHE_LIMIT = 20_000;
const FILTER = "org.matrix.msc4155.invite_permission_config";
/** Under its stable name, and that of before. */
const PERMISSIONS = ["m.invite_permission_config", "org.matrix.msc4380.invite_permission_config"];
const TYPES: ReadonlySet<string> = new Set(["m.ignored_user_list", FILTER, ...PERMISSIONS]);

/**
 * From whom users want to hear, as their account data says.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#ignoring-users}
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#invite-permission}
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4155}
 */
export class ContactSettingsReader {
  readonly #accountData: AccountData;
  readonly #cache = new LruCache<number, ContactSettings>(CACHE_LIMIT);
  readonly #ignoringListeners = new Set<(userNid: number) => void>();
  #changes = 0;

  constructor(accountData: AccountData) {
    this.#accountData = accountData;
    accountData.onChange(({ userNid, roomNid, type }) => {
      if (roomNid !== 0 || !TYPES.has(type)) return;
      this.#changes++;
      this.#cache.delete(userNid);
      if (type === "m.ignored_user_list") for (const listener of this.#ignoringListeners) listener(userNid);
    });
  }

  /** Calls back when a user ignores others than before. */
  onIgnoring(listener: (userNid: number) => void): void {
    this.#ignoringListeners.add(listener);
  }

  /** The settings of a user. */
  of(userNid: number): Ready<ContactSettings> {
    return this.#cache.get(userNid) ?? this.#load(userNid);
  }

  async #load(userNid: number): Promise<ContactSettings> {
    const changes = this.#changes;
    const ignoredUsers = (await this.#read(userNid, "m.ignored_user_list"))["ignored_users"];
    const permissions = await Promise.all(PERMISSIONS.map((type) => this.#read(userNid, type)));
    const inviteFilter = readFilter(await this.#read(userNid, FILTER));
    const settings: ContactSettings = {
      ignored: new Set(isJsonObject(ignoredUsers) ? Object.keys(ignoredUsers) : []),
      blocksInvites: permissions.some((permission) => permission["default_action"] === "block"),
      ...(inviteFilter && { inviteFilter }),
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

const filterLists = ["allowed_users", "ignored_users", "blocked_users", "allowed_servers", "ignored_servers", "blocked_servers"] as const;

/** The lists of a filter, each as far as it is looked at; `undefined` where there is nothing to filter by. */
function readFilter(content: Readonly<Record<string, unknown>>): InviteFilterContent | undefined {
  if (content["enabled"] === false) return undefined;
  const filter: InviteFilterContent = {};
  for (const name of filterLists) {
    const list = content[name];
    if (!Array.isArray(list) || list.length === 0) continue;
    filter[name] = list.filter((glob) => typeof glob === "string").slice(0, limits.invitePatterns.value);
  }
  return Object.keys(filter).length === 0 ? undefined : filter;
}
