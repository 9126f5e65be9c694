import type { Edu } from "@patrix/events";
import { afterAll, beforeAll, expect, it } from "vitest";
import { composed } from "../../../tests/remote/compose.ts";
import type { ComposedHomeserver } from "../../compose/create-homeserver.ts";
import { limits } from "../../limits.ts";
import { outboxOf } from "../../store/statements/federation.ts";
import { TestNetwork } from "../../testing/index.ts";

let server: ComposedHomeserver;

beforeAll(async () => {
  const network = new TestNetwork().portsOf("a.example");
  server = await composed({ serverName: "a.example", network, config: { federation: { enabled: true } } });
});
afterAll(() => server[Symbol.asyncDispose]());

it("keeps of what waits for a server the newest, as many as there may be, and nothing for itself", async () => {
  const { core, federation } = server.parts;
  const sender = federation?.sender ?? expect.unreachable();
  const edu = (n: number): Edu => ({ edu_type: "m.direct_to_device", content: { n } }) as unknown as Edu;
  const most = limits.destinationOutbox.value;
  // What waits is looked at with every 64th that is stored.
  const all = Math.ceil((most + 1) / 64) * 64;
  for (let i = 0; i < all; i += 1_001) {
    const edus = Array.from({ length: Math.min(1_001, all - i) }, (_, j) => ({ server: "b.example", edu: edu(i + j) }));
    await core.log.append({ positions: [], operations: sender.outbox([...edus, { server: "a.example", edu: edu(0) }]) });
  }
  const waiting = await core.store.all(outboxOf, "b.example", 0, most * 2);
  expect(waiting).toHaveLength(most);
  expect(JSON.parse(waiting[0]?.json ?? "")).toMatchObject({ content: { n: all - most } });
  expect(await core.store.all(outboxOf, "a.example", 0, 1)).toEqual([]);
});

it("keeps of what waits for a server no more bytes than may wait", async () => {
  const { core, federation } = server.parts;
  const sender = federation?.sender ?? expect.unreachable();
  const edu = (n: number): Edu => ({ edu_type: "m.direct_to_device", content: { n, text: "x".repeat(1_048_576) } }) as unknown as Edu;
  const kept = Math.floor(limits.destinationOutboxBytes.value / JSON.stringify(edu(10)).length);
  for (let n = 0; n < 128; n++) await core.log.append({ positions: [], operations: sender.outbox([{ server: "c.example", edu: edu(n) }]) });
  const waiting = await core.store.all(outboxOf, "c.example", 0, 1_000);
  expect(waiting.map(({ json }) => (JSON.parse(json) as { content: { n: number } }).content.n)).toEqual(
    Array.from({ length: kept }, (_, i) => 128 - kept + i),
  );
});
