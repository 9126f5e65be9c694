import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PowerLevels } from "./power-levels.ts";

const [creator, admin, mod, user] = ["@creator:x", "@admin:x", "@mod:x", "@user:x"] as const;
const old = { explicitlyPrivilegeRoomCreators: false, integerPowerLevels: false };
const content = {
  users: { [admin]: 100, [mod]: 50 },
  events: { "m.room.name": 30, "m.reaction": 10 },
  invite: 25,
  notifications: { room: 60 },
};

describe("PowerLevels", () => {
  it("gives the creator 100 where there is no event, and infinity from room version 12 on", () => {
    expect(new PowerLevels(undefined, { creators: [creator], rules: old }).for(creator)).toBe(100);
    expect(new PowerLevels(undefined, { creators: [creator] }).for(creator)).toBe(Infinity);
    expect(new PowerLevels({}, { creators: [creator], rules: old }).for(creator)).toBe(0);
    expect(new PowerLevels({}, { creators: [creator] }).for(creator)).toBe(Infinity);
  });

  it("applies every default", () => {
    const levels = new PowerLevels({ users_default: 5 }, { creators: [] });
    const found = [levels.for(user), levels.toSend("x"), levels.toSendState("x"), levels.toNotify()];
    expect(found).toEqual([5, 0, 50, 50]);
    expect((["ban", "kick", "redact", "invite"] as const).map((action) => levels.toDo(action))).toEqual([50, 50, 50, 0]);
  });

  it("finds no level in the prototype of an object", () => {
    const levels = new PowerLevels({ events: {}, users: {} }, { creators: [] });
    expect([levels.toSend("constructor"), levels.for("toString"), levels.toNotify("__proto__")]).toEqual([0, 0, 50]);
  });

  it("reads strings only where the room version has them", () => {
    const stringy = { users: { [user]: " +07 " } };
    expect(new PowerLevels(stringy, { creators: [], rules: old }).for(user)).toBe(7);
    expect(new PowerLevels(stringy, { creators: [] }).for(user)).toBe(0);
  });
});

describe("can", () => {
  const { can } = new PowerLevels(content, { creators: [creator] });

  it("compares the level of the action", () => {
    expect([can.send(user, "m.room.message"), can.send(user, "m.reaction"), can.state(user, "m.room.name")]).toEqual([true, false, false]);
    expect([can.invite(mod), can.invite(user), can.notify(mod), can.notify(admin)]).toEqual([true, false, false, true]);
  });

  it("removes only those below, and nobody removes a privileged creator", () => {
    expect([can.kick(admin, mod), can.kick(mod, admin), can.kick(mod, mod), can.ban(mod, user)]).toEqual([true, false, false, true]);
    expect([can.ban(admin, creator), can.kick(creator, admin), can.unban(mod, user), can.unban(user, mod)]).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it("lets everyone redact their own events, and some those of others", () => {
    expect([can.redact(user, user), can.redact(user, mod), can.redact(mod, admin)]).toEqual([true, false, true]);
  });

  it("changes levels below the own, up to the own", () => {
    const changes: [string, string, number | undefined][] = [
      [mod, user, 50],
      [mod, user, 51],
      [mod, admin, 0],
      [mod, mod, 0],
      [admin, mod, undefined],
      [admin, creator, 0],
      [user, user, 0],
    ];
    expect(changes.map((change) => can.changeUserLevel(...change))).toEqual([true, false, false, true, true, false, false]);
  });
});

const vectors = new URL("../../../../../shared/spec/vectors/power-levels.json", import.meta.url);
describe.skipIf(!existsSync(vectors))("power level vectors of the specification (skipped without ../shared/spec)", () => {
  interface Vectors {
    strings: { accepted: { value: string; level: number }[]; rejected: { value: string }[] };
    floats: { accepted: { json: string; level: number }[] };
    defaults: { withEvent: Record<string, number> };
  }
  const { strings, floats, defaults } = (existsSync(vectors) ? JSON.parse(readFileSync(vectors, "utf8")) : {}) as Vectors;
  const read = (value: unknown): number | undefined =>
    new PowerLevels({ users: { [user]: value } }, { creators: [], rules: old }).entryOf(user);

  it("agree on strings and fractions", () => {
    for (const { value, level } of strings.accepted) expect(read(value)).toBe(level);
    for (const { value } of strings.rejected) expect(read(value)).toBeUndefined();
    for (const { json, level } of floats.accepted) expect(read(JSON.parse(json))).toBe(level);
  });

  it("agree on the defaults", () => {
    const levels = new PowerLevels({}, { creators: [] });
    expect({
      users_default: levels.for(user),
      events_default: levels.toSend("x"),
      state_default: levels.toSendState("x"),
      ban: levels.toDo("ban"),
      kick: levels.toDo("kick"),
      redact: levels.toDo("redact"),
      invite: levels.toDo("invite"),
      "notifications.room": levels.toNotify(),
    }).toEqual(defaults.withEvent);
  });
});
