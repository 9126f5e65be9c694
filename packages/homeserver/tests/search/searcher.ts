import { expect } from "vitest";
import type { AnyBody, TestHomeserver, TestUser } from "../../src/testing/index.ts";

/** An event as a search shows it. */
export interface Found {
  readonly event_id: string;
  readonly type: string;
  readonly sender: string;
  readonly room_id: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly unsigned: Readonly<Record<string, unknown>>;
}

/** The answer to a search. */
export interface FoundEvents {
  readonly count: number;
  readonly highlights: readonly string[];
  readonly results: readonly {
    readonly rank: number;
    readonly result: Found;
    readonly context?: {
      readonly start: string;
      readonly end: string;
      readonly events_before: readonly Found[];
      readonly events_after: readonly Found[];
      readonly profile_info?: Readonly<Record<string, { readonly displayname?: string; readonly avatar_url?: string }>>;
    };
  }[];
  readonly groups: Readonly<
    Record<string, Readonly<Record<string, { readonly order: number; readonly results: readonly string[]; readonly next_batch?: string }>>>
  >;
  readonly state?: Readonly<Record<string, readonly Found[]>>;
  readonly next_batch?: string;
  /** The IDs of the results, in order. */
  readonly ids: readonly string[];
}

let transactions = 0;

/** A user who talks and searches. */
export class Searcher {
  readonly #server: TestHomeserver;
  readonly #user: TestUser;

  constructor(server: TestHomeserver, user: TestUser) {
    this.#server = server;
    this.#user = user;
  }

  /** Sends what must succeed. */
  async must(method: string, path: string, body?: unknown): Promise<AnyBody> {
    const answer = await this.#server.requestAs(this.#user, method, path, body);
    expect([answer.status, answer.body]).toEqual([200, answer.body]);
    return answer.body;
  }

  async join(room: string): Promise<void> {
    await this.must("POST", `/rooms/${room}/join`, {});
  }

  /** Sends a message. @returns Its ID. */
  async say(room: string, body: string, more: object = {}): Promise<string> {
    const content = { msgtype: "m.text", body, ...more };
    return String((await this.must("PUT", `/rooms/${room}/send/m.room.message/${transactions++}`, content))["event_id"]);
  }

  async setState(room: string, type: string, content: object): Promise<string> {
    return String((await this.must("PUT", `/rooms/${room}/state/${type}`, content))["event_id"]);
  }

  async redact(room: string, eventId: string): Promise<void> {
    await this.must("PUT", `/rooms/${room}/redact/${eventId}/${transactions++}`, {});
  }

  /** Searches. */
  async search(term: string, criteria: object = {}, nextBatch?: string): Promise<FoundEvents> {
    const query = nextBatch === undefined ? "" : `?next_batch=${encodeURIComponent(nextBatch)}`;
    const body = { search_categories: { room_events: { search_term: term, ...criteria } } };
    const answer = await this.must("POST", `/search${query}`, body);
    const found = (answer["search_categories"] as unknown as { room_events: Omit<FoundEvents, "ids"> }).room_events;
    return { ...found, ids: found.results.map(({ result }) => result.event_id) };
  }

  /** The status and the error of a search that is refused. */
  async refusal(body: unknown, nextBatch?: string): Promise<[number, string]> {
    const query = nextBatch === undefined ? "" : `?next_batch=${encodeURIComponent(nextBatch)}`;
    const answer = await this.#server.requestAs(this.#user, "POST", `/search${query}`, body);
    return [answer.status, String(answer.body["errcode"])];
  }
}
