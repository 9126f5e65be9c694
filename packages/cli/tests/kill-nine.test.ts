import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { run } from "./run.ts";
import { freePort, serve, type ServeProcess } from "./serve-process.ts";

const ROUNDS = 20;
const SENDS = 200;

async function call(
  server: ServeProcess,
  method: string,
  path: string,
  token: string | undefined,
  body?: object,
): Promise<Record<string, unknown>> {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const answer = await fetch(server.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}

/** Reads every message of the room, oldest first, as pairs of event ID and body. */
async function history(server: ServeProcess, room: string, token: string): Promise<[id: string, body: string][]> {
  const found: [string, string][] = [];
  let from = "";
  for (;;) {
    const page = await call(server, "GET", `/_matrix/client/v3/rooms/${room}/messages?dir=b&limit=500${from && `&from=${from}`}`, token);
    const chunk = page["chunk"] as { event_id: string; type: string; content: { body: string } }[];
    found.push(
      ...chunk.filter((event) => event.type === "m.room.message").map((event): [string, string] => [event.event_id, event.content.body]),
    );
    if (typeof page["end"] !== "string") return found.toReversed();
    from = page["end"];
  }
}

it(
  `keeps every acknowledged event, and none twice, when killed ${ROUNDS} times in the middle of ${SENDS} sends`,
  { timeout: 180_000 },
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "patrix-kill-"));
    const port = await freePort();
    let server = await serve(dataDir, port);
    const account = await call(server, "POST", "/_matrix/client/v3/register", undefined, {
      username: "alice",
      password: "kill me nine times",
      auth: { type: "m.login.dummy" },
    });
    const token = account["access_token"] as string;
    const created = await call(server, "POST", "/_matrix/client/v3/createRoom", token, {});
    const room = encodeURIComponent(created["room_id"] as string);
    const send = (body: string): Promise<Record<string, unknown>> =>
      call(server, "PUT", `/_matrix/client/v3/rooms/${room}/send/m.room.message/${body}`, token, { msgtype: "m.text", body });
    const acknowledged = new Map<string, string>();
    let interrupted = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const killAfter = Math.floor((SENDS * (round + 1)) / (ROUNDS + 1));
      let acks = 0;
      const bodies = Array.from({ length: SENDS }, (_, i) => `${round}-${i}`);
      let killing: Promise<void> | undefined;
      const attempt = async (body: string): Promise<void> => {
        const sent = await send(body).catch(() => undefined);
        if (!sent) return;
        acknowledged.set(body, sent["event_id"] as string);
        if (++acks === killAfter) killing = server.kill();
      };
      await Promise.all(bodies.map(attempt));
      await killing;
      await server.kill();
      const unanswered = bodies.filter((body) => !acknowledged.has(body));
      interrupted += unanswered.length;
      server = await serve(dataDir, port);
      // A client repeats what was not answered, with the same transaction ID: stored or not before, it is there once after.
      for (const body of unanswered.slice(0, 10)) acknowledged.set(body, (await send(body))["event_id"] as string);
    }
    const stored = await history(server, room, token);
    await server.kill();
    const checked = await run(["database", "check", "--config", join(dataDir, "config.json")]);
    expect(checked).toMatchObject({ code: 0, out: "" });
    await rm(dataDir, { recursive: true, force: true });
    const ids = stored.map(([id]) => id);
    const bodies = stored.map(([, body]) => body);
    expect(interrupted).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(bodies).size).toBe(bodies.length);
    const byBody = new Map(stored.map(([id, body]) => [body, id]));
    for (const [body, id] of acknowledged) expect(byBody.get(body), body).toBe(id);
  },
);
