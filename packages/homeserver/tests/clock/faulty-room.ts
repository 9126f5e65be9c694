// A room of some servers between which things go wrong, and what has to hold of it once all is well again.
import { expect } from "vitest";
import type { TestFederation, TestHomeserver, TestUser } from "../../src/testing/index.ts";
import { DAY_MS, MINUTE_MS } from "./clocked-room.ts";
import { neverSaid, nobody } from "./liar.ts";

/** Users who join the room and are never put out of it, and those who come and go, one of each on every server. */
export interface Site {
  readonly server: TestHomeserver;
  readonly stays: TestUser;
  readonly goes: TestUser;
}

interface RoomEvent {
  readonly event_id: string;
  readonly type: string;
  readonly sender: string;
  readonly state_key?: string;
  readonly content: { readonly body?: string };
}

interface Timeline {
  readonly events: readonly RoomEvent[];
  readonly limited: boolean;
  readonly prev_batch: string;
}

interface SyncAnswer {
  readonly next_batch: string;
  readonly rooms?: { readonly join?: Readonly<Record<string, { readonly timeline: Timeline }>> };
}

interface Page {
  readonly chunk: readonly RoomEvent[];
  readonly end?: string;
}

/** Registers both users on each server. */
export async function sitesOf(servers: readonly TestHomeserver[]): Promise<Site[]> {
  const sites: Site[] = [];
  for (const server of servers) sites.push({ server, stays: await server.register("stays"), goes: await server.register("goes") });
  return sites;
}

/** The room, and what its servers have acknowledged. */
export class FaultyRoom {
  readonly #federation: TestFederation;
  readonly #sites: readonly Site[];
  readonly #room: string;
  /** A server that lies: nothing is asked of it, and nothing holds of it. */
  liar: Site | undefined;
  /** What honest servers have taken from their users who stay. */
  readonly #acknowledged: string[] = [];
  /** What was there before anything could go wrong. */
  #before: ReadonlySet<string> = new Set();
  readonly #since = new Map<Site, string>();
  readonly #synced = new Map<Site, string[]>();
  #said = 0;

  private constructor(federation: TestFederation, sites: readonly Site[], room: string) {
    this.#federation = federation;
    this.#sites = sites;
    this.#room = room;
  }

  /** Makes a room on the first server that all users join. */
  static async make(federation: TestFederation, sites: readonly Site[]): Promise<FaultyRoom> {
    const [first = expect.unreachable()] = sites;
    const users = Object.fromEntries(sites.map(({ stays }) => [stays.userId, stays === first.stays ? 100 : 50]));
    const room = await first.server.createRoom(first.stays, { room_version: "11", power_level_content_override: { users } });
    for (const { server, stays, goes } of sites)
      for (const user of [stays, goes]) {
        const joining = server.requestAs(user, "POST", `/join/${room}?via=${first.server.serverName}`, {});
        const { status, body } = await federation.clock.until(joining);
        expect({ status, body }).toEqual({ status: 200, body: { room_id: room } });
      }
    await federation.clock.settle();
    const made = new FaultyRoom(federation, sites, room);
    made.#before = new Set((await made.#timeline(first)).map(({ event_id: id }) => id));
    for (const site of sites) await made.sync(site);
    made.#synced.clear();
    return made;
  }

  get #honest(): Site[] {
    return this.#sites.filter((site) => site !== this.liar);
  }

  /** Says something. It has to be taken, whatever the network is like. */
  async say(site: Site): Promise<boolean> {
    const taken = await this.put(site, `send/m.room.message/m${this.#said++}`, { msgtype: "m.text", body: `m${this.#said}` });
    expect(taken).toBe(true);
    return taken;
  }

  /** Sends an event of the user who stays. @returns Whether the server has taken it. */
  put(site: Site, path: string, content: object): Promise<boolean> {
    return this.#take(site, "PUT", path, content);
  }

  /** Puts out the user of a server who comes and goes. */
  async kick(site: Site, whose: Site): Promise<boolean> {
    return this.#take(site, "POST", "kick", { user_id: whose.goes.userId });
  }

  /** Lets the user join or leave who comes and goes. */
  async comeOrGo({ server, stays, goes }: Site): Promise<boolean> {
    const members = await server.requestAs(stays, "GET", `/rooms/${this.#room}/joined_members`);
    const change = Object.hasOwn(members.body["joined"] ?? {}, goes.userId) ? "leave" : "join";
    const changing = server.requestAs(goes, "POST", `/rooms/${this.#room}/${change}`, {});
    return (await this.#federation.clock.until(changing)).status === 200;
  }

  /** Goes on with a client's sync; what a gap leaves out it reads behind it, as clients do. */
  async sync(site: Site): Promise<void> {
    const { server, stays } = site;
    const filter = encodeURIComponent(JSON.stringify({ room: { rooms: [this.#room], timeline: { limit: 20 } } }));
    const since = this.#since.get(site);
    const path = `/sync?filter=${filter}${since === undefined ? "" : `&since=${since}`}`;
    const { body } = await server.requestAs<SyncAnswer>(stays, "GET", path);
    this.#since.set(site, body.next_batch);
    const timeline = body.rooms?.join?.[this.#room]?.timeline;
    if (!timeline) return;
    const known = this.#synced.get(site) ?? [];
    const isNews = ({ event_id: id }: RoomEvent): boolean => !this.#before.has(id);
    const told = timeline.events.filter(isNews).map(({ event_id: id }) => id);
    const behind = timeline.limited ? (await this.#timeline(site, timeline.prev_batch)).filter(isNews) : [];
    const between = behind.map(({ event_id: id }) => id).filter((id) => !known.includes(id) && !told.includes(id));
    this.#synced.set(site, [...known, ...between, ...told]);
  }

  /** Lets all come to rest, and checks that the honest servers agree, whatever the liar goes on to say. */
  async settle(): Promise<void> {
    const { clock, faults } = this.#federation;
    faults.heal();
    // Whoever was left alone is tried again within a day; the second message follows all that the first ones brought.
    for (const ms of [DAY_MS, MINUTE_MS]) {
      for (const site of this.#honest) await this.say(site);
      await clock.advance(ms);
    }
    for (const site of this.#sites) await this.sync(site);
    const states = await this.#all((site) => this.#state(site));
    for (const state of states) expect(state).toEqual(states[0]);
    const timelines = await this.#all(async (site) => {
      const events = (await this.#timeline(site)).filter(({ event_id: id }) => !this.#before.has(id));
      const ids = events.map(({ event_id: id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(events.filter(({ content, sender }) => content.body === neverSaid || sender === nobody)).toEqual([]);
      const synced = this.#synced.get(site) ?? [];
      expect(new Set(synced).size).toBe(synced.length);
      // Every client has been told of it once, in the same order, unless a lie has kept something back until it came as history.
      if (this.liar) expect(synced.filter((id) => !ids.includes(id))).toEqual([]);
      else expect(synced).toEqual(ids);
      return events;
    });
    // What somebody has sent who was put out at the same time counts only where it came first.
    const leaving = new Set(this.#sites.map(({ goes }) => goes.userId as string));
    const agreed = timelines.map((events) => events.flatMap(({ event_id: id, sender }) => (leaving.has(sender) ? [] : [id])).toSorted());
    for (const ids of agreed) expect(ids).toEqual(agreed[0]);
    expect(this.#acknowledged.filter((id) => !agreed[0]?.includes(id))).toEqual([]);
  }

  async #take(site: Site, method: string, path: string, content: object): Promise<boolean> {
    const sending = site.server.requestAs(site.stays, method, `/rooms/${this.#room}/${path}`, content);
    const { status, body } = await this.#federation.clock.until(sending);
    const eventId = body["event_id"];
    if (status === 200 && eventId !== undefined && site !== this.liar) this.#acknowledged.push(eventId);
    return status === 200;
  }

  async #all<T>(of: (site: Site) => Promise<T>): Promise<T[]> {
    const all: T[] = [];
    for (const site of this.#honest) all.push(await of(site));
    return all;
  }

  /** What a server tells of the room when its whole timeline is read, page after page, oldest first. */
  async #timeline({ server, stays }: Site, from?: string): Promise<readonly RoomEvent[]> {
    const events: RoomEvent[] = [];
    let at = from;
    // A gap that nobody fills leaves a page empty.
    for (let page = 0; page < 20; page++) {
      const path = `/rooms/${this.#room}/messages?dir=b&limit=1000${at === undefined ? "" : `&from=${encodeURIComponent(at)}`}`;
      const { body } = await this.#federation.clock.until(server.requestAs<Page>(stays, "GET", path));
      events.push(...body.chunk);
      at = body.end;
      if (at === undefined || body.chunk.length === 0) break;
    }
    return events.toReversed();
  }

  async #state({ server, stays }: Site): Promise<Record<string, string>> {
    const { body } = await server.requestAs<readonly RoomEvent[]>(stays, "GET", `/rooms/${this.#room}/state`);
    return Object.fromEntries(body.map(({ type, state_key: key, event_id: id }) => [`${type} ${key}`, id]));
  }
}
