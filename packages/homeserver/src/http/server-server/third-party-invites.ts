import { EmptyObject, type Endpoint, endpoint, type JsonObject } from "@patrix/api";
import { exchangeThirdPartyInvite, onBindThirdPartyIdentifier, PduJson, RoomPath } from "@patrix/federation-api";
import { handle } from "@patrix/server";
import { exchangeInvite, takeBinding, type ThirdPartyInviteParts } from "../../federation/membership/third-party-invites.ts";
import type { ServerRegistration } from "./requesting-server.ts";

/** As {@link exchangeThirdPartyInvite}, for servers that leave out the name of the address: the room knows it. */
const exchange: Endpoint<{ path: RoomPath; body: JsonObject }, EmptyObject> = /* @__PURE__ */ endpoint({
  id: exchangeThirdPartyInvite.id,
  method: "PUT",
  auth: "signedRequest",
  rateLimited: false,
  history: exchangeThirdPartyInvite.history,
  path: RoomPath,
  body: PduJson,
  response: EmptyObject,
});

/** The handlers by which invites of addresses become invites of users. */
export function thirdPartyInviteHandlers(parts: ThirdPartyInviteParts): ServerRegistration[] {
  return [
    handle(exchange, async ({ path, body }, { user }) => {
      await exchangeInvite(parts, user.origin, path.roomId, body);
      return {};
    }),
    handle(onBindThirdPartyIdentifier, async ({ body }) => {
      await takeBinding(parts, body);
      return {};
    }),
  ];
}
