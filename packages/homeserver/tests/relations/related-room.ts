import { expect } from "vitest";
import type { TestHomeserver, TestUser } from "../../src/testing/index.ts";

/** An event as a client gets it. */
export interface RelatedEvent {
  readonly event_id: string;
  readonly type: string;
  readonly sender: string;
  readonly room_id?: string;
  readonly state_key?: string;
  readonly origin_server_ts: number;
  readonly content: { readonly body?: string; readonly [key: string]: unknown };
  readonly unsigned?: { readonly "m.relations"?: BundledJson; readonly redacted_because?: object };
}

/** What is bundled with an event. */
export interface BundledJson {
  readonly "m.replace"?: RelatedEvent;
  readonly "m.thread"?: { readonly latest_event: RelatedEvent; readonly count: number; readonly current_user_participated: boolean };
  readonly "m.reference"?: { readonly chunk: readonly { readonly event_id: string }[] };
}

/** A page of events. */
export interface EventPage {
  readonly chunk: readonly RelatedEvent[];
  readonly next_batch?: string;
  readonly prev_batch?: string;
  readonly recursion_depth?: number;
  readonly start?: string;
  readonly end?: string;
}

/** An answer of any operation. */
export interface Answer<Body> {
  readonly status: number;
  readonly body: Body & { readonly errcode?: string; readonly error?: string };
}

let sent = 0;

/** A room in which users relate events to others, over HTTP. */
export class RelatedRoom {
  readonly server: TestHomeserver;
  readonly roomId: string;

  constructor(server: TestHomeserver, roomId: string) {
    this.server = server;
    this.roomId = roomId;
  }

  /** Makes a room, and lets others join. */
  static async of(server: TestHomeserver, [creator, ...others]: readonly [TestUser, ...TestUser[]], settings = {}): Promise<RelatedRoom> {
    const room = new RelatedRoom(server, await server.createRoom(creator, settings));
    for (const user of others) await room.join(user);
    return room;
  }

  async join(user: TestUser): Promise<void> {
    expect((await this.server.requestAs(user, "POST", `/rooms/${this.roomId}/join`, {})).status).toBe(200);
  }

  /** Tries to send an event. */
  async try(user: TestUser, content: object, type = "m.room.message"): Promise<Answer<{ readonly event_id: string }>> {
    return this.server.requestAs(user, "PUT", `/rooms/${this.roomId}/send/${type}/${sent++}`, content);
  }

  /** Sends an event, which must succeed. @returns Its ID. */
  async send(user: TestUser, content: object, type = "m.room.message"): Promise<string> {
    const { status, body } = await this.try(user, content, type);
    expect([status, body]).toEqual([200, body]);
    return body.event_id;
  }

  say(user: TestUser, body: string): Promise<string> {
    return this.send(user, { msgtype: "m.text", body });
  }

  reply(user: TestUser, root: string, body: string): Promise<string> {
    return this.send(user, { msgtype: "m.text", body, ...related("m.thread", root) });
  }

  edit(user: TestUser, target: string, body: string): Promise<string> {
    return this.send(user, { msgtype: "m.text", body: `* ${body}`, "m.new_content": { body }, ...related("m.replace", target) });
  }

  react(user: TestUser, target: string, key: string): Promise<string> {
    return this.send(user, related("m.annotation", target, { key }), "m.reaction");
  }

  refer(user: TestUser, target: string): Promise<string> {
    return this.send(user, related("m.reference", target), "org.example.vote");
  }

  async redact(user: TestUser, eventId: string): Promise<void> {
    const { status } = await this.server.requestAs(user, "PUT", `/rooms/${this.roomId}/redact/${eventId}/${sent++}`, {});
    expect(status).toBe(200);
  }

  /** Reads what is below the room's path, in the first version of the API unless told otherwise. */
  read<Body = EventPage>(user: TestUser, rest: string, version = "v1"): Promise<Answer<Body>> {
    return this.server.request(
      "GET",
      `/_matrix/client/${version}/rooms/${encodeURIComponent(this.roomId)}${rest}`,
      undefined,
      user.accessToken,
    );
  }

  /** Reads what there must be. */
  async get<Body = EventPage>(user: TestUser, rest: string, version = "v1"): Promise<Body> {
    const { status, body } = await this.read<Body>(user, rest, version);
    expect([status, body]).toEqual([200, body]);
    return body;
  }

  /** The IDs of a page of related events, in order. */
  async related(user: TestUser, target: string, rest = ""): Promise<string[]> {
    return (await this.get(user, `/relations/${encodeURIComponent(target)}${rest}`)).chunk.map(({ event_id: id }) => id);
  }

  /** What is bundled with an event. */
  async bundle(user: TestUser, eventId: string): Promise<BundledJson | undefined> {
    return (await this.get<RelatedEvent>(user, `/event/${encodeURIComponent(eventId)}`, "v3")).unsigned?.["m.relations"];
  }

  /** Every event that a user sees of the room, oldest first. */
  async messages(user: TestUser): Promise<readonly RelatedEvent[]> {
    return (await this.get(user, "/messages?dir=f&limit=1000", "v3")).chunk;
  }
}

/** The content that relates an event to another. */
export function related(relType: string, target: string, more: object = {}): object {
  return { "m.relates_to": { rel_type: relType, event_id: target, ...more } };
}

/** Lets a user ignore others. */
export async function ignore(server: TestHomeserver, user: TestUser, others: readonly TestUser[]): Promise<void> {
  const ignored_users = Object.fromEntries(others.map(({ userId }) => [userId, {}]));
  const path = `/user/${user.userId}/account_data/m.ignored_user_list`;
  expect((await server.requestAs(user, "PUT", path, { ignored_users })).status).toBe(200);
}
