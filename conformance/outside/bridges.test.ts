// Bridges as published carry messages both ways. Each is skipped with one line where it cannot be had.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testHomeserver } from "@patrix/homeserver/testing";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { goProgram, pythonProgram, run } from "./foreign-program.ts";
import { freePort } from "./free-port.ts";
import { IrcServer } from "./irc-server.ts";
import { startLoggingProxy } from "./logging-proxy.ts";
import { RoomWatcher } from "./room-watcher.ts";

/** What bridges ask for and the server does not have: a row that is served fails the test, and goes. */
const owed: readonly string[] = ["GET /_synapse/admin/v1/users/{}/admin"];

/** The pieces of YAML in a guide, in order. */
async function yamlOf(guide: string): Promise<string[]> {
  const text = await readFile(join(import.meta.dirname, "../../docs/guides", guide), "utf8");
  return [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = ""]) => yaml);
}

it("heisenbridge 1.15.4 carries messages to IRC and back", { timeout: 420_000 }, async ({ skip }) => {
  const program = await pythonProgram("heisenbridge==1.15.4", "-m");
  if ("missing" in program) {
    console.info(`heisenbridge is left out: ${program.missing}`);
    skip(program.missing);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), "patrix-bridge-"));
  const registration = join(folder, "heisenbridge.yaml");
  const [text = "", config = ""] = await yamlOf("run-a-bridge.md");
  await writeFile(registration, text.replace("9898", String(await freePort())));
  const settings = { ...(parse(config) as object), app_service_files: [registration], rate_limits: { enabled: true } };
  await using irc = await IrcServer.start();
  await using server = await testHomeserver({ serverName: "example.org", config: settings });
  await using proxy = await startLoggingProxy(server.url);
  const alice = await server.register("alice");
  const bridge = spawn(program.command, ["-m", "heisenbridge", "-v", "-c", registration, "-o", alice.userId, proxy.url]);
  let log = "";
  for (const stream of [bridge.stdout, bridge.stderr]) stream.on("data", (chunk) => (log += String(chunk)));
  const ended = new Promise((resolve) => bridge.once("close", resolve));
  try {
    const watcher = new RoomWatcher(server, alice);
    const control = await watcher.until("the room of the bridge's bot", () => watcher.joined[0]);
    const ask = async (room: string, text: string, answer: RegExp): Promise<void> => {
      const before = watcher.seen.length;
      await watcher.say(room, text);
      await watcher.until(`an answer to ${text}`, () =>
        watcher.seen.slice(before).some(({ sender, body }) => sender !== alice.userId && answer.test(body)),
      );
    };
    await ask(control, "ADDNETWORK test", /added/i);
    await ask(control, `ADDSERVER test 127.0.0.1 ${irc.port}`, /added/i);
    await watcher.say(control, "OPEN test");
    const network = await watcher.until("the room of the network", () => watcher.joined[1]);
    await ask(network, "NICK alice", /nick/i);
    await ask(network, "CONNECT", /connected|welcome/i);
    irc.play("bob", "#talk");
    await watcher.say(network, "JOIN #talk");
    const channel = await watcher.until("the room of the channel", () => watcher.joined[2]);
    await watcher.until("alice in the channel", () => irc.members("#talk").includes("alice"));
    irc.say("bob", "#talk", "hello from IRC");
    const heard = await watcher.until("what bob says", () => watcher.seen.find(({ body }) => body === "hello from IRC"));
    expect(heard).toEqual({ roomId: channel, sender: "@irc_test_bob:example.org", body: "hello from IRC" });
    await watcher.say(channel, "hello from Matrix");
    await watcher.until("what alice says", () => irc.said.includes("alice #talk :hello from Matrix"));
    expect(proxy.tally().filter(([line]) => /^(5|429)/.test(line))).toEqual([]);
    expect(proxy.unserved()).toEqual(owed);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${log.slice(-3_000)}`, { cause: error });
  } finally {
    bridge.kill();
    await ended;
    await rm(folder, { recursive: true });
  }
});

it("mautrix-go 0.32 serves as an application service", { timeout: 420_000 }, async ({ skip }) => {
  const program = await goProgram(join(import.meta.dirname, "mautrix-go"), "goolm", "./appservice");
  if ("missing" in program) {
    console.info(`mautrix-go as an application service is left out: ${program.missing}`);
    skip(program.missing);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), "patrix-mautrix-"));
  const file = join(folder, "mautrix.yaml");
  const registration = {
    id: "mautrix",
    url: `http://127.0.0.1:${await freePort()}`,
    as_token: "as-token-of-mautrix",
    hs_token: "hs-token-of-mautrix",
    sender_localpart: "maubot",
    rate_limited: false,
    namespaces: {
      users: [
        { regex: "^@maubot:localhost$", exclusive: true },
        { regex: "^@_mau_.*:localhost$", exclusive: true },
      ],
    },
    "de.sorunome.msc2409.push_ephemeral": true,
    receive_ephemeral: true,
    "org.matrix.msc3202": true,
    "io.element.msc4190": true,
  };
  await writeFile(file, JSON.stringify(registration));
  try {
    await using server = await testHomeserver({ config: { app_service_files: [file], rate_limits: { enabled: true } } });
    await using proxy = await startLoggingProxy(server.url);
    const alice = await server.register("alice");
    const { code, out, err } = await run(program.command, [proxy.url, file, alice.accessToken], { timeoutMs: 120_000 });
    const told = out.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as { step: string; ok: boolean }] : []));
    expect(told.filter(({ ok }) => !ok)).toEqual([]);
    expect([told.length, code], err).toEqual([10, 0]);
    expect(proxy.tally().filter(([line]) => /^(5|429)/.test(line))).toEqual([]);
    expect(proxy.unserved()).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
