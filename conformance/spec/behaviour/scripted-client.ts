import { type Client, createClient, memoryStore, silentLogger, type Store } from "@patrix/client";
import { getTokenOwner, type GetTokenOwnerResponse, type SyncResponse } from "@patrix/client-api";

/** Answers requests to one path below `/_matrix/client/v3`. */
export type ScriptedAnswer = (signal: AbortSignal) => Response | Promise<Response>;

/** A client whose server answers what a test wants. */
export interface ScriptedClient {
  readonly client: Client;
  readonly store: Store;
  /** The scripted paths that were asked, in order. */
  readonly requests: readonly string[];
  whoami(): Promise<GetTokenOwnerResponse>;
}

/** Makes a logged-in client of `@me:example.org`, which tries three times without waiting. */
export async function scriptedClient(answers: Readonly<Record<string, ScriptedAnswer>>): Promise<ScriptedClient> {
  const requests: string[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const path = new URL(input instanceof Request ? input.url : input).pathname.replace("/_matrix/client/v3", "");
    if (path === "/_matrix/client/versions") return Response.json({ versions: ["v1.19"] });
    const answer = answers[path];
    if (!answer) return Response.json({ errcode: "M_UNRECOGNIZED", error: path }, { status: 404 });
    requests.push(path);
    return answer(init?.signal ?? new AbortController().signal);
  };
  const store = memoryStore();
  const clock = { now: () => 0, sleep: async (_: number, signal?: AbortSignal) => signal?.throwIfAborted() };
  const session = { userId: "@me:example.org", deviceId: "D", accessToken: "t", homeserver: "https://hs.example.org" } as const;
  const client = await createClient(session, { fetch, store, clock, logger: silentLogger, retry: { limit: 2 } });
  return { client, store, requests, whoami: () => client.api.send(getTokenOwner, {}) };
}

/** Lets a client take in answers of a sync, and stops it. */
export async function syncThrough(responses: readonly Omit<SyncResponse, "next_batch">[]): Promise<Client> {
  const left = responses.map((response, index) => ({ next_batch: `t${index}`, ...response }));
  let finish: () => void = () => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const { client } = await scriptedClient({
    "/sync": (signal) => {
      const next = left.shift();
      if (next) return Response.json(next);
      finish();
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped"))));
    },
  });
  await client.start();
  await finished;
  await client.stop();
  return client;
}
