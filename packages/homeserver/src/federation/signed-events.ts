import type { JsonObject } from "@patrix/api";
import { LruCache } from "@patrix/concurrency";
import { redact, serverOf, toFederation } from "@patrix/signatures";
import type { StoredEvent } from "../rooms/timeline/stored-event.ts";
import type { OwnKeys } from "./keys/own-keys.ts";

/** The bytes of signed events that are kept, since the same ones go to many servers. */
const CACHE_BYTES = 8 * 1024 * 1024;

/** Events as other servers get them: an event of this server is signed when it first leaves it. */
export class SignedEvents {
  readonly #keys: OwnKeys;
  readonly #signatures = new LruCache<number, JsonObject>(CACHE_BYTES);

  constructor(keys: OwnKeys) {
    this.#keys = keys;
  }

  /** The PDU of an event, redacted where a redaction applies. */
  pdu(event: StoredEvent): JsonObject {
    return this.#present(event, event.fields.redactedBy !== null);
  }

  /** The PDU of an event of which the other server may see no more than what redaction leaves. */
  redacted(event: StoredEvent): JsonObject {
    return this.#present(event, true);
  }

  #present(event: StoredEvent, isRedacted: boolean): JsonObject {
    const known = isRedacted ? undefined : this.#signatures.get(event.nid);
    if (known) return known;
    const { unsigned: _unsigned, ...pdu } = toFederation(event.pdu, event.rules);
    const shown = isRedacted ? redact(pdu, event.rules) : pdu;
    // The signature covers what redaction leaves, so that it is the same for both.
    const signed = this.#needsSignature(event, pdu) ? this.#keys.sign(shown, event.rules) : shown;
    if (!isRedacted) this.#signatures.set(event.nid, signed, event.fields.json.length * 2);
    return signed;
  }

  #needsSignature({ fields }: StoredEvent, { signatures }: JsonObject): boolean {
    const { serverName } = this.#keys;
    if (serverOf(fields.sender) !== serverName) return false;
    return !Object.hasOwn(signatures ?? {}, serverName);
  }
}
