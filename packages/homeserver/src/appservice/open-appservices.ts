import type { Core } from "../log/core.ts";
import { operation, type WriteOperation } from "../store/statement.ts";
import { allAppservices, insertAppservice } from "../store/statements/appservices.ts";
import { type AppserviceRegistration, Appservices } from "./appservices.ts";

/** Opens the application services of a server, and numbers those that are new. */
export async function openAppservices(
  { store, log, serverName }: Core,
  registrations: readonly AppserviceRegistration[],
): Promise<Appservices> {
  if (registrations.length === 0) return new Appservices(serverName, []);
  const nids = new Map((await store.all(allAppservices)).map(({ as_nid: nid, id }) => [id, nid]));
  const added: WriteOperation[] = [];
  for (const { id } of registrations) {
    if (nids.has(id)) continue;
    const nid = Math.max(0, ...nids.values()) + 1;
    nids.set(id, nid);
    added.push(operation(insertAppservice, nid, id));
  }
  if (added.length > 0) await log.append({ positions: [], operations: added });
  return new Appservices(
    serverName,
    registrations.map((registration) => [nids.get(registration.id) ?? 0, registration]),
  );
}
