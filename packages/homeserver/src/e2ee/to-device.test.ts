import { describe, expect, it } from "vitest";
import { type ComposedDevices, openDevices } from "../../tests/composed-devices.ts";
import { sync, v3 } from "../../tests/device-requests.ts";
import { limits } from "../limits.ts";

const ALICE = "@alice:example.org";
const BOB = "@bob:example.org";

describe("to-device messages", () => {
  const send = (server: ComposedDevices, txn: string, messages: object) =>
    server.request("PUT", `${v3}/sendToDevice/m.test/${txn}`, { messages }, "A1");

  it("arrive once per transaction, at one device or all, until the next token says so", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    await server.login(BOB, "B1");
    await server.login(BOB, "B2");
    const messages = { [BOB]: { "*": { all: 1 }, B1: { one: 1 } }, "@nobody:example.org": { X: {} } };
    expect((await send(server, "t1", messages)).status).toBe(200);
    expect((await send(server, "t1", messages)).status).toBe(200);
    const first = await sync(server, "B1");
    expect(first.to_device.events).toEqual([{ type: "m.test", sender: ALICE, content: { one: 1 } }]);
    expect((await sync(server, "B2")).to_device.events).toEqual([{ type: "m.test", sender: ALICE, content: { all: 1 } }]);
    expect((await sync(server, "B1")).to_device.events).toHaveLength(1);
    expect((await sync(server, "B1", first.next_batch)).to_device).toBeUndefined();
    expect((await sync(server, "B1")).to_device).toBeUndefined();
  });

  it("come a hundred at a time, and none is lost when a response is", async () => {
    await using server = await openDevices();
    const alice = await server.login(ALICE, "A1");
    await server.login(BOB, "B1");
    for (let i = 0; i < 250; i++) await server.e2ee.toDevice.send(alice, "m.test", String(i), { [BOB]: { B1: { i } } });
    const seen: number[] = [];
    let since: string | undefined;
    for (let round = 0; round < 5; round++) {
      const answer = await sync(server, "B1", since);
      const repeated = await sync(server, "B1", since);
      expect(repeated.to_device).toEqual(answer.to_device);
      for (const { content } of answer.to_device?.events ?? []) seen.push(content.i);
      // Sometimes the first answer was the one that got through, sometimes the second.
      since = round % 2 === 0 ? answer.next_batch : repeated.next_batch;
    }
    expect(seen).toEqual(Array.from({ length: 250 }, (_, i) => i));
  });

  it("that come after the cut of a sync come with the next one", async () => {
    await using server = await openDevices();
    const alice = await server.login(ALICE, "A1");
    const bob = await server.login(BOB, "B1");
    const before = server.core.log.committed;
    await server.e2ee.toDevice.send(alice, "m.test", "t", { [BOB]: { B1: {} } });
    expect(await server.e2ee.toDevice.pending(bob, before)).toEqual([]);
    expect(await server.e2ee.toDevice.pending(bob, server.core.log.committed)).toHaveLength(1);
  });

  it("wake a sync that waits", async () => {
    await using server = await openDevices();
    const alice = await server.login(ALICE, "A1");
    await server.login(BOB, "B1");
    const { next_batch: since } = await sync(server, "B1");
    const waiting = server.request("GET", `${v3}/sync?since=${since}&timeout=20000`, undefined, "B1");
    await server.e2ee.toDevice.send(alice, "m.test", "t", { [BOB]: { B1: {} } });
    expect((await waiting).body.to_device.events).toHaveLength(1);
  });

  it("go to so many devices in one request, counted over all its users", async () => {
    await using server = await openDevices();
    const alice = await server.login(ALICE, "A1");
    const devices = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`D${i}`, {}]));
    const half = limits.toDeviceTargets.value / 2;
    const to = (count: number) =>
      server.e2ee.toDevice.send(alice, "m.test", String(count), { [ALICE]: devices(half), [BOB]: devices(count) });
    await to(half);
    await expect(to(half + 1)).rejects.toMatchObject({ name: "LimitError", limit: "toDeviceTargets" });
  });

  it("refuses large contents", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    await server.login(BOB, "B1");
    expect((await send(server, "big", { [BOB]: { B1: { text: "x".repeat(70_000) } } })).status).toBe(413);
  });
});
