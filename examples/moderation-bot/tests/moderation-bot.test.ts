/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient, type Room } from "@patrix/client";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "patrix-moderation-"));
  // Each test has a program of its own.
  vi.resetModules();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function logIn(server: LocalHomeserver, user: string): Promise<Client> {
  const client = await createClient("example.org", { fetch: server.fetch });
  await client.login.password(user, `${user}-password`);
  await client.start();
  return client;
}

/** Says something and gives what the bot answers. */
async function ask(room: Room, text: string): Promise<string | undefined> {
  const id = await room.send.text(text);
  let answer: string | undefined;
  await expect
    .poll(async () => {
      await using timeline = room.timeline();
      await timeline.back(5);
      const items = timeline.items.value.flatMap((item) => (item.kind === "event" && item.replyTo?.id === id ? [item] : []));
      answer = items[0]?.message?.text;
      return answer;
    })
    .toBeTypeOf("string");
  return answer;
}

const rule = (entity: string, reason = "spam"): { entity: string; recommendation: "m.ban"; reason: string } => ({
  entity,
  recommendation: "m.ban",
  reason,
});
const membership =
  (room: Room, user: string): (() => string | undefined) =>
  () =>
    room.members.get(`@${user}:example.org`)?.membership;

/** What a test begins with: people, the bot's data, and the program. */
async function scene(server: LocalHomeserver, names: readonly string[]): Promise<Client[]> {
  vi.stubGlobal("fetch", server.fetch);
  vi.stubEnv("PW", "guard-password");
  vi.stubEnv("OWNER", "@ann:example.org");
  vi.stubEnv("STORE", join(folder, "guard.db"));
  return Promise.all(names.map((user) => logIn(server, user)));
}

it("keeps out whom its lists want kept out, at once, when they join, and after a restart", { timeout: 120_000 }, async () => {
  await using server = await localHomeserver(["ann", "bob", "eve", "mal", "carl", "guard"]);
  const users = await scene(server, ["ann", "bob", "eve", "mal", "carl"]);
  const [ann, bob, eve, mal, carl] = users as [Client, Client, Client, Client, Client];
  const guard = "@guard:example.org";
  const control = await ann.rooms.create({ alias: "moderators", invite: [guard, bob.userId] });
  const list = await ann.rooms.create({ preset: "public", name: "bad people" });
  const room = await ann.rooms.create({ preset: "public", name: "tea", invite: [guard] });
  const levels = room.state.get("m.room.power_levels") as object;
  await room.state.set("m.room.power_levels", { ...levels, users: { [guard]: 100, [carl.userId]: 100 } });
  for (const client of [eve, carl]) await client.rooms.join(room.id);
  const bobControl = await bob.rooms.join(control.id);
  let program = import("../src/main.ts");
  await expect.poll(membership(control, "guard")).toBe("join");

  // Who is no moderator is not heard.
  await expect.poll(() => ask(bobControl, "!ban @ann:example.org")).toContain("You need power level 50");
  expect(await ask(control, `!watch ${list.id}`)).toBe("Watching bad people.");
  expect(await ask(control, `!protect ${room.id}`)).toContain("protected");
  await list.state.set("m.policy.rule.user", rule("@eve:*"), "eve");
  await expect.poll(membership(room, "eve")).toBe("ban");
  expect(room.state.get("m.room.member", eve.userId)).toMatchObject({ membership: "ban", reason: "spam" });

  // Neither itself, nor who has as much power, nor its own server.
  await list.state.set("m.policy.rule.user", rule("@*"), "all");
  await list.state.set("m.policy.rule.server", rule("*.org"), "own");
  await list.state.set("m.policy.rule.server", rule("evil.example"), "evil");
  await expect.poll(() => room.state.get("m.room.server_acl")?.deny).toEqual(["evil.example"]);
  expect(["ann", "carl", "guard"].map((user) => membership(room, user)())).toEqual(["join", "join", "join"]);
  expect(await ask(control, `!ban ${carl.userId} no`)).toBe("Banned from 0 rooms.");
  await list.state.set("m.policy.rule.user", {} as never, "all");
  expect(await ask(control, "!status")).toContain("1 lists, 3 rules.");

  // Whoever joins later.
  await list.state.set("m.policy.rule.user", rule("@m?l:example.org"), "mal");
  await expect.poll(() => ask(control, "!status")).toContain("4 rules");
  await mal.rooms.join(room.id);
  await expect.poll(membership(room, "mal")).toBe("ban");

  process.emit("SIGTERM");
  await program;
  await list.state.set("m.policy.rule.server", {} as never, "evil");
  await list.state.set("m.policy.rule.user", rule("@bob:*"), "bob");
  await bob.rooms.join(room.id);
  vi.resetModules();
  program = import("../src/main.ts");
  await expect.poll(membership(room, "bob")).toBe("ban");
  await expect.poll(() => room.state.get("m.room.server_acl")?.deny).toEqual([]);
  await expect.poll(() => ask(control, "!status")).toContain("tea");
  process.emit("SIGTERM");
  await program;
  for (const client of users) await client.stop();
});

it("lets in again whom it has banned for a rule that is no more, also after a restart, and nobody else", { timeout: 120_000 }, async () => {
  const names = ["eve", "mal", "zoe", "joe", "sue", "tom", "kim"] as const;
  await using server = await localHomeserver(["ann", "guard", ...names]);
  const users = await scene(server, ["ann", "eve"]);
  const [ann, eve] = users as [Client, Client];
  const guard = "@guard:example.org";
  const control = await ann.rooms.create({ alias: "moderators", invite: [guard] });
  const list = await ann.rooms.create({ preset: "public", name: "bad people" });
  const other = await ann.rooms.create({ preset: "public", name: "other list" });
  const room = await ann.rooms.create({ preset: "public", name: "tea", invite: [guard] });
  const levels = room.state.get("m.room.power_levels") as object;
  await room.state.set("m.room.power_levels", { ...levels, users: { [guard]: 100 } });
  for (const name of names) await room.members.invite(`@${name}:example.org`);
  let program = import("../src/main.ts");
  await expect.poll(membership(control, "guard")).toBe("join");
  await expect.poll(() => ask(control, `!protect ${room.id}`)).toContain("protected");
  for (const each of [list, other]) await ask(control, `!watch ${each.id}`);

  /** Sets the rule of a user, or takes it back. */
  const set = (of: Room, name: string, isWanted: boolean): Promise<unknown> =>
    of.state.set("m.policy.rule.user", (isWanted ? rule(`@${name}:*`) : {}) as never, name);
  const banned = (): string[] => names.filter((name) => membership(room, name)() === "ban");
  for (const name of ["eve", "mal", "zoe", "joe", "sue", "tom"]) await set(list, name, true);
  await set(other, "zoe", true);
  await set(other, "kim", true);
  await expect.poll(banned).toEqual([...names]);
  // Ann has the last word on some: by herself, and by the bot.
  const ban = { ...room.state.get("m.room.member", "@joe:example.org"), membership: "ban" as const, reason: "by ann" };
  await room.state.set("m.room.member", ban, "@joe:example.org");
  // A list that is not followed any more says nothing of its rules.
  expect(await ask(control, `!unwatch ${other.id}`)).toContain("stays so");
  // The bot has done what there was to do for it when it does this.
  expect(await ask(control, "!ban @sue:example.org by ann")).toBe("Banned from 1 rooms.");
  expect(banned()).toEqual([...names]);
  await set(other, "kim", false);
  expect(await ask(control, `!watch ${other.id}`)).toBe("Watching other list.");
  await expect.poll(banned).toEqual(names.filter((name) => name !== "kim"));

  for (const name of ["eve", "zoe", "joe", "sue"]) await set(list, name, false);
  await expect.poll(membership(room, "eve")).toBe("leave");
  await eve.rooms.join(room.id);
  await expect.poll(() => ask(control, "!status")).toContain("3 rules");
  // Zoe is on another list.
  expect(banned()).toEqual(["mal", "zoe", "joe", "sue", "tom"]);

  process.emit("SIGTERM");
  await program;
  await set(list, "mal", false);
  // What is no ban any more, for all that it says.
  await list.state.set("m.policy.rule.user", { ...rule("@tom:*"), recommendation: "org.example.warn" } as never, "tom");
  await set(other, "zoe", false);
  vi.resetModules();
  program = import("../src/main.ts");
  await expect.poll(banned).toEqual(["joe", "sue"]);
  expect(room.state.get("m.room.member", "@joe:example.org")).toMatchObject({ membership: "ban", reason: "by ann" });
  expect(await ask(control, "!status")).toContain("0 rules");
  expect([banned(), membership(room, "eve")()]).toEqual([["joe", "sue"], "join"]);
  process.emit("SIGTERM");
  await program;
  for (const client of users) await client.stop();
});
