/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { describe, expect, it } from "vitest";
import { createClient, memoryStore, silentLogger } from "@patrix/client";
import { localHomeserver } from "@patrix/homeserver/testing";

/** Waits for nobody. */
const clock = { now: () => Date.now(), sleep: async (_: number, signal?: AbortSignal) => signal?.throwIfAborted() };

describe("stopping", () => {
  it("settles whatever is waited for: the run, sends that were queued, and sends that come later", async () => {
    await using server = await localHomeserver(["ann"]);
    const store = memoryStore();
    const client = await createClient("example.org", { fetch: server.fetch, clock, store, logger: silentLogger });
    await client.login.password("ann", "ann-password");
    await client.start();
    const running = client.run();
    const room = await client.rooms.create({});
    let open: () => void = () => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    let reached: () => void = () => {};
    const begun = new Promise<void>((resolve) => (reached = resolve));
    const late = new Promise<unknown>((resolve) => {
      client.on("m.room.message", async () => {
        reached();
        await gate;
        resolve(await room.send.text("late").catch((error: unknown) => error));
      });
    });
    await room.send.text("wake");
    await begun;
    server.intercept = (path, init) =>
      path.includes("/send/")
        ? new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(new Error("aborted"))))
        : undefined;
    const queued = room.send.text("queued");
    await queued.state.until((state) => state === "sending");
    await client.stop();
    await running;
    await expect(queued).rejects.toMatchObject({ code: "STOPPED" });
    open();
    expect(await late).toMatchObject({ code: "STOPPED" });
    expect(client.outbox.value).toEqual([queued]);
    // What was queued goes out with the next start, and can be waited for again.
    server.intercept = undefined;
    await client.start();
    await expect(queued).resolves.toMatch(/^\$/);
    expect(await store.get("outbox", queued.txnId)).toBeUndefined();
    await client.stop();
  });
});
