import { KeyedQueue } from "@patrix/concurrency";
import { requireWithin } from "../errors.ts";
import type { Core } from "../log/core.ts";
import { operation } from "../store/statement.ts";
import {
  allAppserviceRooms,
  appserviceRoom,
  appserviceRoomsOfNetwork,
  countAppserviceRooms,
  deleteAppserviceRoom,
  insertAppserviceRoom,
} from "../store/statements/appservices.ts";
import type { Appservice, Appservices } from "./appservices.ts";
import { instanceId } from "./third-party-networks.ts";

/**
 * The rooms that application services list for their networks.
 *
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#application-service-room-directories}
 */
export class NetworkRooms {
  readonly #core: Core;
  readonly #appservices: Appservices;
  /** Changes of a service come one after another: between count and commit, nothing may be added. */
  readonly #changes = new KeyedQueue<number>();

  constructor(core: Core, appservices: Appservices) {
    this.#core = core;
    this.#appservices = appservices;
  }

  /** Lists a room in the directory of a network, or takes it out. @throws {LimitError} */
  set(
    { nid }: Appservice,
    networkId: string,
    { roomNid, isListed }: { readonly roomNid: number; readonly isListed: boolean },
  ): Promise<void> {
    requireWithin("networkIdLength", networkId.length, "path variable networkId");
    const { store, log } = this.#core;
    return this.#changes.run(nid, async () => {
      if (isListed && !(await store.get(appserviceRoom, nid, networkId, roomNid)))
        requireWithin("appserviceRooms", ((await store.get(countAppserviceRooms, nid))?.count ?? 0) + 1, "/visibility");
      await log.append({
        positions: [],
        operations: [operation(isListed ? insertAppserviceRoom : deleteAppserviceRoom, nid, networkId, roomNid)],
      });
    });
  }

  /** The rooms of a network, by its ID on this server; none of one that is not known. */
  async ofInstance(instance: string): Promise<number[]> {
    for (const service of this.#appservices.all) {
      const prefix = instanceId(service, "");
      if (!instance.startsWith(prefix)) continue;
      const rows = await this.#core.store.all(appserviceRoomsOfNetwork, service.nid, instance.slice(prefix.length));
      if (rows.length > 0) return rows.map(({ room_nid: nid }) => nid);
    }
    return [];
  }

  /** The rooms of all networks. */
  async all(): Promise<number[]> {
    return (await this.#core.store.all(allAppserviceRooms)).map(({ room_nid: nid }) => nid);
  }
}
