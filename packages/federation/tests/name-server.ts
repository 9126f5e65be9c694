import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

/** A service record of the test name server. */
export interface TestSrvRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

const NO_SUCH_NAME = 3;
const SERVER_FAILURE = 2;

/** Starts a name server for service records: those of the table, `fail` for a failure, and no such name for everything else. */
export async function startNameServer(table: Readonly<Record<string, readonly TestSrvRecord[] | "fail">>): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.on("message", (query, { port, address }) => {
    const { name, end } = readName(query, 12);
    const found = Object.hasOwn(table, name) ? table[name] : undefined;
    const records = Array.isArray(found) ? found : [];
    const status = found === "fail" ? SERVER_FAILURE : found === undefined ? NO_SUCH_NAME : 0;
    const header = Buffer.from([...query.subarray(0, 2), 0x81, 0x80 | status, 0, 1, 0, records.length, 0, 0, 0, 0]);
    socket.send(Buffer.concat([header, query.subarray(12, end + 4), ...records.map(toAnswer)]), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

function toAnswer({ priority, weight, port, target }: TestSrvRecord): Buffer {
  const data = Buffer.concat([shorts(priority, weight, port), writeName(target)]);
  // The name is that of the question; type SRV, class IN, a minute to live.
  return Buffer.concat([shorts(0xc00c, 33, 1, 0, 60, data.length), data]);
}

function shorts(...values: readonly number[]): Buffer {
  return Buffer.from(values.flatMap((value) => [value >> 8, value & 255]));
}

function writeName(name: string): Buffer {
  const labels = name.split(".").map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function readName(message: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join("."), end: at + 1 };
}
