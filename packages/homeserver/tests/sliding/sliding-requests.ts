import { expect } from "vitest";
import type { TestHomeserver, TestUser } from "../../src/testing/index.ts";

/** An event of an answer. */
export interface SlidingEvent {
  readonly event_id: string;
  readonly type: string;
  readonly state_key?: string;
  readonly sender: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** A room of an answer, with the names of both forms. */
export interface SlidingRoom {
  readonly initial?: boolean;
  readonly name?: string | null;
  readonly avatar?: string | null;
  readonly is_dm?: boolean;
  readonly membership?: string;
  readonly lists?: readonly string[];
  readonly heroes?: readonly { readonly user_id: string; readonly displayname?: string; readonly avatar_url?: string }[];
  readonly required_state?: readonly SlidingEvent[];
  readonly timeline?: readonly SlidingEvent[];
  readonly invite_state?: readonly SlidingEvent[];
  readonly stripped_state?: readonly SlidingEvent[];
  readonly prev_batch?: string;
  readonly limited?: boolean;
  readonly num_live?: number;
  readonly unstable_expanded_timeline?: boolean;
  readonly expanded_timeline?: boolean;
  readonly joined_count?: number;
  readonly invited_count?: number;
  readonly notification_count?: number;
  readonly highlight_count?: number;
  readonly bump_stamp?: number;
}

/** An answer of a sliding sync. */
export interface SlidingAnswer {
  readonly pos: string;
  readonly txn_id?: string;
  readonly lists: Readonly<Record<string, { readonly count: number }>>;
  readonly rooms: Readonly<Record<string, SlidingRoom>>;
  readonly extensions: {
    readonly to_device?: {
      readonly next_batch: string;
      readonly events: readonly { readonly content: Readonly<Record<string, unknown>> }[];
    };
    readonly e2ee?: {
      readonly device_lists?: { readonly changed: readonly string[]; readonly left: readonly string[] };
      readonly device_one_time_keys_count: Readonly<Record<string, number>>;
      readonly device_unused_fallback_key_types: readonly string[];
    };
    readonly account_data?: {
      readonly global?: readonly { readonly type: string; readonly content: unknown }[];
      readonly rooms?: Readonly<Record<string, readonly { readonly type: string; readonly content: unknown }[]>>;
    };
    readonly receipts?: { readonly rooms: Readonly<Record<string, { readonly content: Readonly<Record<string, unknown>> }>> };
    readonly typing?: { readonly rooms: Readonly<Record<string, { readonly content: { readonly user_ids: readonly string[] } }>> };
  };
}

const paths = { deployed: "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync", merged: "/_matrix/client/v4/sync" };

/** A client with one connection, which goes on from the last answer. */
export class SlidingConnection {
  pos: string | undefined;
  readonly #server: () => TestHomeserver;
  readonly user: TestUser;
  readonly #form: keyof typeof paths;

  constructor(server: TestHomeserver | (() => TestHomeserver), user: TestUser, form: keyof typeof paths = "deployed") {
    this.#server = typeof server === "function" ? server : () => server;
    this.user = user;
    this.#form = form;
  }

  /** Syncs from a position, without noting the new one. */
  async ask(
    body: object,
    pos = this.pos,
    timeoutMs = 0,
  ): Promise<{ readonly status: number; readonly body: SlidingAnswer & { readonly errcode?: string } }> {
    const isDeployed = this.#form === "deployed";
    const query = isDeployed ? `?timeout=${timeoutMs}${pos === undefined ? "" : `&pos=${pos}`}` : "";
    const settings = isDeployed ? {} : { timeout: timeoutMs, ...(pos !== undefined && { pos }) };
    return this.#server().request("POST", `${paths[this.#form]}${query}`, { ...body, ...settings }, this.user.accessToken);
  }

  /** Syncs and goes on from there. */
  async sync(body: object, timeoutMs = 0): Promise<SlidingAnswer> {
    const answer = await this.ask(body, this.pos, timeoutMs);
    expect([answer.status, answer.body.errcode]).toEqual([200, undefined]);
    this.pos = answer.body.pos;
    return answer.body;
  }
}

/** What one list asks for. */
export function list(ranges: readonly (readonly [number, number])[], more: object = {}): object {
  return { lists: { all: { ranges, timeline_limit: 10, required_state: [["*", "*"]], ...more } } };
}

/** The bodies of messages. */
export function bodies(events: readonly SlidingEvent[] = []): unknown[] {
  return events.flatMap(({ content }) => content["body"] ?? []);
}
