import { type Client, ClientError, createClient, problemLogger } from "@patrix/client";
import { indexedDBStore, persistStorage } from "@patrix/client/browser";

/** What the page stands at. */
export type Stage =
  | { readonly at: "opening" }
  /** Another tab has the chat; this one takes over when that is closed. */
  | { readonly at: "elsewhere" }
  /** Perhaps with why a login has failed that went over a page of the server. */
  | { readonly at: "signed-out"; readonly client: Client; readonly problem?: string }
  | { readonly at: "chat"; readonly client: Client }
  | { readonly at: "broken"; readonly why: string };

const storeName = "patrix-web-client";

/** Opens the client of this page, which talks to the server that has served it, and tells what it stands at. */
export async function openSession(tell: (stage: Stage) => void): Promise<void> {
  const onLost = ({ message }: ClientError): void =>
    tell({ at: "broken", why: `${message[0]?.toUpperCase()}${message.slice(1)}. Sign in again, and recover your keys.` });
  const open = (whenInUse: "fail" | "wait"): Promise<Client> =>
    createClient(location.origin, { store: indexedDBStore(storeName, { whenInUse, onLost }), encryption: true, logger: problemLogger });
  try {
    const client = await open("fail").catch((error: unknown) => {
      if (!(error instanceof ClientError && error.code === "STORE_IN_USE")) throw error;
      tell({ at: "elsewhere" });
      return open("wait");
    });
    follow(client, tell, await comeBack(client));
  } catch (error) {
    tell({ at: "broken", why: describeError(error) });
  }
}

/** Where the server sends whoever has signed in on a page of its own: here. */
export function homeAddress(): string {
  return `${location.origin}${location.pathname}`;
}

/** Ends a login over a page of the server, if this is where its user comes back; tells what it has failed for. */
async function comeBack(client: Client): Promise<string | undefined> {
  const { href } = location;
  // What the address says is secret, and is good once.
  if (location.search !== "" || location.hash !== "") history.replaceState(null, "", homeAddress());
  try {
    await client.login.complete(href);
    return undefined;
  } catch (error) {
    return describeError(error);
  }
}

/** Starts the client whenever somebody has signed in. */
function follow(client: Client, tell: (stage: Stage) => void, problem: string | undefined): void {
  let running: string | undefined;
  const look = (): void => {
    const device = client.session.value?.deviceId;
    if (device === running && device !== undefined) return;
    running = device;
    if (device === undefined) return tell({ at: "signed-out", client, ...(problem !== undefined && { problem }) });
    tell({ at: "chat", client });
    void persistStorage();
    client.run().catch((error: unknown) => {
      if (client.session.value) tell({ at: "broken", why: describeError(error) });
    });
  };
  client.session.subscribe(look);
  look();
}

/** What went wrong, in a sentence. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
