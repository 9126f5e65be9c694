import { Client } from "pg";
import { types } from "./values.ts";

/** How long a connection may take, in milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * What a session must have, whatever the server's settings are: a commit that is answered is on the disk, a statement sees what
 * was committed before it, and nothing ends a session that waits for work.
 */
const SETTINGS = [
  "set client_encoding = 'UTF8'",
  "set default_transaction_isolation = 'read committed'",
  "set bytea_output = 'hex'",
  "set statement_timeout = 0",
  "set idle_session_timeout = 0",
  "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'",
].join("; ");

/** How a connection is used. */
export interface ConnectionOptions {
  /** Whether statements are sent without waiting for the answers of those before. */
  readonly isPipelined: boolean;
  /** Called once when the connection is lost. */
  readonly lost: (error: Error) => void;
}

/** Opens a connection. What the driver throws is passed on. */
export async function connect(url: string, { isPipelined, lost }: ConnectionOptions): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: "patrix",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    pipeline: isPipelined,
    types,
  });
  // Without a listener an error would end the process. The end of a connection is always told by `end`.
  let reason: Error | undefined;
  client.on("error", (error) => (reason = error));
  client.once("end", () => lost(reason ?? new Error("the connection has ended")));
  try {
    await client.connect();
    await client.query(SETTINGS);
  } catch (error) {
    client.end().catch(() => {});
    throw error;
  }
  return client;
}
