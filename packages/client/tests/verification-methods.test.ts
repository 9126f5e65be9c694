/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Verification by QR codes, and of other users in rooms.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Client,
  createClient,
  memoryStore,
  silentLogger,
  type Store,
  type Verification,
  type VerificationMethod,
} from "@patrix/client";
import { sqliteStore } from "@patrix/client/node";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

const names = ["ann", "bob", "carl", "dan", "eve", "fay", "gus", "hal", "ida", "jim", "kai", "lea", "max", "nora", "otto", "pia", "quin"];
const folder = mkdtempSync(join(tmpdir(), "patrix-verification-"));
let server: LocalHomeserver;
beforeAll(async () => {
  server = await localHomeserver(names);
});
beforeEach(() => {
  server.intercept = undefined;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function logIn(user: string, store: Store = memoryStore()): Promise<Client> {
  const client = await createClient("example.org", { fetch: server.fetch, logger: silentLogger, encryption: true, store });
  if (!client.session.value) await client.login.password(user, `${user}-password`);
  await client.start();
  return client;
}

/** A user with an identity. */
async function setUp(user: string, store?: Store): Promise<Client> {
  const client = await logIn(user, store);
  await client.encryption.setup({ uia: () => ({ identifier: { type: "m.id.user", user }, password: `${user}-password` }) });
  return client;
}

const nextRequest = (client: Client): Promise<Verification> =>
  new Promise((resolve) => {
    const end = client.encryption.onRequest((verification) => {
      end();
      resolve(verification);
    });
  });

/** Goes to the end as somebody does who always says yes. */
async function finish(verification: Verification, seen: string[] = []): Promise<string> {
  for await (const step of verification) {
    if (step.step === "emoji") {
      seen.push(step.emoji.map(({ symbol }) => symbol).join(" "));
      await verification.confirm();
    }
    if (step.step === "done") return "done";
    if (step.step === "cancelled") return `cancelled ${step.code}`;
  }
  return "ended";
}

const all: readonly VerificationMethod[] = ["m.sas.v1", "m.qr_code.show.v1", "m.qr_code.scan.v1"];

/** Both sides of a verification in which both take part. */
interface Sides {
  readonly verification: Verification;
  readonly incoming: Verification;
}

/** Asks, has the other side accept, and waits until both take part. */
async function begin(ask: () => Promise<Verification>, answering: Client, methods: readonly VerificationMethod[]): Promise<Sides> {
  const asked = nextRequest(answering);
  const verification = await ask();
  const incoming = await asked;
  await incoming.accept({ methods });
  await verification.until(({ step }) => step === "ready");
  return { verification, incoming };
}

/** Has the side that was asked scan what the other one shows, and both finish. */
async function scan({ verification, incoming }: Sides): Promise<void> {
  await incoming.scanCode(await verification.showCode());
  await verification.until(({ step }) => step === "scanned");
  await verification.confirm();
  await expect(Promise.all([finish(verification), finish(incoming)])).resolves.toEqual(["done", "done"]);
}

/** Takes the invites to direct chats. */
function acceptInvites(client: Client): void {
  client.rooms.invites.subscribe((rooms) => {
    for (const room of rooms) void room.join();
  });
}

describe("two devices of a user", () => {
  it("verify by a code: the old one shows, the new one scans, and gets identity and backup", async () => {
    await using first = await setUp("ann");
    await using second = await logIn("ann");
    const ask = (): Promise<Verification> => second.encryption.verifyThisDevice({ methods: all });
    const { verification, incoming } = await begin(ask, first, ["m.sas.v1", "m.qr_code.show.v1"]);
    expect([verification.value, incoming.value]).toEqual([
      { step: "ready", methods: ["m.sas.v1", "m.qr_code.scan.v1"] },
      { step: "ready", methods: ["m.sas.v1", "m.qr_code.show.v1"] },
    ]);
    await expect(verification.showCode()).rejects.toMatchObject({ code: "NO_CODE" });
    const code = await incoming.showCode();
    expect(new TextDecoder().decode(code.subarray(0, 6))).toBe("MATRIX");
    // One that is another, or was read badly, changes nothing.
    const wrong = code.slice();
    wrong[wrong.length - 40]! ^= 1;
    await expect(verification.scanCode(wrong)).rejects.toMatchObject({ code: "BAD_CODE" });
    await expect(verification.scanCode(new Uint8Array([1, 2, 3]))).rejects.toMatchObject({ code: "BAD_CODE" });
    await verification.scanCode(code);
    await incoming.until(({ step }) => step === "scanned");
    expect(verification.value.step).toBe("confirming");
    await incoming.confirm();
    await expect(Promise.all([finish(verification), finish(incoming)])).resolves.toEqual(["done", "done"]);
    await second.encryption.status.until(
      ({ thisDevice, crossSigning, backup }) => thisDevice === "verified" && crossSigning === "ready" && backup === "on",
    );
  });

  it("verify by a code that the new one shows, which does not trust the identity yet", async () => {
    await using first = await setUp("bob");
    await using second = await logIn("bob");
    await scan(await begin(() => second.encryption.verifyThisDevice({ methods: ["m.qr_code.show.v1"] }), first, all));
    await second.encryption.status.until(({ thisDevice }) => thisDevice === "verified");
  });

  it("compare emoji although a code is shown, where one of them chooses so", async () => {
    await using first = await setUp("carl");
    await using second = await logIn("carl");
    const { verification, incoming } = await begin(() => second.encryption.verifyThisDevice({ methods: all }), first, all);
    await verification.showCode();
    await incoming.showCode();
    const seen: string[][] = [[], []];
    const ends = Promise.all([finish(verification, seen[0]), finish(incoming, seen[1])]);
    await incoming.compareEmoji();
    await expect(ends).resolves.toEqual(["done", "done"]);
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0]).toHaveLength(1);
  });

  it("end it where nobody has scanned the code that is said to be scanned", async () => {
    await using first = await setUp("dan");
    await using second = await logIn("dan");
    const ask = (): Promise<Verification> => second.encryption.verifyThisDevice({ methods: ["m.qr_code.scan.v1"] });
    const { verification, incoming } = await begin(ask, first, ["m.qr_code.show.v1"]);
    await verification.scanCode(await incoming.showCode());
    await incoming.until(({ step }) => step === "scanned");
    await incoming.mismatch();
    await expect(Promise.all([finish(verification), finish(incoming)])).resolves.toEqual(["cancelled m.user", "cancelled m.user"]);
    expect(second.encryption.status.value.thisDevice).toBe("unverified");
  });
});

describe("users", () => {
  it("verify each other by emoji in a direct chat, which is made for it", async () => {
    await using ann = await setUp("eve");
    await using bob = await setUp("fay");
    acceptInvites(bob);
    const asked = nextRequest(bob);
    const verification = await ann.encryption.verifyUser(bob.userId);
    const incoming = await asked;
    expect([verification.room, incoming.room]).toEqual([(await ann.rooms.dm(bob.userId)).id, verification.room]);
    expect([verification.incoming, incoming.incoming, incoming.with.userId]).toEqual([false, true, ann.userId]);
    await incoming.accept();
    const seen: string[][] = [[], []];
    await expect(Promise.all([finish(verification, seen[0]), finish(incoming, seen[1])])).resolves.toEqual(["done", "done"]);
    expect(seen[0]).toEqual(seen[1]);
    await expect.poll(() => ann.encryption.identity(bob.userId)).toEqual({ userId: bob.userId, verified: true, changed: false });
    await expect.poll(() => bob.encryption.identity(ann.userId)).toEqual({ userId: ann.userId, verified: true, changed: false });
  });

  it("verify each other by a code in an encrypted room, of which the server sees nothing", async () => {
    await using ann = await setUp("gus");
    await using bob = await setUp("hal");
    acceptInvites(bob);
    const room = await ann.rooms.create({ encrypted: true, invite: [bob.userId] });
    await room.info.until(() => room.members.get(bob.userId)?.membership === "join");
    await scan(await begin(() => ann.encryption.verifyUser(bob.userId, { room: room.id, methods: ["m.qr_code.show.v1"] }), bob, all));
    const sent = server.requests.filter((line) => line.includes(`/rooms/${encodeURIComponent(room.id)}/send/`));
    expect(sent.length).toBeGreaterThanOrEqual(5);
    expect(sent.filter((line) => !line.includes("/send/m.room.encrypted/"))).toEqual([]);
    await expect.poll(() => bob.encryption.identity(ann.userId)).toMatchObject({ verified: true });
  });

  it("hear of a request that came while they were away, and of none that was withdrawn meanwhile", async () => {
    const stores = [sqliteStore(join(folder, "ida.db")), sqliteStore(join(folder, "jim.db"))];
    await using ann = await setUp("ida", stores[0]);
    const bob = await setUp("jim", stores[1]);
    const room = await ann.rooms.create({ encrypted: true, invite: [bob.userId] });
    await bob.rooms.join(room.id);
    await room.info.until(() => room.members.get(bob.userId)?.membership === "join");
    await bob[Symbol.asyncDispose]();
    const withdrawn = await ann.encryption.verifyUser(bob.userId, { room: room.id });
    await withdrawn.cancel();
    const verification = await ann.encryption.verifyUser(bob.userId, { room: room.id });
    await room.send.text("that is all");
    const back = await createClient("example.org", {
      fetch: server.fetch,
      logger: silentLogger,
      encryption: true,
      store: sqliteStore(join(folder, "jim.db")),
    });
    const heard: Verification[] = [];
    back.encryption.onRequest((incoming) => heard.push(incoming));
    const isAll = new Promise<void>((resolve) => back.on("m.room.message", ({ text }) => void (text === "that is all" && resolve())));
    await back.start();
    // Before that, the one that was withdrawn may still seem to be asked for.
    await isAll;
    const requested = heard.filter(({ value }) => value.step === "requested");
    expect(requested).toHaveLength(1);
    const incoming = requested[0]!;
    await incoming.accept();
    await expect(Promise.all([finish(verification), finish(incoming)])).resolves.toEqual(["done", "done"]);
    await back[Symbol.asyncDispose]();
  });

  it("may ask several at once, and each goes its own way", async () => {
    await using ann = await setUp("kai");
    await using bob = await setUp("lea");
    await using carl = await setUp("max");
    acceptInvites(bob);
    acceptInvites(carl);
    const asked = [nextRequest(bob), nextRequest(carl)];
    const [toBob, toCarl] = await Promise.all([ann.encryption.verifyUser(bob.userId), ann.encryption.verifyUser(carl.userId)]);
    const [atBob, atCarl] = await Promise.all(asked);
    await Promise.all([atBob!.accept(), atCarl!.cancel()]);
    await expect(Promise.all([finish(toBob), finish(atBob!)])).resolves.toEqual(["done", "done"]);
    await expect(Promise.all([finish(toCarl), finish(atCarl!)])).resolves.toEqual(["cancelled m.user", "cancelled m.user"]);
    await expect.poll(() => ann.encryption.identity(bob.userId)).toMatchObject({ verified: true });
    await expect(ann.encryption.identity(carl.userId)).resolves.toMatchObject({ verified: false });
  });

  it("have it called off after ten minutes, and on their other devices once one of these has answered", async () => {
    await using ann = await setUp("nora");
    await using bob = await setUp("otto");
    await using other = await logIn("otto");
    acceptInvites(bob);
    const asked = [nextRequest(bob), nextRequest(other)];
    const verification = await ann.encryption.verifyUser(bob.userId);
    const [incoming, passive] = await Promise.all(asked);
    await incoming!.accept();
    await expect(Promise.all([finish(verification), finish(incoming!), finish(passive!)])).resolves.toEqual([
      "done",
      "done",
      "cancelled m.accepted",
    ]);
    const late = await ann.encryption.verifyUser(bob.userId);
    const now = performance.now.bind(performance);
    const clock = vi.spyOn(performance, "now").mockImplementation(() => now() + 11 * 60_000);
    // The next sync finds out.
    await (await ann.rooms.dm(bob.userId)).send.text("still there?");
    await expect(finish(late)).resolves.toBe("cancelled m.timeout");
    clock.mockRestore();
  });

  it("cannot be verified without an identity", async () => {
    await using ann = await setUp("pia");
    await expect(ann.encryption.verifyUser("@quin:example.org")).rejects.toMatchObject({ code: "NO_IDENTITY" });
    await expect(ann.encryption.identity("@quin:example.org")).resolves.toBeUndefined();
  });
});
