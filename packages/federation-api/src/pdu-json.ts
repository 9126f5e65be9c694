import { AnyJsonObject, type JsonObject, type Model } from "@patrix/api";

/**
 * A PDU, or an event in the making, as it came over the wire. Its form depends on the room version, and what is hashed
 * and signed must not be rebuilt: so it is kept as it is, and checked when its room is known.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#pdus}
 */
export type PduJson = JsonObject;
/** Checks that a {@link PduJson} is a JSON object, and nothing more. */
export const PduJson: Model<PduJson> = AnyJsonObject;
