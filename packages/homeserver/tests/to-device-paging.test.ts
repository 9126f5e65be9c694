// As many messages as may wait for a device come in pages, in order, none lost and none twice: over restarts and lost answers.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { limits } from "../src/limits.ts";
import { type TestHomeserver, testHomeserver, type TestUser } from "../src/testing/index.ts";
import { loginAgain } from "./login-again.ts";

const SENDERS = 10;
const EACH = limits.toDeviceQueue.value / SENDERS;
const RESTART_EVERY = 30;

interface Message {
  readonly sender: string;
  readonly content: { readonly n: number };
}
interface Page {
  readonly events: readonly Message[];
  readonly next: string;
}

let dataDir: string;
let server: TestHomeserver;
let bob: TestUser;
let other: TestUser;
const start = async (): Promise<void> => void (server = await testHomeserver({ dataDir }));

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "patrix-to-device-"));
  await start();
  bob = await server.register("bob");
  other = await loginAgain(server, bob);
  const senders = await Promise.all(Array.from({ length: SENDERS }, (_, i) => server.register(`sender${i}`)));
  await Promise.all(
    senders.map(async (sender) => {
      for (let n = 0; n < EACH; n++) {
        const { status } = await server.requestAs(sender, "PUT", `/sendToDevice/org.example/${n}`, {
          messages: { [bob.userId]: { "*": { n } } },
        });
        expect(status).toBe(200);
      }
    }),
  );
}, 180_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

const bySync = async (since: string | undefined): Promise<Page> => {
  const path = `/sync?timeout=0${since === undefined ? "" : `&since=${since}`}`;
  const { body } = await server.requestAs<{ next_batch: string; to_device?: { events: Message[] } }>(bob, "GET", path);
  return { events: body.to_device?.events ?? [], next: body.next_batch };
};

/** Without a position, as a client does that begins anew each time: the token of the extension alone says how far it is. */
const bySlidingSync = async (since: string | undefined): Promise<Page> => {
  const { body } = await server.request<{ extensions: { to_device: { next_batch: string; events: Message[] } } }>(
    "POST",
    "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync?timeout=0",
    { extensions: { to_device: { enabled: true, limit: limits.toDeviceQueue.value, ...(since !== undefined && { since }) } } },
    other.accessToken,
  );
  const { events, next_batch: next } = body.extensions.to_device;
  return { events, next };
};

it.each([
  ["/sync", bySync],
  ["sliding sync", bySlidingSync],
] as const)(
  "comes so by %s",
  async (_name, read) => {
    const got: Message[] = [];
    let since: string | undefined;
    let pages = 0;
    for (;;) {
      const page = await read(since);
      expect(page.events.length).toBeLessThanOrEqual(limits.toDeviceInAnswer.value);
      if (page.events.length === 0) break;
      pages++;
      // The answer is lost, now and then together with the server: the client asks again.
      if (pages % 10 === 0) {
        if (pages % RESTART_EVERY === 0) {
          await server.stop();
          await start();
        }
        expect((await read(since)).events).toEqual(page.events);
      }
      got.push(...page.events);
      since = page.next;
    }
    expect([got.length, pages]).toEqual([SENDERS * EACH, (SENDERS * EACH) / limits.toDeviceInAnswer.value]);
    const inOrder = Array.from({ length: EACH }, (_, n) => n);
    for (let i = 0; i < SENDERS; i++)
      expect(got.filter(({ sender }) => sender === `@sender${i}:localhost`).map(({ content }) => content.n)).toEqual(inOrder);
    expect((await read(since)).events).toEqual([]);
  },
  120_000,
);
