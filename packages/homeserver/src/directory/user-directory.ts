import type { SearchUserDirectoryResponse, UserDirectoryEntry } from "@patrix/client-api";
import { isUserId } from "@patrix/identifiers";
import { requireWithin } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Core } from "../log/core.ts";
import { keyList, operation, type WriteOperation } from "../store/statement.ts";
import {
  deleteUserWords,
  type DirectoryUserRow,
  findableUsers,
  insertUserWord,
  listedUsers,
  type WordRow,
  wordsFrom,
} from "../store/statements/user-directory.ts";
import { turnIfDue } from "../turns.ts";
import { fold, indexedWords, wordsOf } from "./words.ts";

const DEFAULT_LIMIT = 10;
/** How many users are read before others may get their turn. */
const READ_AT_ONCE = 200;
/** How many users are asked about at once, whether the searcher may find them. */
const ASKED_AT_ONCE = 50;
/** Sorts behind every text that begins with what stands before it. */
const LAST = "\u{10FFFF}";

/** A user who was found, and how well the search describes them; less is better. */
interface Found {
  readonly entry: UserDirectoryEntry;
  readonly rank: number;
}

/** A user whom the search describes, and who may not be found by everybody. */
interface Described extends Found {
  readonly userNid: number;
}

/** The users who were found, and whether everybody was looked at. */
interface Page {
  readonly found: readonly Found[];
  readonly isWhole: boolean;
}
const nothing: Page = { found: [], isWhole: true };

/** What a search asks for, ready to be compared. */
interface Search {
  readonly askerNid: number;
  readonly limit: number;
  readonly text: string;
  readonly words: readonly string[];
}

/**
 * The local users, by their names. Whoever searches finds those with whom they share a room, those in a room that everybody may look into,
 * and anybody by the whole user ID. Names are those of profiles: what somebody is called in one room only is not looked at.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#user-directory}
 */
export class UserDirectory {
  readonly #core: Core;
  readonly #searchAll: boolean;

  /** @param searchAll - Whether everybody finds every local user. */
  constructor(core: Core, { searchAll }: { readonly searchAll: boolean }) {
    this.#core = core;
    this.#searchAll = searchAll;
  }

  /**
   * Searches by the beginnings of words: what is the same as a name comes first, then what has the words as they are.
   *
   * @param limit - At most 50.
   * @throws {LimitError} For a long term.
   */
  async search(askerNid: number, term: string, limit: number = DEFAULT_LIMIT): Promise<SearchUserDirectoryResponse> {
    requireWithin("userSearchLength", term.length, "/search_term");
    const most = Math.min(Math.max(limit, 1), limits.userSearchPage.value);
    const named = await this.#byId(askerNid, term.trim());
    const text = this.#localText(term.trim());
    const search = text === undefined ? undefined : { askerNid, limit: most, text: fold(text), words: wordsOf(fold(text)) };
    const { found, isWhole } = search ? await this.#byWords(search) : nothing;
    const others = found.filter(({ entry }) => entry.user_id !== named?.user_id).toSorted(compare);
    const results = [...(named ? [named] : []), ...others.map(({ entry }) => entry)];
    return { results: results.slice(0, most), limited: results.length > most || !isWhole };
  }

  /** What makes a user be found by a user ID and a display name, and no longer by what was before. */
  name(userNid: number, userId: string, displayName: unknown): WriteOperation[] {
    const names = [localpartOf(userId), ...(typeof displayName === "string" ? [displayName] : [])];
    return [...this.forget(userNid), ...indexedWords(names.map(fold)).map((word) => operation(insertUserWord, word, userNid))];
  }

  /** What makes a user be found no longer. */
  forget(userNid: number): WriteOperation[] {
    return [operation(deleteUserWords, userNid)];
  }

  async #byId(askerNid: number, term: string): Promise<UserDirectoryEntry | undefined> {
    for (const userId of new Set([term, term.toLowerCase()])) {
      const userNid = isUserId(userId) ? await this.#core.users.find(userId) : undefined;
      const row = userNid === undefined || userNid === askerNid ? undefined : (await this.#listed([userNid]))[0];
      if (row) return toEntry(row);
    }
    return undefined;
  }

  /** The part of a term that names local users; `undefined` if it asks for users of another server. */
  #localText(term: string): string | undefined {
    if (!term.startsWith("@")) return term;
    const [localpart = "", ...server] = term.slice(1).split(":");
    return this.#core.serverName.startsWith(server.join(":").toLowerCase()) ? localpart : undefined;
  }

  /** Looks at users whose words begin with the longest one of the search, the exact ones first, until enough are found. */
  async #byWords(search: Search): Promise<Page> {
    const [anchor] = search.words.toSorted((a, b) => b.length - a.length);
    if (anchor === undefined) return nothing;
    const seen = new Set<number>([search.askerNid]);
    const found: Found[] = [];
    let described: Described[] = [];
    let after: readonly [word: string, userNid: number] = [anchor, 0];
    for (let looked = 0; looked < limits.userSearchCandidates.value; looked += READ_AT_ONCE) {
      const turn = turnIfDue();
      if (turn) await turn;
      const rows: WordRow[] = await this.#core.store.all(wordsFrom, ...after, anchor + LAST, READ_AT_ONCE);
      const unseen = new Set(rows.map((row) => row.user_nid).filter((nid) => !seen.has(nid)));
      for (const nid of unseen) seen.add(nid);
      described.push(...describedBy(search, await this.#listed(unseen)));
      const last = rows.at(-1);
      const isEnd = !last || rows.length < READ_AT_ONCE;
      if (last) after = [last.word, last.user_nid];
      // Those who have the word as it is are compared before any of them is chosen: one may have it as the whole name.
      if (!isEnd && last.word === anchor) continue;
      found.push(...(await this.#findable(search.askerNid, described, search.limit + 1 - found.length)));
      if (isEnd || found.length > search.limit) return { found, isWhole: true };
      described = [];
    }
    found.push(...(await this.#findable(search.askerNid, described, search.limit + 1 - found.length)));
    return { found, isWhole: false };
  }

  #listed(userNids: Iterable<number>): Promise<DirectoryUserRow[]> {
    return this.#core.store.all(listedUsers, keyList(userNids));
  }

  /** The first of some users, in their order of preference, whom somebody may find. */
  async #findable(askerNid: number, described: Described[], count: number): Promise<Found[]> {
    const users = described.toSorted(compare);
    if (this.#searchAll) return users.slice(0, count);
    const found: Found[] = [];
    for (let at = 0; at < users.length && found.length < count; at += ASKED_AT_ONCE) {
      const turn = turnIfDue();
      if (turn) await turn;
      const next = users.slice(at, at + ASKED_AT_ONCE);
      const rows = await this.#core.store.all(findableUsers, askerNid, keyList(next.map(({ userNid }) => userNid)));
      const findable = new Set(rows.map(({ user_nid: nid }) => nid));
      found.push(...next.filter(({ userNid }) => findable.has(userNid)));
    }
    return found.slice(0, count);
  }
}

/** Those of some users whom the search describes. */
function describedBy({ text, words }: Search, rows: readonly DirectoryUserRow[]): Described[] {
  return rows.flatMap((row) => {
    const entry = toEntry(row);
    const rank = rankOf(text, words, [localpartOf(row.user_id), entry.display_name ?? ""]);
    return rank === undefined ? [] : { userNid: row.user_nid, entry, rank };
  });
}

/** How well names are described: 0 as a whole, 1 by their beginning, 2 by whole words, 3 by beginnings of words; `undefined` if not at all. */
function rankOf(text: string, words: readonly string[], names: readonly string[]): number | undefined {
  const folded = names.map(fold);
  if (folded.includes(text)) return 0;
  const own = indexedWords(folded);
  if (!words.every((word) => own.some((other) => other.startsWith(word)))) return undefined;
  if (folded.some((name) => name.startsWith(text))) return 1;
  return words.every((word) => own.includes(word)) ? 2 : 3;
}

/** By rank, then those with a name or a picture first, as the specification has it. */
function compare(a: Found, b: Found): number {
  return a.rank - b.rank || Number(isBare(a)) - Number(isBare(b)) || (a.entry.user_id < b.entry.user_id ? -1 : 1);
}

function isBare({ entry }: Found): boolean {
  return entry.display_name === undefined && entry.avatar_url === undefined;
}

function toEntry(row: DirectoryUserRow): UserDirectoryEntry {
  const avatar = textOf(row.avatar);
  const name = textOf(row.name);
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- accounts are stored under user IDs only
    user_id: row.user_id as UserDirectoryEntry["user_id"],
    ...(name !== undefined && { display_name: name }),
    ...(avatar !== undefined && { avatar_url: avatar }),
  };
}

/** The text of a profile field; `undefined` for none. */
function textOf(json: string | null): string | undefined {
  const value: unknown = json === null ? undefined : JSON.parse(json);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function localpartOf(userId: string): string {
  return userId.slice(1, userId.indexOf(":"));
}
