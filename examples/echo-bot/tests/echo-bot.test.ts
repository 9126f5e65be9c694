/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { afterEach, expect, it, vi } from "vitest";
import { createClient } from "@patrix/client";
import { localHomeserver } from "@patrix/homeserver/testing";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

it("echoes in the rooms that it is invited to, until it is asked to stop", async () => {
  await using server = await localHomeserver(["ann", "echo"]);
  vi.stubGlobal("fetch", server.fetch);
  vi.stubEnv("PW", "echo-password");
  const program = import("../src/main.ts");
  const ann = await createClient("example.org");
  await ann.login.password("ann", "ann-password");
  await ann.start();
  const room = await ann.rooms.create({ invite: ["@echo:example.org"] });
  await room.info.until(() => room.members.get("@echo:example.org")?.membership === "join");
  const answers = room.events("m.room.message")[Symbol.asyncIterator]();
  await room.send.text("hello");
  const heard = [(await answers.next()).value, (await answers.next()).value].map((event) => [event?.isOwn, event?.text]);
  expect(heard).toEqual([
    [true, "hello"],
    [false, "hello"],
  ]);
  await answers.return?.();
  process.emit("SIGTERM");
  await program;
  await ann.stop();
});
