// The plain client-server API over keep-alive connections, for a driver that must cost little itself.
import { type Agent, request } from "node:http";

/** What a request carries. */
export interface CallOptions {
  readonly token?: string;
  readonly body?: object;
  readonly agent?: Agent;
}

/** An answer with its status. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Sends a request and returns whatever comes back. */
export function exchange(url: string, method: string, path: string, { token, body, agent }: CallOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const text = body && JSON.stringify(body);
    const headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(text !== undefined && { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
    };
    const sent = request(url + path, { method, headers, ...(agent && { agent }) }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      answer.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(text);
  });
}

/** Sends a request and returns the JSON of a successful answer. */
export async function call(url: string, method: string, path: string, options: CallOptions = {}): Promise<Record<string, unknown>> {
  const { status, text } = await exchange(url, method, path, options);
  if (status === 200) return JSON.parse(text) as Record<string, unknown>;
  throw new Error(`${method} ${path}: ${status} ${text.slice(0, 200)}`);
}
