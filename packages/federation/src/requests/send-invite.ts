import { isJsonObject, MatrixError } from "@patrix/api";
import { type PduJson, sendInviteV1, sendInviteV2, type SendInviteV2Request } from "@patrix/federation-api";
import type { FederationClient, FederationRequestOptions } from "../client/federation-client.ts";
import { FederationError } from "../errors.ts";

/** Versions of rooms that servers without version 2 of the endpoint can be invited to. */
const OLDEST_ROOM_VERSIONS: ReadonlySet<string> = /* @__PURE__ */ new Set(["1", "2"]);

/**
 * Delivers an invite to the invited user's server, and gives the event with that server's signature. A server that answers 400 or 404 is
 * asked again by version 1 of the endpoint, for rooms of versions 1 and 2.
 *
 * @throws MatrixError of the last answer; {@link FederationError} `MALFORMED_RESPONSE`, and those of {@link FederationClient.request}.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#put_matrixfederationv2inviteroomideventid}
 */
export async function sendInvite(
  client: Pick<FederationClient, "request">,
  destination: string,
  { path, body }: SendInviteV2Request,
  options: FederationRequestOptions = {},
): Promise<PduJson> {
  try {
    return (await client.request(destination, sendInviteV2, { path, body }, options)).event;
  } catch (error) {
    const isOlder = error instanceof MatrixError && (error.status === 400 || error.status === 404);
    if (!isOlder || !OLDEST_ROOM_VERSIONS.has(body.room_version)) throw error;
  }
  const { event, invite_room_state: state } = body;
  const unsigned = isJsonObject(event["unsigned"]) ? event["unsigned"] : {};
  const invite = state === undefined ? event : { ...event, unsigned: { ...unsigned, invite_room_state: state } };
  const [, signed] = await client.request(destination, sendInviteV1, { path, body: invite }, options);
  if (typeof signed === "object") return signed.event;
  throw new FederationError("MALFORMED_RESPONSE", "the answer to the invite has no event");
}
