import type { Config } from "../config/config.ts";
import { type DestinationStatusRow, destinationStatuses } from "../store/statements/federation.ts";
import { openSnapshot } from "./open-snapshot.ts";

/** How many servers are read at once. */
const READ_AT_ONCE = 500;

/** How another server is that events are sent to, as it is stored: what has just happened comes with the next commit. */
export interface DestinationStatus {
  readonly server: string;
  /** Failures in a row; 0 if the last request was answered. */
  readonly failures: number;
  /** When it is tried again, in milliseconds since the epoch; left out where it answers. */
  readonly retryTs?: number;
  /** Messages to devices and news of device lists that wait for it. */
  readonly waiting: number;
  /** The bytes of those. */
  readonly waitingBytes: number;
  /** Rooms in which it has joined users. */
  readonly rooms: number;
}

/**
 * Tells how the servers are that a server sends events to, also while it runs.
 *
 * @param prefix - With what their names begin.
 * @throws {StoreError} `NOT_A_DATABASE`, `UNREACHABLE`, `SCHEMA_TOO_NEW`, `SCHEMA_TOO_OLD`.
 * @example
 * for await (const { server, failures } of federationStatus(await loadConfig("patrix.yaml"))) console.log(server, failures);
 */
export async function* federationStatus(config: Config, prefix = ""): AsyncGenerator<DestinationStatus> {
  await using snapshot = await openSnapshot(config);
  for (let after = ""; ;) {
    const page = await snapshot.all(destinationStatuses, prefix, after, READ_AT_ONCE);
    yield* page.map(toStatus);
    const last = page.at(-1);
    if (!last || page.length < READ_AT_ONCE) return;
    after = last.server;
  }
}

function toStatus({ server, failures, retry_ts: retryTs, waiting, bytes, rooms }: DestinationStatusRow): DestinationStatus {
  return { server, failures, ...(failures > 0 && { retryTs }), waiting, waitingBytes: bytes, rooms };
}
