/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient, type Room } from "@patrix/client";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";
import { afterEach, expect, it, vi } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "patrix-moderation-"));
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

it("keeps out whom its lists want kept out, at once, when they join, and after a restart", { timeout: 120_000 }, async () => {
  await using server = await localHomeserver(["ann", "bob", "eve", "mal", "carl", "guard"]);
  vi.stubGlobal("fetch", server.fetch);
  vi.stubEnv("PW", "guard-password");
  vi.stubEnv("OWNER", "@ann:example.org");
  vi.stubEnv("STORE", join(folder, "guard.db"));
  const users = await Promise.all(["ann", "bob", "eve", "mal", "carl"].map((user) => logIn(server, user)));
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
