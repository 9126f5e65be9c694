/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { createClient } from "@patrix/client";
import { localHomeserver } from "@patrix/homeserver/testing";

const folder = mkdtempSync(join(tmpdir(), "reminder-bot-"));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it("takes commands from the rooms of its boss, and keeps its session in an encrypted file", async () => {
  await using server = await localHomeserver(["boss", "helper"]);
  vi.stubGlobal("fetch", server.fetch);
  vi.stubEnv("PW", "helper-password");
  vi.stubEnv("STORE", join(folder, "bot.db"));
  vi.stubEnv("STORE_KEY", "sesame");
  const program = import("../src/main.ts");
  const boss = await createClient("example.org");
  await boss.login.password("boss", "boss-password");
  await boss.start();
  const room = await boss.rooms.create({ invite: ["@helper:example.org"] });
  await room.info.until(() => room.members.get("@helper:example.org")?.membership === "join");
  const answers = room.events("m.room.message")[Symbol.asyncIterator]();
  await room.send.text("!remind 5m @bob:example.org drink tea");
  await answers.next();
  expect((await answers.next()).value?.text).toBe('ok @bob:example.org: "drink tea" in 300000 ms');
  await answers.return?.();
  process.emit("SIGTERM");
  await program;
  await boss.stop();
  expect(readFileSync(join(folder, "bot.db"), "latin1")).not.toContain("helper");
});
