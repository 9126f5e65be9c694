import type { JsonObject } from "@patrix/api";
import { KeyedQueue } from "@patrix/concurrency";
import { requireWithin } from "../errors.ts";
import { AccountError } from "./errors.ts";
import type { Findability } from "./findability.ts";
import type { Core } from "../log/core.ts";
import { operation, type WriteOperation } from "../store/statement.ts";
import { accountOf, deleteProfileFieldRow, profileOfUser, upsertProfileField } from "../store/statements/accounts.ts";

const MAX_DISPLAYNAME_LENGTH = 256;
const MAX_AVATAR_URL_LENGTH = 1_000;

/** A field that gets another value, or none. */
interface FieldChange {
  readonly userNid: number;
  readonly userId: string;
  readonly field: string;
  readonly value: unknown;
}

/** The profiles of this server's users. */
export class Profiles {
  readonly #core: Core;
  readonly #findability: Findability;
  readonly #changed: (userId: string) => Promise<void>;
  readonly #serial = new KeyedQueue<number>();

  /** @param changed Runs when a display name or avatar has changed: the user's rooms show them. */
  constructor(core: Core, findability: Findability, changed: (userId: string) => Promise<void>) {
    this.#core = core;
    this.#findability = findability;
    this.#changed = changed;
  }

  /** Reads the profile of a user; `undefined` if this server has no such account. */
  read(userId: string): Promise<JsonObject | undefined> {
    return readProfile(this.#core, userId);
  }

  /**
   * Sets a field; `displayname` and `avatar_url` may be emptied with an empty text.
   *
   * @throws {AccountError} `MISSING_PROFILE_FIELD` or `INVALID_PROFILE_FIELD`. @throws {LimitError} For a long name or a large profile.
   */
  set(userNid: number, userId: string, field: string, body: JsonObject): Promise<void> {
    return this.#serial.run(userNid, () => this.#set(userNid, userId, field, body));
  }

  async #set(userNid: number, userId: string, field: string, body: JsonObject): Promise<void> {
    requireWithin("profileFieldNameBytes", Buffer.byteLength(field), "keyName");
    if (!Object.hasOwn(body, field)) throw new AccountError("MISSING_PROFILE_FIELD", `${field}: required, but missing`);
    const value = body[field];
    checkField(field, value);
    const json = JSON.stringify(value);
    const others = (await this.#core.store.all(profileOfUser, userNid)).filter((row) => row.field !== field);
    const size = others.reduce((sum, row) => sum + sizeOf(row.field, row.json), 2 + sizeOf(field, json));
    requireWithin("profileBytes", size, field);
    await this.#store({ userNid, userId, field, value }, operation(upsertProfileField, userNid, field, json));
    if (isShownInRooms(field)) await this.#changed(userId);
  }

  #store({ userNid, userId, field, value }: FieldChange, change: WriteOperation): Promise<void> {
    const named = field === "displayname" ? this.#findability.name(userNid, userId, value) : [];
    return this.#core.log.append({ positions: [], operations: [change, ...named] });
  }

  /** Removes a field. */
  remove(userNid: number, userId: string, field: string): Promise<void> {
    return this.#serial.run(userNid, async () => {
      await this.#store({ userNid, userId, field, value: undefined }, operation(deleteProfileFieldRow, userNid, field));
      if (isShownInRooms(field)) await this.#changed(userId);
    });
  }
}

/** Reads the profile of a user; `undefined` if this server has no such account. */
export async function readProfile({ users, store }: Core, userId: string): Promise<JsonObject | undefined> {
  const nid = await users.find(userId);
  const account = nid === undefined ? undefined : await store.get(accountOf, nid);
  if (nid === undefined || !account || account.deactivated === 1) return undefined;
  const rows = await store.all(profileOfUser, nid);
  return Object.fromEntries(rows.map(({ field, json }): [string, unknown] => [field, JSON.parse(json)]));
}

function isShownInRooms(field: string): boolean {
  return field === "displayname" || field === "avatar_url";
}

function sizeOf(field: string, json: string): number {
  return Buffer.byteLength(field) + Buffer.byteLength(json) + 4;
}

function checkField(field: string, value: unknown): void {
  if (field === "displayname" && (typeof value !== "string" || value.length > MAX_DISPLAYNAME_LENGTH))
    throw new AccountError("INVALID_PROFILE_FIELD", `displayname: expected a string of at most ${MAX_DISPLAYNAME_LENGTH} characters`);
  // It should be a content URI, which is for clients to see: bridges and older clients set others, and members say what they like in rooms.
  if (field === "avatar_url" && (typeof value !== "string" || value.length > MAX_AVATAR_URL_LENGTH))
    throw new AccountError("INVALID_PROFILE_FIELD", `avatar_url: expected a URI of at most ${MAX_AVATAR_URL_LENGTH} characters`);
}
