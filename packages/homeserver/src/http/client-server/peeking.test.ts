import { expect, it } from "vitest";
import { testHomeserver } from "../../testing/index.ts";

interface InitialSync {
  readonly membership: string;
  readonly messages: { readonly start: string; readonly end: string; readonly chunk: readonly { readonly content: { body?: string } }[] };
  readonly state: readonly { readonly type: string }[];
  readonly visibility: string;
  readonly account_data: readonly unknown[];
}

it("the first look at a room has its last 20 messages in order, its state, and a token that leads on to older ones", async () => {
  await using server = await testHomeserver();
  const alice = await server.register("alice");
  const room = await server.createRoom(alice);
  for (let n = 0; n < 22; n++)
    await server.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/${n}`, { body: String(n), msgtype: "m.text" });
  await server.requestAs(alice, "PUT", `/user/${alice.userId}/rooms/${room}/account_data/a`, { n: 1 });
  const { body } = await server.requestAs<InitialSync>(alice, "GET", `/rooms/${room}/initialSync`);
  expect(body.messages.chunk.map(({ content }) => content.body)).toEqual(Array.from({ length: 20 }, (_, i) => String(i + 2)));
  expect(body).toMatchObject({
    room_id: room,
    membership: "join",
    visibility: "private",
    account_data: [{ type: "a", content: { n: 1 } }],
  });
  expect(body.state.map(({ type }) => type)).toContain("m.room.create");
  const older = await server.requestAs<{ chunk: InitialSync["messages"]["chunk"] }>(
    alice,
    "GET",
    `/rooms/${room}/messages?dir=b&limit=2&from=${body.messages.start}`,
  );
  expect(older.body.chunk.map(({ content }) => content.body)).toEqual(["1", "0"]);
  const newer = await server.requestAs<{ chunk: unknown[] }>(alice, "GET", `/rooms/${room}/messages?dir=f&from=${body.messages.end}`);
  expect(newer.body.chunk).toEqual([]);
});
