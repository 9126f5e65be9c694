import { afterAll, beforeAll, expect, it } from "vitest";
import { composed } from "../../tests/remote/compose.ts";
import type { ComposedHomeserver } from "../compose/create-homeserver.ts";
import { createRoom } from "../rooms/write/create-room.ts";
import { operation } from "../store/statement.ts";
import { deleteMeta } from "../store/statements/shards.ts";
import { closeRoom, deleteUserWords } from "../store/statements/user-directory.ts";
import { fillDirectory } from "./fill-directory.ts";

let server: ComposedHomeserver;
beforeAll(async () => (server = await composed()));
afterAll(() => server[Symbol.asyncDispose]());

it("puts into the directory who was there before it, and what rooms are open, once", async () => {
  const { core, rooms, userDirectory, accounts } = server.parts;
  const account = (localpart: string) => accounts.accounts.create({ localpart });
  const [asker, member, owner] = [await account("asker"), await account("old.member"), await account("old.owner")];
  await accounts.profiles.set(member.userNid, member.userId, "displayname", { displayname: "Old Timer" });
  const found = async (term: string): Promise<string[]> =>
    (await userDirectory.search(asker.userNid, term)).results.map(({ user_id: userId }) => userId);
  const roomOf = (creator: string, preset: "private_chat" | "public_chat", invite: readonly string[] = []) =>
    createRoom(rooms.rooms, rooms.engine, rooms.profileOf, { creator, preset, invite, initialState: [] });
  await rooms.members.join(await roomOf(asker.userId, "private_chat", [member.userId]), member.userId);
  const room = await roomOf(owner.userId, "public_chat");

  const emptied = [member, owner].map(({ userNid }) => operation(deleteUserWords, userNid));
  const forgotten = [operation(closeRoom, room.nid, "m.room.join_rules"), operation(deleteMeta, "user_directory")];
  await core.log.append({ positions: [], operations: [...emptied, ...forgotten] });
  expect(await found("old")).toEqual([]);
  await fillDirectory(rooms.rooms, userDirectory);
  expect([await found("old"), await found("timer")]).toEqual([[member.userId, owner.userId], [member.userId]]);

  await core.log.append({ positions: [], operations: emptied });
  await fillDirectory(rooms.rooms, userDirectory);
  expect(await found("old")).toEqual([]);
});
