/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// This client cannot encrypt: nothing that people take for secret may leave it.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Client, ClientError, createClient, memoryStore, type Room, silentLogger } from "@patrix/client";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";

const encryption = { algorithm: "m.megolm.v1.aes-sha2" };
const encryptedState = { type: "m.room.encryption", state_key: "", content: encryption };
let server: LocalHomeserver;

beforeAll(async () => {
  server = await localHomeserver(["ann", "bob"]);
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => {
  server.requests.length = 0;
});

async function logIn(user: string, more: object = {}): Promise<Client> {
  const client = await createClient("example.org", { fetch: server.fetch, logger: silentLogger, ...more });
  if (!client.session.value) await client.login.password(user, `${user}-password`);
  return client;
}

/** What left the client that others could read. */
function left(): string[] {
  return server.requests.filter((line) => /\/send\/|\/upload/.test(line));
}

const refusal = { code: "ROOM_IS_ENCRYPTED", message: expect.stringMatching(/encrypted, and this client cannot encrypt/) };

describe("an encrypted room", () => {
  it("gets no plain text of any kind, and no upload", async () => {
    await using ann = await logIn("ann");
    await ann.start();
    const room = await ann.rooms.create({ encrypted: true });
    const file = { data: new Uint8Array([1]), name: "a.png", type: "image/png" };
    server.requests.length = 0;
    const sendings = [
      room.send.text("secret"),
      room.send.notice("secret"),
      room.send.markdown("**secret**"),
      room.send.image(file),
      room.send.location("geo:1,2"),
      room.send.event("m.room.message", { msgtype: "m.text", body: "secret" }),
      room.thread("$root").send.text("secret"),
    ];
    for (const sending of sendings) {
      await expect(Promise.resolve(sending)).rejects.toMatchObject(refusal);
      expect(sending.error).toBeInstanceOf(ClientError);
      expect(sending.state.value).toBe("failed");
    }
    expect(left()).toEqual([]);
  });

  it("gets nothing either if it became encrypted while a message waited, or while the program was down", async () => {
    const store = memoryStore();
    let roomId: Room["id"];
    {
      await using ann = await logIn("ann", { store });
      await ann.start();
      const room = await ann.rooms.create({});
      roomId = room.id;
      server.intercept = (path) => (path.includes("/send/") ? new Response("", { status: 502 }) : undefined);
      void room.send.text("kept for later").catch(() => {});
      void (await ann.outbox.until((sendings) => sendings.length === 1));
      const { accessToken = "" } = ann.session.value ?? {};
      await server.request("PUT", `/_matrix/client/v3/rooms/${roomId}/state/m.room.encryption`, encryption, accessToken);
      await ann.stop();
      server.intercept = undefined;
    }
    server.requests.length = 0;
    await using again = await logIn("ann", { store });
    await again.start();
    const [kept] = again.outbox.value;
    await expect(Promise.resolve(kept)).rejects.toMatchObject(refusal);
    expect(left()).toEqual([]);
  });

  it("gets nothing where it may not be asked whether it is one", async () => {
    await using ann = await logIn("ann");
    const { accessToken = "" } = ann.session.value ?? {};
    const created = await server.request("POST", "/_matrix/client/v3/createRoom", { initial_state: [encryptedState] }, accessToken);
    const room = await ann.rooms.join((created.body as { room_id: Room["id"] }).room_id);
    server.intercept = (path) =>
      path.includes("/state/m.room.encryption") ? Response.json({ errcode: "M_FORBIDDEN", error: "x" }, { status: 403 }) : undefined;
    server.requests.length = 0;
    await expect(Promise.resolve(room.send.text("secret"))).rejects.toMatchObject({ errcode: "M_FORBIDDEN" });
    server.intercept = undefined;
    expect(left()).toEqual([]);
  });

  it("is asked for where no sync has told of it yet, and a plain room is written to", async () => {
    await using ann = await logIn("ann");
    const { accessToken = "" } = ann.session.value ?? {};
    const create = async (body: object): Promise<string> => {
      const answer = await server.request("POST", "/_matrix/client/v3/createRoom", body, accessToken);
      return (answer.body as { room_id: string }).room_id;
    };
    const store = memoryStore();
    const [secret, plain] = [await create({ initial_state: [encryptedState] }), await create({})];
    await using other = await logIn("ann", { store });
    for (const [id, outcome] of [
      [secret, "rejected"],
      [plain, "fulfilled"],
    ] as const) {
      const room = await other.rooms.join(id as Room["id"]);
      const [settled] = await Promise.allSettled([room.send.text("hello")]);
      expect(settled?.status).toBe(outcome);
    }
  });

  it("still gets reactions and redactions, which every client sends in the clear", async () => {
    await using ann = await logIn("ann");
    await ann.start();
    const room = await ann.rooms.create({});
    const message = room.events("m.room.message")[Symbol.asyncIterator]();
    await room.send.text("hello");
    const { value: event } = await message.next();
    await room.state.set("m.room.encryption", encryption);
    await room.info.until(() => room.state.get("m.room.encryption") !== undefined);
    await event?.react("👍");
    await event?.redact();
    await expect(Promise.resolve(event?.reply.text("secret"))).rejects.toMatchObject(refusal);
  });

  it("is warned of once when encrypted messages come that nobody will hear of", async () => {
    const warnings: string[] = [];
    const logger = { debug: () => {}, info: () => {}, warn: (text: string) => warnings.push(text), error: () => {} };
    await using ann = await logIn("ann", { logger });
    await ann.start();
    const rooms = [await ann.rooms.create({ encrypted: true }), await ann.rooms.create({ encrypted: true })];
    const { accessToken = "" } = ann.session.value ?? {};
    for (const room of rooms)
      for (const txn of [1, 2]) {
        const path = `/_matrix/client/v3/rooms/${room.id}/send/m.room.encrypted/${txn}`;
        const content = { algorithm: "m.megolm.v1.aes-sha2", ciphertext: "x", session_id: "x" };
        const sent = await server.request("PUT", path, content, accessToken);
        const { event_id: id } = sent.body as { event_id: string };
        await room.info.until(({ latest }) => latest?.id === id);
      }
    expect(warnings.filter((text) => text.includes("encrypted"))).toEqual(
      rooms.map(({ id }) => expect.stringMatching(new RegExp(`^${id.replace("!", "\\!")}: messages are encrypted`))),
    );
  });
});

describe("options that would do nothing", () => {
  it.each(["recoveryKey", "crypto"])("are refused, with the reason where people expect secrecy: %s", async (name) => {
    await expect(createClient("example.org", { fetch: server.fetch, [name]: true } as object)).rejects.toMatchObject({
      code: "INVALID_OPTIONS",
      message: expect.stringMatching(new RegExp(`option ${name}: .*cannot encrypt`)),
    });
  });

  it("are refused by name before anything is asked of a server", async () => {
    await expect(createClient("example.org", { fetch: server.fetch, sotre: memoryStore() } as object)).rejects.toMatchObject({
      code: "INVALID_OPTIONS",
      message: expect.stringMatching(/option sotre: .*store/),
    });
    expect(server.requests).toEqual([]);
  });
});
