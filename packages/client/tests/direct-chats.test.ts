/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { describe, expect, it } from "vitest";
import { type Client, createClient } from "@patrix/client";
import { getAccountData } from "@patrix/client-api";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";

async function logIn(server: LocalHomeserver, user: string): Promise<Client> {
  const client = await createClient("example.org", { fetch: server.fetch });
  await client.login.password(user, `${user}-password`);
  return client;
}
const createdRooms = ({ requests }: LocalHomeserver): number => requests.filter((line) => line.endsWith("/createRoom")).length;
const direct = (client: Client): Promise<unknown> => client.api.send(getAccountData, { path: { userId: client.userId, type: "m.direct" } });

describe.each(["while sync runs", "while no sync runs"])("direct chats, %s,", (when) => {
  it("are one for each user, whoever asks at once or again, and all of them are kept", async () => {
    await using server = await localHomeserver(["ann", "bob", "cleo", "dora"]);
    const ann = await logIn(server, "ann");
    if (when === "while sync runs") await ann.start();
    const users = ["@bob:example.org", "@cleo:example.org", "@dora:example.org", "@bob:example.org", "@bob:example.org"] as const;
    const rooms = await Promise.all(users.map((user) => ann.rooms.dm(user)));
    const again = await ann.rooms.dm("@bob:example.org");
    const other = await (await logIn(server, "ann")).rooms.dm("@cleo:example.org");
    const [bob, cleo, dora] = rooms.map(({ id }) => id);
    expect([rooms[3]?.id, rooms[4]?.id, again.id, other.id]).toEqual([bob, bob, bob, cleo]);
    expect(createdRooms(server)).toBe(3);
    expect(await direct(ann)).toEqual({ "@bob:example.org": [bob], "@cleo:example.org": [cleo], "@dora:example.org": [dora] });
    await ann.stop();
  });

  it("are made anew when the other has left", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    const [ann, bob] = [await logIn(server, "ann"), await logIn(server, "bob")];
    if (when === "while sync runs") await ann.start();
    const first = await ann.rooms.dm(bob.userId);
    const joined = await bob.rooms.join(first.id);
    await joined.leave();
    if (when === "while sync runs") await first.info.until(() => first.members.get(bob.userId)?.membership === "leave");
    expect((await ann.rooms.dm(bob.userId)).id).not.toBe(first.id);
    await ann.stop();
  });
});
