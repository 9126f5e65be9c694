// One account that asks for as much as it may.
import { Agent, request } from "node:http";

const agent = new Agent({ keepAlive: true, maxSockets: 5_000 });

/** What became of a request. */
export interface Outcome {
  readonly status: number;
  readonly bytes: number;
}

/** Sends a request and drops the answer as it comes, so that the client does as little as it can. */
function ask(url: string, method: string, body?: string, token?: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...(body === undefined ? {} : { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const sent = request(url, { method, agent, headers }, (answer) => {
      let bytes = 0;
      answer.on("data", (chunk: Buffer) => (bytes += chunk.length));
      answer.once("end", () => resolve({ status: answer.statusCode ?? 0, bytes }));
      answer.once("error", reject);
    });
    // The connection may tell more than once that it has ended.
    sent.on("error", reject);
    sent.end(body);
  });
}

/** An account of the server under test. */
export class Account {
  readonly url: string;
  readonly token: string;
  readonly userId: string;

  constructor(url: string, { access_token: token, user_id: userId }: Record<string, string>) {
    this.url = url;
    this.token = token ?? "";
    this.userId = userId ?? "";
  }

  /** Registers an account. */
  static async register(url: string, username: string): Promise<Account> {
    const body = JSON.stringify({ username, password: "secret", auth: { type: "m.login.dummy" } });
    const answer = await fetch(`${url}/_matrix/client/v3/register`, { method: "POST", body });
    return new Account(url, (await answer.json()) as Record<string, string>);
  }

  /** Sends a request to a whole path and drops the answer; status 0 where the server ends the connection within a body that is too large. */
  askAt(method: string, path: string, body?: unknown): Promise<Outcome> {
    const sent = ask(this.url + path, method, body === undefined ? undefined : JSON.stringify(body), this.token);
    return sent.catch(() => ({ status: 0, bytes: 0 }));
  }

  /** Sends a request and drops the answer. */
  ask(method: string, path: string, body?: unknown): Promise<Outcome> {
    return ask(`${this.url}/_matrix/client${path}`, method, body === undefined ? undefined : JSON.stringify(body), this.token);
  }

  /** Sends what must succeed, and reads the answer. */
  async must(method: string, path: string, body?: unknown): Promise<Record<string, string>> {
    const answer = await fetch(`${this.url}/_matrix/client${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, string>;
  }
}

/** Does something for each of so many numbers, some at once. */
export async function repeat(count: number, atOnce: number, task: (i: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const run = async (): Promise<void> => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, run));
}
