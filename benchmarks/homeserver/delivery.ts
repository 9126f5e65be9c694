// What one delivery costs: one message at a time, each awaited by all its readers, so that no answer carries two and little depends on how busy the
// machine is otherwise.
import { Agent } from "node:http";
import { call } from "./http.ts";
import { populate, type Population } from "./population.ts";
import { startReader } from "./reader.ts";
import type { Figure, Sizes } from "./scenario.ts";
import type { ServerUnderTest } from "./server-process.ts";

/** Messages that are on their way to their readers. */
class Arrivals {
  readonly #open = new Map<string, { left: number; readonly done: () => void }>();

  /** Resolves when a message has arrived so many times. */
  expect(body: string, times: number): Promise<void> {
    return new Promise((done) => this.#open.set(body, { left: times, done }));
  }

  note(body: string): void {
    const open = this.#open.get(body);
    if (!open || --open.left > 0) return;
    this.#open.delete(body);
    open.done();
  }
}

/** Sends messages, one after the other, to rooms whose members all wait, and counts what the server's processor does for each delivery. */
export async function delivery({ url, processes }: ServerUnderTest, { paced, messages }: Sizes): Promise<Figure[]> {
  if (!processes) return [];
  const population = await populate(url, paced.population);
  const arrivals = new Arrivals();
  const readers = await Promise.all(population.users.map((user) => startReader(url, user, (body) => arrivals.note(body))));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = async (from: number, to: number): Promise<number> => {
    let deliveries = 0;
    for (let index = from; index < to; index++) deliveries += await deliver(url, population, { index, agent, arrivals });
    return deliveries;
  };
  // With the first ones the program is compiled.
  await send(0, messages / 2);
  const [all, main] = [processes.cpuSeconds(), processes.mainCpuSeconds()];
  const deliveries = await send(messages / 2, messages * 1.5);
  const microseconds = (seconds: number): number => (seconds * 1_000_000) / deliveries;
  const figures = [
    { name: "one message at a time: CPU a delivery", value: microseconds(processes.cpuSeconds() - all), unit: "µs" },
    {
      name: "one message at a time: CPU of the main thread a delivery",
      value: microseconds(processes.mainCpuSeconds() - main),
      unit: "µs",
    },
    { name: "one message at a time: memory after it", value: processes.rssMiB(), unit: "MiB" },
  ];
  await Promise.all(readers.map((reader) => reader.stop()));
  agent.destroy();
  return figures;
}

interface Delivery {
  readonly index: number;
  readonly agent: Agent;
  readonly arrivals: Arrivals;
}

/** Sends a message and waits until each member of the room has it. @returns How many they are. */
async function deliver(url: string, { users, rooms }: Population, { index, agent, arrivals }: Delivery): Promise<number> {
  const room = rooms[index % rooms.length] ?? "";
  const members = users.filter((user) => user.rooms.includes(room));
  const body = `${index} ${"x".repeat(400)}`;
  const arrived = arrivals.expect(body, members.length);
  const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/one-${process.pid}-${index}`;
  await call(url, "PUT", path, { token: members[index % members.length]?.token ?? "", body: { msgtype: "m.text", body }, agent });
  await arrived;
  return members.length;
}
