import { ClientError } from "../errors.ts";
import type { RequestSender } from "../http/http-client.ts";
import { LiveValue } from "../live/live.ts";
import { LosslessQueue } from "../live/lossless-queue.ts";
import { subscription } from "../live/subscription.ts";
import { noCipher } from "./cipher.ts";
import type { EncryptionParts } from "./create-encryption.ts";
import type { Encryption } from "./encryption.ts";
import type { KnownRooms } from "./known-rooms.ts";
import { unknownStatus } from "./encryption-status.ts";

/** What stands in the place of encryption in a client that was created without it. */
export function noEncryption(http: RequestSender, rooms: KnownRooms): EncryptionParts {
  const refuse = async (): Promise<never> => {
    throw new ClientError("INVALID_OPTIONS", "the client was created without the option encryption");
  };
  const encryption: Encryption = {
    status: new LiveValue(unknownStatus),
    setup: refuse,
    recover: refuse,
    reset: refuse,
    deleteDehydratedDevice: refuse,
    exportKeys: refuse,
    importKeys: refuse,
    devices: refuse,
    verifyThisDevice: refuse,
    verifyUser: refuse,
    identity: refuse,
    // Nobody asks.
    get requests() {
      return new LosslessQueue<never>(() => {}).read({});
    },
    onRequest: (_, { signal } = {}) => subscription(() => {}, signal),
  };
  return { cipher: noCipher(http, rooms), encryption };
}
