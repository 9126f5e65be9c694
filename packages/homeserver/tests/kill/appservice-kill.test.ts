/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// An application service over kills of the server: everything that was acknowledged comes, in order, and under one transaction ID each.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { dig, listAt } from "../appservice/dig.ts";
import { FakeService } from "../appservice/fake-appservice.ts";
import { ircRegistration } from "../appservice/registered.ts";

const KILLS = 8;

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
}

async function start(dataDir: string, file: string): Promise<Running> {
  const script = new URL("serve-appservice.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["-C", "@patrix/source", script, dataDir, file], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit").then(([code]) => Promise.reject(new Error(`the server ended with ${code}`)));
  // A kill is expected later.
  exited.catch(() => {});
  const [line] = (await Promise.race([once(child.stdout ?? child, "data"), exited])) as [Buffer];
  return { child, url: line.toString().trim() };
}

async function ask(url: string, method: string, path: string, body: object): Promise<Record<string, unknown>> {
  const headers = { authorization: "Bearer as-irc", "content-type": "application/json" };
  const response = await fetch(`${url}/_matrix/client/v3${path}`, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

it(`hears of every event once, in order, over ${KILLS} kills`, { timeout: 180_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "patrix-kill-"));
  await using service = await FakeService.start();
  const file = join(folder, "irc.json");
  await writeFile(file, JSON.stringify(ircRegistration(`http://127.0.0.1:${service.port}`)));
  const dataDir = join(folder, "data");
  let running = await start(dataDir, file);
  const acknowledged: string[] = [];
  let roomId = "";
  let count = 0;
  try {
    roomId = String((await ask(running.url, "POST", "/createRoom", { preset: "public_chat" }))["room_id"]);
    for (let kill = 0; kill < KILLS; kill++) {
      // Some answers of the service are lost, as some of the server's are.
      service.answer = () => (Math.random() < 0.3 ? "break" : { status: 200 });
      const { url, child } = running;
      const isOver = new AbortController();
      const sending = (async () => {
        while (!isOver.signal.aborted) {
          const text = `message ${count++}`;
          const sent = await ask(url, "PUT", `/rooms/${roomId}/send/m.room.message/txn${count}`, { msgtype: "m.text", body: text }).catch(
            () => undefined,
          );
          if (sent) acknowledged.push(String(sent["event_id"]));
        }
      })();
      const before = service.transactions.length;
      await service.until(() => service.transactions.length > before + 3);
      child.kill("SIGKILL");
      await once(child, "exit");
      isOver.abort();
      await sending;
      running = await start(dataDir, file);
    }
    service.answer = () => ({ status: 200 });
    const last = String(
      (await ask(running.url, "PUT", `/rooms/${roomId}/send/m.room.message/last`, { msgtype: "m.text", body: "last" }))["event_id"],
    );
    acknowledged.push(last);
    while (!service.events.some(({ event_id: id }) => String(id) === last)) {
      await ask(running.url, "POST", "/user/@_irc_bot:localhost/filter", {});
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    running.child.kill("SIGKILL");
    await once(running.child, "exit");
    await rm(folder, { recursive: true, force: true });
  }
  // Whatever came twice came under the same ID, and unchanged.
  const bodies = new Map<string, string>();
  for (const { id, body } of service.transactions) {
    const text = JSON.stringify(body);
    expect(bodies.get(id) ?? text).toBe(text);
    bodies.set(id, text);
  }
  const events = service.events.filter((event) => String(dig(event, "type")) === "m.room.message");
  const ids = events.map(({ event_id: id }) => String(id));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => acknowledged.includes(id))).toEqual(acknowledged);
  const numbers = events.flatMap((event) => /message (\d+)/.exec(String(dig(event, "content", "body")))?.[1] ?? []).map(Number);
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(listAt(service.transactions[0]?.body, "events").length).toBeGreaterThan(0);
  expect(acknowledged.length).toBeGreaterThan(KILLS);
});
