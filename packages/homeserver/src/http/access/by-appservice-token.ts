import { matrixError } from "@patrix/api";
import type { OperationId } from "@patrix/client-api";
import type { RequestHead } from "@patrix/server";
import { virtualDevice } from "../../accounts/virtual-device.ts";
import type { Appservice, Appservices } from "../../appservice/appservices.ts";
import type { Requester } from "./requester.ts";

/** How an account stands that an application service acts as. */
export interface ActedAccount {
  readonly userNid: number;
  readonly isGuest: boolean;
  readonly isAdmin: boolean;
  readonly isLocked: boolean;
  readonly isDeactivated: boolean;
  readonly isSuspended: boolean;
}

/** What is asked of accounts before an application service acts as their users. */
export interface AppserviceAccess {
  readonly appservices: Appservices;
  readonly account: (userId: string) => Promise<ActedAccount | undefined>;
  /** The number of a device of a user. */
  readonly device: (userNid: number, deviceId: string) => Promise<number | undefined>;
  /** Told of each request of an application service. */
  readonly noted?: ((service: Appservice) => void) | undefined;
}

/** Operations that have a parameter of their own by the name of `user_id`. */
const withOwnUserId: ReadonlySet<string> = new Set<OperationId | "getUnstableMutualRooms">(["getMutualRooms", "getUnstableMutualRooms"]);

/**
 * Finds out as whom an application service asks: as the user of `user_id`, or its own, and as a device of that user, or none.
 *
 * @throws {MatrixError} `M_FORBIDDEN` for a user that is not in its namespaces or has no account, `M_USER_DEACTIVATED`, or `M_UNKNOWN_DEVICE`.
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#identity-assertion}
 */
export async function actAs(
  { appservices, account: find, device: findDevice }: AppserviceAccess,
  service: Appservice,
  { uri, endpoint }: Pick<RequestHead, "uri" | "endpoint">,
): Promise<Requester> {
  const query = queryOf(uri);
  const userId = (withOwnUserId.has(endpoint.id) ? null : query.get("user_id")) ?? service.userId;
  if (appservices.matchUser(service, userId) === undefined)
    throw matrixError("M_FORBIDDEN", "query parameter user_id: the user is not in a namespace of the application service");
  const account = await find(userId);
  if (!account) throw matrixError("M_FORBIDDEN", "query parameter user_id: the application service has not registered this user");
  if (account.isDeactivated) throw matrixError("M_USER_DEACTIVATED", "query parameter user_id: the account was deactivated");
  const { userNid, isGuest, isLocked, isSuspended } = account;
  // The name that the parameter had in the proposal is the only one that some send.
  const deviceId = query.get("device_id") ?? query.get("org.matrix.msc3202.device_id") ?? undefined;
  const deviceNid = deviceId === undefined ? virtualDevice(service.nid, userNid) : await findDevice(userNid, deviceId);
  if (deviceNid === undefined) throw matrixError("M_UNKNOWN_DEVICE", "query parameter device_id: the user has no such device");
  // Whoever may act as everybody is no administrator for that.
  const isAdmin = account.isAdmin && userId === service.userId;
  return { userNid, userId, deviceNid, deviceId, isGuest, isAdmin, isLocked, isSuspended, isUnused: false, appservice: service };
}

/**
 * The time that an application service gives an event with `ts`; `undefined` for everybody else, and where there is none.
 *
 * @throws {MatrixError} `M_INVALID_PARAM`.
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#timestamp-massaging}
 */
export function massagedTime({ uri }: Pick<RequestHead, "uri">, { appservice }: Requester): number | undefined {
  const text = appservice ? queryOf(uri).get("ts") : null;
  if (text === null) return undefined;
  const ts = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(ts)) throw matrixError("M_INVALID_PARAM", "query parameter ts: expected a time in milliseconds");
  return ts;
}

function queryOf(uri: string): URLSearchParams {
  const at = uri.indexOf("?");
  return new URLSearchParams(at < 0 ? "" : uri.slice(at + 1));
}
