import type { JsonObject } from "@patrix/api";

/**
 * Makes the content of a decrypted event: that of the payload, with the relation of the clear text and no other, so that clients see the
 * relations that their server sees.
 *
 * @param payload - Content within the encrypted payload.
 * @param clear - Content of the `m.room.encrypted` around it.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#forming-relationships-between-events}
 */
export function decryptedContent(payload: JsonObject, clear: JsonObject): JsonObject {
  const { "m.relates_to": _hidden, ...content } = payload;
  const relation = clear["m.relates_to"];
  return relation === undefined ? content : { ...content, "m.relates_to": relation };
}
