import { describe, expect, it } from "vitest";
import { defaultRoomVersionRules, getRoomVersionRules } from "../room-versions.ts";
import { PowerLevels } from "./power-levels.ts";

const [creator, admin, mod, otherMod, user] = ["@creator:x", "@admin:x", "@mod:x", "@other:x", "@user:x"] as const;
const create = { sender: creator, content: { creator } };
const content = {
  users: { [admin]: 100, [mod]: 50, [otherMod]: 50 },
  events: { "m.room.name": 30, "m.reaction": 10 },
  invite: 25,
  notifications: { room: 60 },
};

describe("what power levels permit", () => {
  const { can } = new PowerLevels({ content }, create, defaultRoomVersionRules);

  it("compares the level of the action", () => {
    expect([can.send(user, "m.room.message"), can.send(user, "m.reaction"), can.sendState(user, "m.room.name")]).toEqual([
      true,
      false,
      false,
    ]);
    expect([can.invite(mod), can.invite(user), can.notify(mod, "room"), can.notify(admin, "room")]).toEqual([true, false, false, true]);
  });

  it("asks for 50 to send state where there are no power levels, as where there are", () => {
    const without = new PowerLevels(undefined, create, getRoomVersionRules("11")!);
    expect([without.can.sendState(user, "m.room.name"), without.can.sendState(creator, "m.room.name")]).toEqual([false, true]);
    expect(without.can.send(user, "m.room.message")).toBe(true);
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
      [mod, otherMod, 0],
      [mod, mod, 0],
      [admin, mod, undefined],
      [admin, creator, 0],
      [user, user, 0],
    ];
    expect(changes.map((change) => can.changeUserLevel(...change))).toEqual([true, false, false, false, true, true, false, false]);
  });

  it("gives nothing for levels that cannot be read", () => {
    const old = new PowerLevels({ content: { users_default: "high", kick: [], ban: 0 } }, create, getRoomVersionRules("9")!);
    expect([old.can.send(user, "x"), old.can.ban(user, admin), old.can.kick(admin, user)]).toEqual([false, false, false]);
  });
});
