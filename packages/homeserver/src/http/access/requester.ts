import { matrixError } from "@patrix/api";
import type { UserPath } from "@patrix/client-api";
import type { TokenOwner } from "../../accounts/access-tokens.ts";
import type { Appservice } from "../../appservice/appservices.ts";
import type { KeyDevice } from "../../e2ee/key-device.ts";

/** Who asks: the user and device that an access token belongs to, or that an application service acts as. */
export interface Requester extends Omit<TokenOwner, "deviceId"> {
  /** `undefined` for an application service that acts as no device; then the number of the device stands for none. */
  readonly deviceId: string | undefined;
  /** The application service that acts as the user. */
  readonly appservice?: Appservice | undefined;
}

/** The requester's user ID; tokens belong to users of this server only. */
export function localUserId({ userId }: Requester): `@${string}:${string}` {
  return userId as `@${string}:${string}`;
}

/** Checks that a path is about the requester. @throws {MatrixError} `M_FORBIDDEN`. */
export function requireOwn(user: Requester, path: Pick<UserPath, "userId">): void {
  if (path.userId !== user.userId) throw matrixError("M_FORBIDDEN", "userId: this is another user's");
}

/** Checks that the requester is a device. @throws {MatrixError} `M_MISSING_PARAM` for an application service that acts as none. */
export function requireDevice(user: Requester): KeyDevice {
  const { deviceId } = user;
  if (deviceId === undefined) throw matrixError("M_MISSING_PARAM", "query parameter device_id: required here, but missing");
  return { ...user, deviceId };
}

/** Checks that an administrator of the server asks. @throws {MatrixError} `M_FORBIDDEN`. */
export function requireAdmin(user: Requester, isAdmin: (user: Requester) => boolean): void {
  if (!isAdmin(user)) throw matrixError("M_FORBIDDEN", "only administrators of the server may do that");
}

/** Checks that an application service asks. @throws {MatrixError} `M_FORBIDDEN`. */
export function requireAppservice({ appservice }: Requester): Appservice {
  if (!appservice) throw matrixError("M_FORBIDDEN", "only application services may do that");
  return appservice;
}
