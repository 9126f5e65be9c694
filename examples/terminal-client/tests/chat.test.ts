/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { type Client, createClient, type Room, silentLogger } from "@patrix/client";
import { sqliteStore } from "@patrix/client/node";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";
import { afterAll, expect, it } from "vitest";
import { Chat } from "../src/chat.ts";
import { signIn } from "../src/sign-in.ts";
import type { PressedKey, Terminal } from "../src/terminal.ts";
import { width } from "../src/text.ts";

/** A terminal that remembers what is on its screen. */
class TestTerminal implements Terminal {
  columns = 80;
  rows = 16;
  readonly lines: string[] = [];
  #row = 0;
  #key: (key: PressedKey) => void = () => {};
  #resize: () => void = () => {};

  write(text: string): void {
    // Each line comes behind the place where it begins.
    for (const part of text.split("\x1b[")) {
      const [, row, line = ""] = /^(\d+);1H(.*)$/su.exec(part) ?? [];
      if (part === "") continue;
      if (row === undefined) this.lines[this.#row] += `\x1b[${part}`;
      else this.lines[(this.#row = Number(row) - 1)] = line;
    }
  }
  onKey(callback: (key: PressedKey) => void): void {
    this.#key = callback;
  }
  onResize(callback: () => void): void {
    this.#resize = callback;
  }
  close(): void {}

  resize(columns: number, rows: number): void {
    Object.assign(this, { columns, rows });
    this.lines.length = 0;
    this.#resize();
  }
  press(name: string, ctrl = false): void {
    this.#key({ name, ctrl, text: "" });
  }
  type(text: string): void {
    for (const each of text) this.#key({ name: undefined, ctrl: false, text: each });
  }
  get screen(): string {
    return this.lines.map((line) => stripVTControlCharacters(line).trimEnd()).join("\n");
  }
}

const folder = mkdtempSync(join(tmpdir(), "patrix-terminal-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function logIn(server: LocalHomeserver, user: string): Promise<Client> {
  const client = await createClient("example.org", { fetch: server.fetch, encryption: true, logger: silentLogger });
  await client.login.password(user, `${user}-password`);
  await client.start();
  return client;
}

/** Begins as the program does. */
async function open(
  server: LocalHomeserver,
  answers: string[] = [],
): Promise<{ terminal: TestTerminal; end: () => Promise<void>; asked: string[] }> {
  const client = await createClient("example.org", {
    fetch: server.fetch,
    encryption: true,
    logger: silentLogger,
    store: sqliteStore(join(folder, "terminal.db")),
  });
  const asked: string[] = [];
  await signIn(client, async (question) => {
    asked.push(question);
    return answers.shift() ?? "";
  });
  const terminal = new TestTerminal();
  await client.start();
  const running = new Chat(client, terminal).run();
  const end = async (): Promise<void> => {
    terminal.press("c", true);
    await running;
    await client[Symbol.asyncDispose]();
  };
  return { terminal, end, asked };
}

it("shows rooms and timelines as they change, on wide and narrow terminals, and after a restart", { timeout: 60_000 }, async () => {
  await using server = await localHomeserver(["ann", "bob"]);
  await using bob = await logIn(server, "bob");
  const first = await open(server, ["ann", "wrong", "", "ann", "ann-password"]);
  expect(first.asked).toEqual(["User: ", "Password: ", expect.stringContaining("Enter tries again"), "User: ", "Password: "]);
  const { terminal } = first;
  await expect.poll(() => terminal.screen).toContain("no rooms");
  const tea = await bob.rooms.create({ name: "tea \x1b[31m日本", preset: "public", alias: "tea" });
  await tea.send.text("first");
  for (let n = 0; n < 40; n += 1) await tea.send.text(`line ${n}`);
  terminal.type("/join #tea:example.org");
  terminal.press("return");
  await expect.poll(() => terminal.screen).toContain("line 39");
  expect(terminal.screen).toContain("tea [31m日本");
  expect(terminal.screen).not.toContain("first");
  for (let n = 0; n < 6; n += 1) {
    terminal.press("pageup");
    await new Promise(setImmediate);
  }
  await expect.poll(() => terminal.screen).toContain("first");
  for (let n = 0; n < 20; n += 1) terminal.press("pagedown");
  await expect.poll(() => terminal.screen).toContain("line 39");

  terminal.type("hello from herex");
  terminal.press("backspace");
  terminal.press("return");
  await expect.poll(() => terminal.screen).toContain("hello from here");
  await expect.poll(async () => (await lastOf(tea))?.text).toBe("hello from here");

  // An encrypted room, unread until it is opened.
  const secret = await bob.rooms.create({ name: "secret", encrypted: true, invite: ["@ann:example.org"] });
  terminal.type(`/join ${secret.id}`);
  terminal.press("return");
  await secret.info.until(() => secret.members.get("@ann:example.org")?.membership === "join");
  await expect.poll(() => terminal.screen).toContain("🔒secret");
  await secret.send.text("for us only");
  await expect.poll(() => terminal.screen).toContain("for us only");
  const more = await tea.send.text("more tea");
  await expect.poll(() => terminal.screen).toMatch(/tea \[31m日本 +1/);

  // Narrow: one of the two at a time.
  terminal.resize(24, 10);
  await expect.poll(() => terminal.screen).toContain("secret");
  expect(terminal.screen).not.toContain("│");
  for (const line of terminal.lines) expect(width(stripVTControlCharacters(line))).toBe(24);
  expect(terminal.lines.length).toBe(10);
  terminal.press("tab");
  await expect.poll(() => terminal.screen).toContain("tea");
  // The room in which something was said last is the first of the list.
  for (let n = 0; n < 3; n += 1) terminal.press("up");
  terminal.press("return");
  await expect.poll(() => terminal.screen).toContain("more tea");
  // What was shown is read.
  await expect.poll(() => tea.receipts.value.get("@ann:example.org")?.eventId).toBe(more);
  terminal.press("tab");
  await expect.poll(() => terminal.screen).toMatch(/^tea \[31m日本$/m);
  terminal.type("/recover secret key");
  await expect.poll(() => terminal.screen).toContain("•••");
  expect(terminal.screen).not.toContain("secret key");
  await first.end();

  const again = await open(server);
  expect(again.asked).toEqual([]);
  await expect.poll(() => again.terminal.screen).toContain("🔒secret");
  await again.end();
});

async function lastOf(room: Room): Promise<{ text: string | undefined } | undefined> {
  const { latest } = room;
  return latest?.is("m.room.message") === true && "text" in latest ? latest : undefined;
}
