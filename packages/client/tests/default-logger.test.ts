/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { afterEach, expect, it, vi } from "vitest";
import { createClient } from "@patrix/client";
import { localHomeserver } from "@patrix/homeserver/testing";

afterEach(() => vi.restoreAllMocks());

it("what goes wrong in callbacks and in sync is told on the console unless a logger is given", async () => {
  const errors = vi.spyOn(console, "error").mockImplementation(() => {});
  const warnings = vi.spyOn(console, "warn").mockImplementation(() => {});
  const clock = { now: () => Date.now(), sleep: async (_: number, signal?: AbortSignal) => signal?.throwIfAborted() };
  await using server = await localHomeserver(["ann"]);
  const client = await createClient("example.org", { fetch: server.fetch, clock });
  await client.login.password("ann", "ann-password");
  const faults = [new Response("", { status: 502 })];
  server.intercept = (path) => (path.endsWith("/sync") ? faults.shift() : undefined);
  await client.start();
  expect(warnings.mock.calls.flat()).toEqual([expect.stringMatching(/^sync failed \(.*502.*\); again in \d+ ms$/)]);
  client.on("m.room.message", () => {
    throw new Error("boom");
  });
  const room = await client.rooms.create({});
  await room.send.text("x");
  await vi.waitUntil(() => errors.mock.calls.length > 0, { interval: 5, timeout: 20_000 });
  expect(errors.mock.calls).toEqual([["a listener to m.room.message failed", expect.objectContaining({ message: "boom" })]]);
  await client.stop();
});
