import { isJsonObject, type JsonObject } from "@patrix/api";
import { LruCache } from "@patrix/concurrency";
import type { Edu } from "@patrix/events";
import type { Core } from "../log/core.ts";
import type { DeviceKeyStore } from "./device-keys.ts";

/** Completes EDUs of devices with what is current when they are sent, so that nobody gets keys that were replaced meanwhile. */
export class DeviceListEdus {
  readonly #core: Core;
  readonly #keys: DeviceKeyStore;
  readonly #newest: () => number;
  /** The same goes to every server that shares a room. */
  readonly #completed = new LruCache<string, Promise<Edu>>(500);

  /** @param newest - Tells the newest change of any device. */
  constructor(core: Core, keys: DeviceKeyStore, newest: () => number) {
    this.#core = core;
    this.#keys = keys;
    this.#newest = newest;
  }

  /** Completes an EDU; one that is not of devices is returned as it is. */
  async complete(edu: Edu): Promise<Edu> {
    const { edu_type: type, content } = edu;
    const userId = isJsonObject(content) ? content["user_id"] : undefined;
    if ((type !== "m.device_list_update" && type !== "m.signing_key_update") || typeof userId !== "string" || !isJsonObject(content))
      return edu;
    const name = `${this.#newest()} ${JSON.stringify(edu)}`;
    const known = this.#completed.get(name);
    if (known) return known;
    const completing = this.#complete(type, userId, content);
    this.#completed.set(name, completing);
    completing.catch(() => this.#completed.delete(name));
    return completing;
  }

  async #complete(type: string, userId: string, content: JsonObject): Promise<Edu> {
    const userNid = (await this.#core.users.find(userId)) ?? 0;
    const keys = (await this.#keys.published([userNid])).get(userNid);
    if (type === "m.signing_key_update") {
      const [master, selfSigning] = [keys?.crossSigning.get("master"), keys?.crossSigning.get("self_signing")];
      return edu(type, { ...content, ...(master && { master_key: master }), ...(selfSigning && { self_signing_key: selfSigning }) });
    }
    const deviceId = String(content["device_id"]);
    const isThere = (await this.#keys.deviceNids([userNid])).get(userNid)?.has(deviceId) === true;
    if (!isThere) return edu(type, { ...content, deleted: true });
    const device = keys && Object.hasOwn(keys.devices, deviceId) ? keys.devices[deviceId] : undefined;
    const name = await this.#keys.publishedName(userNid, deviceId);
    return edu(type, {
      ...content,
      ...(name !== undefined && { device_display_name: name }),
      ...(device && { keys: withoutName(device) }),
    });
  }
}

function edu(type: string, content: JsonObject): Edu {
  return { edu_type: type, content };
}

/** Device keys without what is said of them beside. */
export function withoutName({ unsigned: _unsigned, ...keys }: JsonObject): JsonObject {
  return keys;
}
