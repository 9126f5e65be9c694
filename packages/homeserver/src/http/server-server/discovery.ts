import { type JsonObject, matrixError } from "@patrix/api";
import { bulkPerspectivesKeyQuery, getServerKey, getVersion, getWellKnown, perspectivesKeyQuery } from "@patrix/federation-api";
import type { KeyRing } from "@patrix/federation";
import { encodeCanonicalJson } from "@patrix/canonical-json";
import { Semaphore } from "@patrix/concurrency";
import { handle, rawJson } from "@patrix/server";
import { limits } from "../../limits.ts";
import type { OwnKeys } from "../../federation/keys/own-keys.ts";
import type { ServerRegistration } from "./requesting-server.ts";

/** How many servers' keys are asked for in one query. */
const MAX_ASKED_SERVERS = 50;

/** What the server says of itself to others. */
export interface ServerDiscoverySettings {
  readonly keys: OwnKeys;
  readonly keyRing: KeyRing;
  readonly version: string;
  /** Where others reach this server, if not at its name. */
  readonly wellKnownServer: string | undefined;
}

/** The handlers with which servers find one another's keys and version. */
export function serverDiscoveryHandlers({ keys, keyRing, version, wellKnownServer }: ServerDiscoverySettings): ServerRegistration[] {
  // Those who ask for keys of others take no more than so many of the places that checks of signatures need.
  const places = new Semaphore(limits.notaryQueries.value, { maxWaiting: limits.waitingNotaryQueries.value });
  const vouched = async (server: string, minimumValidUntilTs = 0): Promise<JsonObject[]> => {
    if (server === keys.serverName) return [keys.vouch({ ...keys.published() })];
    if (places.isFull) return [];
    const response = await places.run(() => keyRing.getResponse(server, minimumValidUntilTs));
    return response ? [keys.vouch({ ...response })] : [];
  };
  const answer = (found: readonly JsonObject[]): ReturnType<typeof rawJson> => rawJson(encodeCanonicalJson({ server_keys: found }));
  return [
    handle(getVersion, () => ({ server: { name: "Patrix", version } })),
    handle(getWellKnown, () => {
      if (wellKnownServer === undefined) throw matrixError("M_NOT_FOUND", "the server is reached at its name");
      return { "m.server": wellKnownServer };
    }),
    // Some check the signature over the bytes as they come.
    handle(getServerKey, () => rawJson(encodeCanonicalJson(keys.published()))),
    handle(perspectivesKeyQuery, async ({ path, query = {} }) => answer(await vouched(path.serverName, query.minimum_valid_until_ts))),
    handle(bulkPerspectivesKeyQuery, async ({ body }) => {
      const asked = Object.entries(body.server_keys);
      if (asked.length > MAX_ASKED_SERVERS) throw matrixError("M_TOO_LARGE", `/server_keys: expected at most ${MAX_ASKED_SERVERS} servers`);
      const found = await Promise.all(
        asked.map(([server, criteria]) =>
          vouched(server, Math.max(0, ...Object.values(criteria).map(({ minimum_valid_until_ts: minimum = 0 }) => minimum))),
        ),
      );
      return answer(found.flat());
    }),
  ];
}
