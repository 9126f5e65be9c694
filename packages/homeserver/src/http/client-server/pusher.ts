import { matrixError } from "@patrix/api";
import { getPushers, postPusher, type PostPusherBody } from "@patrix/client-api";
import { createAddressPolicy, isIpAddress } from "@patrix/federation";
import { handle, rawJson } from "@patrix/server";
import type { Core } from "../../log/core.ts";
import type { PusherKey } from "../../push/push-sender.ts";
import { putPusher, readPushers, removePusher } from "../../push/pushers.ts";
import { requireDevice } from "../access/requester.ts";
import type { Registration } from "../registration.ts";

/** What the handlers of pushers work with. */
export interface PusherServices {
  readonly core: Core;
  /** Whether push gateways may be at addresses that are not public. */
  readonly allowPrivateTargets: boolean;
  /** Told of each pusher that is set. */
  readonly noted: (key: PusherKey) => void;
}

/** The handlers of pushers. */
export function pusherHandlers({ core, allowPrivateTargets, noted }: PusherServices): Registration[] {
  return [
    handle(getPushers, async (_, { user }) => rawJson(`{"pushers":[${(await readPushers(core, user.userNid)).join(",")}]}`)),
    handle(postPusher, async ({ body }, { user }) => {
      if (body.kind === null) await removePusher(core, user.userNid, body);
      else {
        checkPusher(body, allowPrivateTargets);
        const { append = false, ...pusher } = body;
        await putPusher(core, requireDevice(user), pusher, append);
        noted({ user_nid: user.userNid, app_id: body.app_id, pushkey: body.pushkey });
      }
      return {};
    }),
  ];
}

/** Checks a new pusher. @throws {MatrixError} `M_MISSING_PARAM` or `M_INVALID_PARAM`. */
function checkPusher(body: PostPusherBody, allowPrivateTargets: boolean): void {
  for (const name of ["app_display_name", "device_display_name", "lang", "data"] as const)
    if (body[name] === undefined) throw matrixError("M_MISSING_PARAM", `${name}: required, but missing`);
  if (Buffer.byteLength(body.pushkey) > 512) throw matrixError("M_INVALID_PARAM", "pushkey: it is longer than 512 bytes");
  if (body.app_id.length > 64) throw matrixError("M_INVALID_PARAM", "app_id: it is longer than 64 characters");
  if (body.kind !== "http") throw matrixError("M_INVALID_PARAM", "kind: expected http or null, since the server sends no mail");
  const url = body.data?.url;
  if (url === undefined) throw matrixError("M_MISSING_PARAM", "data.url: required, but missing");
  checkGateway(url, allowPrivateTargets);
}

const isPublic = createAddressPolicy();

/** Checks the URL of a push gateway. A name may still stand for a private address; that shows when it is looked up. */
function checkGateway(text: string, allowPrivateTargets: boolean): void {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== "/_matrix/push/v1/notify")
    throw matrixError("M_INVALID_PARAM", "data.url: expected an https URL with the path /_matrix/push/v1/notify");
  if (url.username !== "" || url.password !== "") throw matrixError("M_INVALID_PARAM", "data.url: credentials are not allowed");
  if (!allowPrivateTargets && !isPublicHost(url.hostname)) throw matrixError("M_INVALID_PARAM", "data.url: expected a public host");
}

function isPublicHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (isIpAddress(host)) return isPublic(host);
  return host !== "localhost" && !host.endsWith(".localhost");
}
