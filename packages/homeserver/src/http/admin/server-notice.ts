import { type Endpoint, endpoint, type JsonObject, jsonObject, matrixError, type Model, model, obj, paramsModel } from "@patrix/api";
import { EventIdResponse } from "@patrix/client-api";
import { type EventId, UserId } from "@patrix/identifiers";
import { handle, type RequestContext } from "@patrix/server";
import * as z from "zod/mini";
import type { Accounts } from "../../accounts/accounts.ts";
import { isLocalUser, type Core } from "../../log/core.ts";
import type { ServerNotices } from "../../rooms/membership/server-notices.ts";
import type { SendOrigin } from "../../rooms/write/room-engine.ts";
import { requireAdmin, type Requester } from "../access/requester.ts";
import type { Registration } from "../registration.ts";

interface NoticeBody {
  user_id: UserId;
  content: JsonObject;
  type?: string | undefined;
  state_key?: string | undefined;
}
const NoticeBody: Model<NoticeBody> = /* @__PURE__ */ model(() =>
  obj<NoticeBody>({ user_id: UserId, content: jsonObject(), type: z.optional(z.string()), state_key: z.optional(z.string()) }),
);

const path = "/_synapse/admin/v1/send_server_notice";
const common = { auth: "accessToken", rateLimited: true, body: NoticeBody, response: EventIdResponse } as const;

const sendServerNotice: Endpoint<{ body: NoticeBody }, EventIdResponse> = /* @__PURE__ */ endpoint({
  id: "sendServerNotice",
  method: "POST",
  ...common,
  history: { unstable: [{ path }] },
});

interface NoticePath {
  txnId: string;
}
const NoticePath: Model<NoticePath> = /* @__PURE__ */ paramsModel(() => obj<NoticePath>({ txnId: z.string() }));

/** As {@link sendServerNotice}; the same transaction ID sends nothing twice. */
const sendServerNoticeOnce: Endpoint<{ path: NoticePath; body: NoticeBody }, EventIdResponse> = /* @__PURE__ */ endpoint({
  id: "sendServerNoticeOnce",
  method: "PUT",
  ...common,
  history: { unstable: [{ path: `${path}/{txnId}` }] },
  path: NoticePath,
});

/** What notices are sent by. */
export interface ServerNoticeServices {
  readonly core: Core;
  readonly accounts: Accounts;
  /** Left out where the configuration names nobody in whose name the server speaks. */
  readonly notices: ServerNotices | undefined;
  readonly isAdmin: (user: Requester) => boolean;
}

/** The handlers with which administrators speak to a user in the name of the server, in the form that Synapse's tools use. */
export function serverNoticeHandlers({ core, accounts, notices, isAdmin }: ServerNoticeServices): Registration[] {
  const send = async (
    { user_id: userId, content, type, state_key: stateKey }: NoticeBody,
    origin?: SendOrigin,
  ): Promise<EventIdResponse> => {
    if (!notices) throw matrixError("M_UNKNOWN", "server_notices of the configuration names nobody in whose name the server speaks");
    if (!isLocalUser(core, userId)) throw matrixError("M_INVALID_PARAM", "/user_id: it is no user of this server");
    const account = await accounts.find(userId);
    if (!account || account.deactivated === 1) throw matrixError("M_NOT_FOUND", "there is no such account");
    const event = await notices.send({ user: { userNid: account.user_nid, userId }, content, type, stateKey, origin });
    return { event_id: event.eventId as EventId };
  };
  const admit = ({ user }: RequestContext<Requester>): void => requireAdmin(user, isAdmin);
  return [
    handle(sendServerNotice, ({ body }, _context: RequestContext<Requester>) => send(body), { admit }),
    handle(
      sendServerNoticeOnce,
      ({ path: { txnId }, body }, { user }: RequestContext<Requester>) => send(body, { deviceNid: user.deviceNid, txn: txnId }),
      { admit },
    ),
  ];
}
