import { isJsonObject, type JsonObject } from "@patrix/api";
import type { WantedKey } from "@patrix/federation";
import type { RoomVersionRules } from "@patrix/room-versions";
import { isEd25519KeyId, requiredKeys } from "@patrix/signatures";

/** A PDU with its rules, or an object with the server that must have signed it. */
export interface SignedSubject {
  readonly object: JsonObject;
  readonly rules?: RoomVersionRules | undefined;
  readonly server?: string | undefined;
}

/** The keys that an object says it was signed with, of the servers that must have signed it. */
export function wantedKeys({ object, rules, server = "" }: SignedSubject): WantedKey[] {
  if (rules !== undefined) {
    const sentTs = object["origin_server_ts"];
    const minimumValidUntilTs = rules.enforceKeyValidity && typeof sentTs === "number" ? sentTs : 0;
    return requiredKeys(object, rules).map((key) => ({ ...key, minimumValidUntilTs }));
  }
  const { signatures } = object;
  const byKeyId = isJsonObject(signatures) && Object.hasOwn(signatures, server) ? signatures[server] : undefined;
  const keyIds = isJsonObject(byKeyId) ? Object.keys(byKeyId).filter(isEd25519KeyId) : [];
  return keyIds.map((keyId) => ({ server, keyId, minimumValidUntilTs: 0 }));
}
