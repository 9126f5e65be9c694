import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { roomVersions } from "../room-versions.ts";
import { creatorsOf } from "./creators-of.ts";
import { DEFAULT_POWER_LEVELS, type PowerLevelName } from "./default-power-levels.ts";
import { PowerLevels } from "./power-levels.ts";
import { readLevel } from "./read-level.ts";

const alice = "@alice:a.example";
const bob = "@bob:b.example";
const create = (content: object = {}) => ({ sender: alice, content: { creator: alice, ...content } });
const levels = (content: object) => ({ content });

describe.each([...roomVersions])("power levels in room version %s", (id, rules) => {
  const { explicitlyPrivilegeRoomCreators: isPrivileged, strictCanonicalJson, integerPowerLevels } = rules.authorization;

  it("are the defaults where there is no event, and the creator's is highest", () => {
    const reader = new PowerLevels(undefined, create(), rules);
    expect(reader.userLevel(alice)).toBe(isPrivileged ? Number.POSITIVE_INFINITY : 100);
    expect(reader.userLevel(bob)).toBe(0);
    expect(reader.eventLevel("m.room.message", false)).toBe(0);
    expect(reader.eventLevel("m.room.name", true)).toBe(50);
    expect(reader.notificationLevel("room")).toBe(50);
  });

  it("are those of the event, and creators keep theirs only where they are privileged", () => {
    const content = {
      users: { [bob]: 7 },
      users_default: 3,
      events: { a: 1 },
      events_default: 2,
      state_default: 4,
      notifications: { room: 5 },
    };
    const reader = new PowerLevels(levels(content), create(), rules);
    expect(reader.userLevel(bob)).toBe(7);
    expect(reader.userLevel(alice)).toBe(isPrivileged ? Number.POSITIVE_INFINITY : 3);
    expect(["a", "b"].map((type) => reader.eventLevel(type, false))).toEqual([1, 2]);
    expect(reader.eventLevel("b", true)).toBe(4);
    expect([reader.notificationLevel("room"), reader.notificationLevel("x")]).toEqual([5, 50]);
  });

  it("find nothing in what objects inherit", () => {
    const reader = new PowerLevels(levels({ users: {}, events: {}, notifications: {} }), create(), rules);
    for (const name of ["constructor", "__proto__", "toString"]) {
      expect([reader.userLevel(name), reader.eventLevel(name, false), reader.notificationLevel(name)]).toEqual([0, 0, 50]);
    }
  });

  it("take what is malformed for absent if it is a map, and for no level at all if it is a level", () => {
    const reader = new PowerLevels(levels({ users: [], events: "x", notifications: null, ban: {}, kick: "1.5" }), create(), rules);
    expect([reader.userLevel(bob), reader.eventLevel("a", true), reader.notificationLevel("room")]).toEqual([0, 50, 50]);
    expect([reader.level("ban"), reader.level("kick")]).toEqual([Number.NaN, Number.NaN]);
  });

  it("take a level that is null for absent", () => {
    const content = {
      users_default: null,
      state_default: null,
      users: { [bob]: null },
      events: { a: null },
      notifications: { room: null },
    };
    const reader = new PowerLevels(levels(content), create(), rules);
    expect([reader.userLevel(bob), reader.eventLevel("a", true), reader.notificationLevel("room")]).toEqual([0, 50, 50]);
    expect(reader.listedLevel(bob)).toBeUndefined();
  });

  it("read strings and fractions only in room versions that have them", () => {
    expect(readLevel(50.9, rules.authorization)).toBe(strictCanonicalJson ? Number.NaN : 50);
    expect(readLevel("+50", rules.authorization)).toBe(integerPowerLevels ? Number.NaN : 50);
    expect(readLevel(2 ** 53, rules.authorization)).toBe(strictCanonicalJson ? Number.NaN : 2 ** 53);
  });

  it("know the room's creators", () => {
    const event = create({ additional_creators: [bob, 5] });
    expect([...creatorsOf(event, rules)]).toEqual(isPrivileged ? [alice, bob] : [alice]);
    const other = { ...create({ creator: bob }), sender: alice };
    expect([...creatorsOf(other, rules)]).toEqual(Number(id) < 11 ? [bob] : [alice]);
    expect([...creatorsOf({ ...other, content: { creator: 5 } }, rules)]).toEqual(Number(id) < 11 ? [] : [alice]);
  });
});

const vectors = new URL("../../../../../shared/spec/vectors/power-levels.json", import.meta.url);
const missing = !existsSync(vectors);

interface Vectors {
  strings: { accepted: { value: string; level: number }[]; rejected: { value: string }[] };
  floats: { accepted: { json: string; level: number }[]; rejected: string[] };
  defaults: { withoutEvent: Record<string, unknown> };
}

describe.skipIf(missing)("the specification's power levels", () => {
  const data: Vectors = missing
    ? { strings: { accepted: [], rejected: [] }, floats: { accepted: [], rejected: [] }, defaults: { withoutEvent: {} } }
    : JSON.parse(readFileSync(vectors, "utf8"));
  const old = roomVersions.get("1")!.authorization;

  it("agree on levels in strings", () => {
    for (const { value, level } of data.strings.accepted) expect(readLevel(value, old)).toBe(level);
    for (const { value } of data.strings.rejected) expect(readLevel(value, old)).toBe(Number.NaN);
  });

  it("agree on fractions", () => {
    for (const { json, level } of data.floats.accepted) expect(readLevel(JSON.parse(json), old)).toBe(level);
    expect(readLevel(Number.POSITIVE_INFINITY, old)).toBe(Number.NaN);
  });

  it("agree on the defaults", () => {
    for (const name of Object.keys(DEFAULT_POWER_LEVELS) as PowerLevelName[]) {
      expect(DEFAULT_POWER_LEVELS[name]).toBe(data.defaults.withoutEvent[name]);
    }
  });
});
