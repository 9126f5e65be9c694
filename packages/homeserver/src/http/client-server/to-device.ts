import { sendToDevice } from "@patrix/client-api";
import { handle } from "@patrix/server";
import type { ToDevice } from "../../e2ee/to-device.ts";
import { type OtherServers, requireReachable } from "../../other-servers.ts";
import type { Registration } from "../registration.ts";

/** The handler of messages from device to device. */
export function toDeviceHandlers({ toDevice }: { readonly toDevice: ToDevice }, otherServers: OtherServers): Registration[] {
  return [
    handle(sendToDevice, async ({ path, body }, { user }) => {
      requireReachable(otherServers, Object.keys(body.messages));
      await toDevice.send(user, path.eventType, path.txnId, body.messages);
      return {};
    }),
  ];
}
