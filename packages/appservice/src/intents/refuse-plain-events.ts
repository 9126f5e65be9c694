import { type AnyEndpoint, isJsonObject } from "@patrix/api";
import { clearTypes, type RequestSender } from "@patrix/client";
import { isRoomId } from "@patrix/identifiers";
import { AppserviceError } from "../errors.ts";
import type { ActingUser } from "./acting-user.ts";

/** Paths of requests that send an event as it is: now, or later by a parameter or a path of its own, whose body tells of state. */
const SENDS = "/rooms/{roomId}/send/";
const SENDS_LATER = "/rooms/{roomId}/delayed_event/";

/** Requests of a user that send no event as it is into an encrypted room. */
export function refusePlainEvents(user: ActingUser): RequestSender {
  return {
    async send(endpoint, request, options) {
      const { roomId, type } = sentBy(endpoint, request) ?? {};
      if (type === undefined || clearTypes.has(type) || !isRoomId(roomId)) return user.http.send(endpoint, request, options);
      if (!(await user.parts.cipher.encrypts(user, roomId))) return user.http.send(endpoint, request, options);
      throw new AppserviceError(
        "ROOM_IS_ENCRYPTED",
        `${roomId} is encrypted: ${type} would go out in the clear, so nothing was sent; send and sendCustom of the intent encrypt`,
      );
    },
  };
}

/** The event that a request sends, if it sends one that is no state: state is never encrypted. */
function sentBy(
  { routes }: Pick<AnyEndpoint, "routes">,
  request: unknown,
): { readonly roomId: unknown; readonly type: string } | undefined {
  const goesTo = (place: string): boolean => routes.some(({ path: route }) => route.includes(place));
  const isLater = goesTo(SENDS_LATER);
  if (!isLater && !goesTo(SENDS)) return undefined;
  const { path, body } = isJsonObject(request) ? request : {};
  if (!isJsonObject(path) || (isLater && isJsonObject(body) && body["state_key"] !== undefined)) return undefined;
  return { roomId: path["roomId"], type: String(path["eventType"]) };
}
