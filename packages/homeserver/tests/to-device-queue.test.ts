// Messages for a device that does not come: the newest are kept.
import { expect, it } from "vitest";
import { limits } from "../src/limits.ts";
import { testHomeserver } from "../src/testing/index.ts";

const client = "/_matrix/client/v3";

interface Synced {
  readonly next_batch: string;
  readonly to_device?: { readonly events: readonly { readonly content: { readonly n: number } }[] };
}

it("loses the oldest of a queue that has become too large, and gives the rest a hundred at a time, in order", async () => {
  await using server = await testHomeserver();
  const alice = await server.register("alice");
  const bob = await server.register("bob");
  const padding = "x".repeat(60_000);
  const count = Math.ceil(limits.toDeviceQueueBytes.value / padding.length) + 150;
  for (let n = 0; n < count; n++) {
    const messages = { [bob.userId]: { [bob.deviceId]: { n, padding } } };
    const { status } = await server.request("PUT", `${client}/sendToDevice/org.example/${n}`, { messages }, alice.accessToken);
    expect(status).toBe(200);
  }
  const got: number[] = [];
  let since = "";
  for (;;) {
    const { body } = await server.request<Synced>("GET", `${client}/sync?timeout=0${since}`, undefined, bob.accessToken);
    const events = body.to_device?.events ?? [];
    expect(events.length).toBeLessThanOrEqual(limits.toDeviceInAnswer.value);
    if (events.length === 0) break;
    got.push(...events.map(({ content }) => content.n));
    since = `&since=${body.next_batch}`;
  }
  const first = got[0] ?? 0;
  expect(first).toBeGreaterThan(0);
  expect(got).toEqual(Array.from({ length: count - first }, (_, i) => first + i));
  const bytes = got.length * padding.length;
  expect(bytes).toBeLessThan(limits.toDeviceQueueBytes.value + 64 * (padding.length + 200));
  expect(bytes).toBeGreaterThan(limits.toDeviceQueueBytes.value * 0.9);
});
