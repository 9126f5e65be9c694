import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, carol } from "../../../tests/room-of.ts";
import { operation } from "../../store/statement.ts";
import { isPublished } from "../../store/statements/rooms.ts";
import { metaValue, upsertMeta } from "../../store/statements/shards.ts";
import { roomOfAlias } from "../read/room-of-alias.ts";
import type { LoadedRoom } from "../room.ts";
import { timelineEnd, timelineStart } from "../timeline/place.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import { createRoom, type NewRoom } from "./create-room.ts";

let fixture: ComposedRooms;
/** Profiles of users who have one. */
const profiles: Record<string, Record<string, unknown>> = {};
beforeAll(async () => {
  fixture = await openRooms();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const create = (more: Partial<NewRoom> = {}): Promise<LoadedRoom> =>
  createRoom(fixture.rooms, fixture.engine, async (userId) => profiles[userId] ?? {}, {
    creator: alice,
    preset: "private_chat",
    invite: [],
    initialState: [],
    ...more,
  });

const eventsOf = (room: LoadedRoom): Promise<StoredEvent[]> =>
  fixture.timelines.forward(room, { after: timelineStart, upTo: timelineEnd }, 1_000);
const named = ({ fields: { type, stateKey } }: StoredEvent): string => `${type} ${stateKey}`.trim();

/** The content of the state that a new room has. */
async function contentOf(more: Partial<NewRoom>, type: string, stateKey = ""): Promise<Record<string, unknown> | undefined> {
  const events = await eventsOf(await create(more));
  const found = events.filter((event) => named(event) === `${type} ${stateKey}`.trim());
  expect(found.length).toBeLessThanOrEqual(1);
  return found[0]?.content;
}

describe("a new room", () => {
  it("has its first events in the order of the specification, all from its creator", async () => {
    const room = await create({
      alias: "#order:example.org",
      name: "Name",
      topic: "Topic",
      invite: [bob],
      initialState: [{ type: "org.example.a", state_key: "key", content: { a: 1 } }],
    });
    const events = await eventsOf(room);
    expect(events.map(named)).toEqual([
      "m.room.create",
      `m.room.member ${alice}`,
      "m.room.power_levels",
      "m.room.canonical_alias",
      "m.room.join_rules",
      "m.room.history_visibility",
      "m.room.guest_access",
      "org.example.a key",
      "m.room.name",
      "m.room.topic",
      `m.room.member ${bob}`,
    ]);
    expect(new Set(events.map(({ fields }) => fields.sender))).toEqual(new Set([alice]));
    expect([room.view.joinedCount, room.view.invitedCount]).toEqual([1, 1]);
    const content = (type: string): unknown => events.find(({ fields }) => fields.type === type)?.content;
    expect([content("m.room.canonical_alias"), content("m.room.name"), content("m.room.topic"), content("org.example.a")]).toEqual([
      { alias: "#order:example.org" },
      { name: "Name" },
      { topic: "Topic", "m.topic": { "m.text": [{ body: "Topic" }] } },
      { a: 1 },
    ]);
  });

  it("has neither name, topic, alias nor events of its own where nobody asked for them", async () => {
    const events = await eventsOf(await create({ preset: "public_chat" }));
    expect(events.map(named)).toEqual([
      "m.room.create",
      `m.room.member ${alice}`,
      "m.room.power_levels",
      "m.room.join_rules",
      "m.room.history_visibility",
    ]);
  });

  it("is one of the newest version that is stable, unless another is asked for, and of none that is not known", async () => {
    const room = await create();
    expect([room.version, room.id.includes(":")]).toEqual(["12", false]);
    const older = await create({ version: "1" });
    expect([older.version, older.id.endsWith(":example.org")]).toEqual(["1", true]);
    await expect(create({ version: "99" })).rejects.toMatchObject({ name: "RoomError", code: "UNSUPPORTED_ROOM_VERSION" });
  });

  it("is published only where that is asked for", async () => {
    const isInDirectory = async (more: Partial<NewRoom>): Promise<boolean> =>
      (await fixture.core.store.get(isPublished, (await create(more)).nid)) !== undefined;
    expect([await isInDirectory({ published: true }), await isInDirectory({ published: false }), await isInDirectory({})]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("is stored together with what counts it, or neither is", async () => {
    const counted = () => operation(upsertMeta, "counted", "yes");
    await expect(create({ powerLevels: { users: { nobody: 1 } }, counted })).rejects.toMatchObject({ code: "INVALID_ROOM_STATE" });
    expect(await fixture.core.store.get(metaValue, "counted")).toBeUndefined();
    await create({ counted });
    expect(await fixture.core.store.get(metaValue, "counted")).toEqual({ value: "yes" });
  });

  it("is not made where its events break the rules, and the alias stays free", async () => {
    const alias = "#broken:example.org";
    const before = [...fixture.rooms.all()].length;
    const broken: Partial<NewRoom>[] = [
      { initialState: [{ type: "m.room.create", content: {} }] },
      { creationContent: { additional_creators: ["nobody"] } },
      { powerLevels: { users: { nobody: 1 } } },
    ];
    for (const more of broken)
      await expect(create({ ...more, alias })).rejects.toMatchObject({
        code: "INVALID_ROOM_STATE",
        cause: { rule: expect.any(String) as string },
      });
    await expect(create({ name: "\ud800", alias })).rejects.toMatchObject({ code: "INVALID_EVENT" });
    expect([...fixture.rooms.all()]).toHaveLength(before);
    const room = await create({ alias });
    expect((await roomOfAlias(fixture.rooms, alias))?.nid).toBe(room.nid);
  });
});

describe("the alias of a new room", () => {
  it("must be free, also among those that are asked for at the same time", async () => {
    const alias = "#once:example.org";
    const outcomes = await Promise.allSettled([create({ alias }), create({ alias }), create()]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    await expect(create({ alias })).rejects.toMatchObject({ name: "RoomError", code: "ALIAS_IN_USE" });
  });
});

describe("the members of a new room", () => {
  it("have the names of their profiles, and are invited directly where the room is one for two", async () => {
    profiles[alice] = { displayname: "Alice", avatar_url: "mxc://example.org/a", "org.example.more": 1 };
    profiles[bob] = { displayname: "Bob" };
    const events = await eventsOf(await create({ invite: [bob, carol], isDirect: true }));
    expect(events.filter(({ fields }) => fields.type === "m.room.member").map(({ content }) => content)).toEqual([
      { membership: "join", displayname: "Alice", avatar_url: "mxc://example.org/a" },
      { membership: "invite", displayname: "Bob", is_direct: true },
      { membership: "invite", is_direct: true },
    ]);
    for (const isDirect of [false, undefined])
      expect(await contentOf({ invite: [carol], isDirect }, "m.room.member", carol)).toEqual({ membership: "invite" });
  });
});

describe("the preset of a new room", () => {
  it.each([
    ["private_chat", "invite", "can_join", 0],
    ["trusted_private_chat", "invite", "can_join", 0],
    ["public_chat", "public", undefined, 50],
  ] as const)("%s decides who may come in", async (preset, joinRule, guestAccess, invite) => {
    const events = await eventsOf(await create({ preset }));
    const content = (type: string): Record<string, unknown> | undefined => events.find(({ fields }) => fields.type === type)?.content;
    expect(content("m.room.join_rules")).toEqual({ join_rule: joinRule });
    expect(content("m.room.history_visibility")).toEqual({ history_visibility: "shared" });
    expect(content("m.room.guest_access")).toEqual(guestAccess && { guest_access: guestAccess });
    expect(content("m.room.power_levels")?.["invite"]).toBe(invite);
  });

  it("gives way to events that are asked for, but not to those of another key", async () => {
    const content = { join_rule: "knock" };
    expect(await contentOf({ initialState: [{ type: "m.room.join_rules", content }] }, "m.room.join_rules")).toEqual(content);
    const elsewhere = [{ type: "m.room.join_rules", state_key: "elsewhere", content }];
    expect(await contentOf({ initialState: elsewhere }, "m.room.join_rules")).toEqual({ join_rule: "invite" });
  });
});

describe("the create event", () => {
  it.each([
    ["1", { creator: alice, room_version: "1", "m.federate": false }],
    ["10", { creator: alice, room_version: "10", "m.federate": false }],
    ["11", { room_version: "11", "m.federate": false }],
    ["12", { room_version: "12", "m.federate": false }],
  ])("of version %s says version and creator as that version does, whatever is asked for", async (version, expected) => {
    const creationContent = { creator: bob, room_version: "5", "m.federate": false };
    expect(await contentOf({ version, creationContent }, "m.room.create")).toEqual(expected);
  });

  it("names those who are trusted as creators too, from version 12 on, each once", async () => {
    const preset = "trusted_private_chat";
    const creators = async (more: Partial<NewRoom>): Promise<unknown> =>
      (await contentOf({ preset, invite: [bob, carol], ...more }, "m.room.create"))?.["additional_creators"];
    expect(await creators({})).toEqual([bob, carol]);
    expect(await creators({ creationContent: { additional_creators: ["@dan:example.org", carol] } })).toEqual([
      "@dan:example.org",
      carol,
      bob,
    ]);
    expect([await creators({ version: "11" }), await creators({ preset: "private_chat" }), await creators({ invite: [] })]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("the power levels of a new room", () => {
  const levels = (more: Partial<NewRoom>): Promise<Record<string, unknown> | undefined> => contentOf(more, "m.room.power_levels");

  it("give the creator 100, and those who are trusted; from version 12 on they list no creator", async () => {
    const invite = [bob];
    expect((await levels({ version: "11", invite }))?.["users"]).toEqual({ [alice]: 100 });
    expect((await levels({ version: "11", preset: "trusted_private_chat", invite }))?.["users"]).toEqual({ [alice]: 100, [bob]: 100 });
    expect((await levels({ version: "12", preset: "trusted_private_chat", invite }))?.["users"]).toEqual({});
  });

  it("keep what only the powerful may change, the end of the room most of all", async () => {
    const defaults = { users_default: 0, events_default: 0, state_default: 50, ban: 50, kick: 50, redact: 50 };
    const [older, newer] = [await levels({ version: "11" }), await levels({ version: "12" })];
    expect(older).toMatchObject({ ...defaults, events: { "m.room.power_levels": 100, "m.room.tombstone": 100, "m.room.name": 50 } });
    expect(newer).toMatchObject({ ...defaults, events: { "m.room.power_levels": 100, "m.room.tombstone": 150, "m.room.name": 50 } });
  });

  it("are overridden member by member", async () => {
    const overridden = await levels({ version: "11", powerLevels: { users: { [alice]: 100, [bob]: 50 }, ban: 1, events: {} } });
    expect(overridden).toMatchObject({ users: { [alice]: 100, [bob]: 50 }, ban: 1, kick: 50, events: {} });
    expect(overridden?.["events"]).toEqual({});
  });
});
