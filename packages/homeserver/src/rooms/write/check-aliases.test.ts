import type { JsonObject } from "@patrix/api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { roomOf, state } from "../../../tests/room-of.ts";
import { operation } from "../../store/statement.ts";
import { deleteAlias, insertAlias } from "../../store/statements/rooms.ts";
import type { LoadedRoom } from "../room.ts";
import { checkAliases } from "./check-aliases.ts";

const [own, second, elsewhere, nowhere] = ["#own:example.org", "#second:example.org", "#elsewhere:example.org", "#nowhere:example.org"];
let fixture: ComposedRooms;
let room: LoadedRoom;

async function point(alias: string, { nid, creatorNid }: LoadedRoom): Promise<void> {
  await fixture.core.log.append({ positions: [], operations: [operation(insertAlias, alias, nid, creatorNid)] });
}

const check = (content: JsonObject): Promise<void> => checkAliases(fixture.rooms, room, content);
const failsWith = (code: string, field: string): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(new RegExp(`^${field}: `)) as string });

beforeAll(async () => {
  fixture = await openRooms();
  room = await roomOf(fixture);
  await point(own, room);
  await point(second, room);
  await point(elsewhere, await roomOf(fixture));
});
afterAll(() => fixture[Symbol.asyncDispose]());

it("takes aliases that lead to the room, and none at all", async () => {
  for (const content of [
    { alias: own, alt_aliases: [second] },
    {},
    { alias: null },
    { alias: "" },
    { alt_aliases: [] },
    { alt_aliases: null },
  ])
    await check(content);
});

it.each([elsewhere, nowhere])("refuses %s, which does not lead to the room, as canonical and as alternative alias", async (alias) => {
  await expect(check({ alias })).rejects.toEqual(failsWith("BAD_ALIAS", "alias"));
  await expect(check({ alias: own, alt_aliases: [second, alias] })).rejects.toEqual(failsWith("BAD_ALIAS", "alt_aliases/1"));
});

it.each(["own:example.org", "!own:example.org", "#own", 7, {}])("refuses %j, which is no alias", async (alias) => {
  await expect(check({ alias })).rejects.toEqual(failsWith("INVALID_ALIAS", "alias"));
  await expect(check({ alt_aliases: [alias] })).rejects.toEqual(failsWith("INVALID_ALIAS", "alt_aliases/0"));
});

it("refuses a list that is none by what it is", async () => {
  await expect(check({ alt_aliases: { own } })).rejects.toEqual(failsWith("INVALID_ALIAS", "alt_aliases/0"));
});

it("lets aliases stay that the room has already, though they lead nowhere any more", async () => {
  room = await roomOf(fixture);
  const gone = "#gone:example.org";
  await point(gone, room);
  await fixture.engine.send(room, state("m.room.canonical_alias", { alias: gone }));
  await fixture.core.log.append({ positions: [], operations: [operation(deleteAlias, gone)] });
  await check({ alt_aliases: [gone] });
  await expect(check({ alias: nowhere, alt_aliases: [gone] })).rejects.toEqual(failsWith("BAD_ALIAS", "alias"));
});
