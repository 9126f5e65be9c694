// A homeserver that is killed again and again in the middle of its work: what it has acknowledged must be there, and nothing twice.
import { Agent } from "node:http";
import { checkDatabase, type Finding, parseConfig } from "@patrix/homeserver";
import { call } from "./http.ts";
import { percentiles } from "./load.ts";
import { type LoadUser, makeRoom, register } from "./population.ts";
import type { Figure } from "./scenario.ts";
import type { ServerProcess } from "./server-process.ts";

/** How many senders there are at once, each in a loop. */
const SENDERS = 16;
const ROOMS = 4;
/** The most messages that are acknowledged between two kills; the fewest are one. */
const MOST_BETWEEN_KILLS = 400;

/** One message that was sent, with the room that it went to. */
interface Message {
  readonly user: LoadUser;
  readonly room: string;
  readonly body: string;
}

/** What was sent over all kills. */
class Ledger {
  /** Event IDs by body. */
  readonly acknowledged = new Map<string, string>();
  readonly #url: string;
  readonly agent = new Agent({ keepAlive: true, maxSockets: SENDERS });
  repeated = 0;

  constructor(url: string) {
    this.#url = url;
  }

  /** Sends a message, under a transaction ID that is always the same. @returns Whether it was acknowledged. */
  async send({ user: { token }, room, body }: Message): Promise<boolean> {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${body}`;
    const content = { msgtype: "m.text", body };
    const sent = await call(this.#url, "PUT", path, { token, body: content, agent: this.agent }).catch(() => undefined);
    if (sent) this.acknowledged.set(body, sent["event_id"] as string);
    return sent !== undefined;
  }

  /** Repeats what was not answered, as clients do. */
  async repeat(messages: readonly Message[]): Promise<void> {
    this.repeated += messages.length;
    for (const message of messages) if (!(await this.send(message))) throw new Error(`${message.body} could not be sent after the restart`);
  }
}

/**
 * Kills a server so many times under load, each time after another number of acknowledged messages, and starts it again. In the end every room is read
 * and the database is checked.
 *
 * @throws {Error} If something acknowledged is not there, something is there twice, or the check finds anything.
 */
export async function runKills(server: ServerProcess, kills: number): Promise<Figure[]> {
  const users: LoadUser[] = [];
  for (let i = 0; i < SENDERS; i++) users.push(await register(server.url));
  const rooms: string[] = [];
  for (let i = 0; i < ROOMS; i++) rooms.push(await makeRoom(server.url, users));
  const ledger = new Ledger(server.url);
  const restarts: number[] = [];
  for (let round = 0; round < kills; round++) {
    const unanswered = await sendUntilKilled(server, ledger, { users, rooms, round });
    restarts.push(await server.launch());
    await ledger.repeat(unanswered);
    if (process.stderr.isTTY) process.stderr.write(`\r  ${round + 1} kills, ${ledger.acknowledged.size} messages`);
  }
  if (process.stderr.isTTY) process.stderr.write("\n");
  const { lost, doubled, found } = await audit(server, ledger, { user: users[0], rooms });
  ledger.agent.destroy();
  await server.stop();
  const findings: Finding[] = [];
  await checkDatabase(parseConfig(server.config), { found: (finding) => findings.push(finding) });
  const figures: Figure[] = [
    { name: "kill -9", value: kills, unit: "times" },
    { name: "messages acknowledged", value: ledger.acknowledged.size, unit: "" },
    { name: "messages found", value: found, unit: "" },
    { name: "acknowledged and lost", value: lost, unit: "" },
    { name: "found twice", value: doubled, unit: "" },
    { name: "requests repeated after a kill", value: ledger.repeated, unit: "" },
    { name: "findings of database check", value: findings.length, unit: "" },
    { name: "start after a kill, p50", value: percentiles(restarts).p50, unit: "ms" },
    { name: "start after a kill, longest", value: Math.max(...restarts), unit: "ms" },
  ];
  if (lost + doubled + findings.length > 0)
    throw new Error(figures.map(({ name, value }) => `${name}: ${value}`).join(", ") + JSON.stringify(findings.slice(0, 5)));
  return figures;
}

/** Sends in loops until the server is killed, which is in the middle of it. @returns What was sent and not answered. */
async function sendUntilKilled(
  server: ServerProcess,
  ledger: Ledger,
  { users, rooms, round }: { readonly users: readonly LoadUser[]; readonly rooms: readonly string[]; readonly round: number },
): Promise<Message[]> {
  // Another place in each round, spread over all sizes.
  const killAfter = 1 + ((round * 137) % MOST_BETWEEN_KILLS);
  const unanswered: Message[] = [];
  let acknowledged = 0;
  let killing: Promise<void> | undefined;
  const sender = async (user: LoadUser, index: number): Promise<void> => {
    for (let i = 0; ; i++) {
      const message = { user, room: rooms[(index + i) % rooms.length] ?? "", body: `${round}-${index}-${i}` };
      if (!(await ledger.send(message))) return void unanswered.push(message);
      if (++acknowledged === killAfter) killing = server.crash();
    }
  };
  await Promise.all(users.map(sender));
  await killing;
  return unanswered;
}

/** Reads every room, and compares it with what was acknowledged. */
async function audit(
  { url }: ServerProcess,
  { acknowledged, agent }: Ledger,
  { user, rooms }: { readonly user: LoadUser | undefined; readonly rooms: readonly string[] },
): Promise<{ readonly lost: number; readonly doubled: number; readonly found: number }> {
  const ids = new Map<string, string[]>();
  for (const room of rooms) {
    for (let from: string | undefined = ""; from !== undefined;) {
      const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/messages?dir=b&limit=500${from && `&from=${encodeURIComponent(from)}`}`;
      const page = await call(url, "GET", path, { token: user?.token ?? "", agent });
      for (const { type, event_id: id, content } of page["chunk"] as { type: string; event_id: string; content: { body: string } }[])
        if (type === "m.room.message") ids.set(content.body, [...(ids.get(content.body) ?? []), id]);
      from = page["end"] as string | undefined;
    }
  }
  const lost = [...acknowledged].filter(([body, id]) => !ids.get(body)?.includes(id)).length;
  const doubled = [...ids.values()].filter((each) => each.length > 1).length;
  return { lost, doubled, found: ids.size };
}
