import { getRoomVersionRules } from "@patrix/room-versions";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, state } from "../../../tests/room-of.ts";
import { operation } from "../../store/statement.ts";
import { addDailyUsage, dailyUsage } from "../../store/statements/daily-usage.ts";
import { aliasRoom, isPublished } from "../../store/statements/rooms.ts";
import { foundRoom, type Founding } from "./found-room.ts";

let fixture: ComposedRooms;
beforeAll(async () => (fixture = await openRooms()));
afterAll(() => fixture[Symbol.asyncDispose]());

const found = (version: string, more: Partial<Founding> = {}) => {
  const rules = getRoomVersionRules(version) ?? expect.unreachable();
  const create = state("m.room.create", { room_version: version, ...(!rules.authorization.useRoomCreateSender && { creator: alice }) });
  const join = { type: "m.room.member", stateKey: alice, sender: alice, content: { membership: "join" } };
  return foundRoom(fixture.rooms, fixture.engine, { creator: alice, version, rules, drafts: [create, join], ...more });
};

it.each(["1", "11", "12"])(
  "makes a room of version %s with its first events, its alias and its place in the directory",
  async (version) => {
    const userNid = await fixture.core.users.intern(alice);
    const alias = `#v${version}:example.org`;
    const counted = () => operation(addDailyUsage, userNid, `v${version}`, 1, 1);
    const room = await found(version, { alias, published: true, counted });
    expect(fixture.rooms.get(room.id)).toMatchObject({ nid: room.nid, version, creatorNid: userNid });
    expect(version === "12").toBe(!room.id.includes(":"));
    expect(room.view.members.get(userNid)?.membership).toBe("join");
    const stored = await Promise.all([
      fixture.core.store.get(aliasRoom, alias),
      fixture.core.store.get(isPublished, room.nid),
      fixture.core.store.get(dailyUsage, userNid, `v${version}`),
    ]);
    expect(stored).toMatchObject([{ room_nid: room.nid }, { room_nid: room.nid }, { amount: 1 }]);
  },
);

it("makes nothing of events that do not pass the rules", async () => {
  const before = [...fixture.rooms.all()].length;
  await expect(found("11", { drafts: [state("m.room.create", {}), state("m.room.name", {})] })).rejects.toMatchObject({
    code: "INVALID_ROOM_STATE",
  });
  expect([...fixture.rooms.all()].length).toBe(before);
});
