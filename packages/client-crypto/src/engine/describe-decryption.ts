import {
  DecryptionErrorCode,
  type MegolmDecryptionError,
  ShieldColor,
  type ShieldState,
  ShieldStateCode,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import { isJsonObject, type JsonObject } from "@patrix/api";
import type { Decryption } from "./crypto-engine.ts";

/** Describes what was decrypted. Redactions act on others' events by the server's rules, which it cannot apply to what it cannot see. */
export function describeDecryption({ type, content }: JsonObject, { code, color, message }: ShieldState): Decryption {
  // Whoever has a key could send in the name of the one who made it.
  if (code === ShieldStateCode.MismatchedSender) return undecryptable("the key is not one of the sender's");
  if (typeof type !== "string" || !isJsonObject(content)) return undecryptable("what was encrypted is no event");
  if (type === "m.room.redaction" || type === "m.room.encrypted") return undecryptable(`an event of type ${type} was encrypted`);
  const authenticity = color === ShieldColor.None ? ({ state: "ok" } as const) : ({ state: "warning", reason: message } as const);
  return { outcome: "decrypted", type, content, authenticity };
}

/** Describes why an event could not be decrypted. */
export function describeFailure({ code, description, withheldCode, maybe_withheld: withheldText }: MegolmDecryptionError): Decryption {
  const isKeyMissing = code === DecryptionErrorCode.MissingRoomKey || code === DecryptionErrorCode.UnknownMessageIndex;
  return { outcome: "undecryptable", reason: withheldText ?? description, isKeyMissing, withheld: withheldCode };
}

function undecryptable(reason: string): Decryption {
  return { outcome: "undecryptable", reason, isKeyMissing: false };
}
