// Passes notifications of homeservers on to the provider of a platform, here any URL that takes JSON.
import { createServer } from "node:http";
import { type Notification, type NotificationDevice, notify } from "@patrix/push-gateway-api";
import { handle } from "@patrix/server";
import { nodeListener } from "@patrix/server/node";

const { PROVIDER = "http://localhost:9100", PORT = "8080" } = process.env;

/** Tells whether the provider still knows the device. */
async function deliver(
  { pushkey, tweaks }: NotificationDevice,
  { event_id, room_id, prio = "high", counts }: Notification,
): Promise<boolean> {
  const message = { to: pushkey, priority: prio, event_id, room_id, unread: counts?.unread ?? 0, ...tweaks };
  const answer = await fetch(PROVIDER, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(message) });
  if (answer.status >= 500) throw new Error(`the provider answered ${answer.status}`); // The homeserver gets 500 and tries again.
  return answer.status !== 410;
}

const handlers = [
  handle(notify, async ({ body: { notification } }) => {
    const known = await Promise.all(notification.devices.map((device) => deliver(device, notification)));
    return { rejected: notification.devices.filter((_device, i) => !known[i]).map(({ pushkey }) => pushkey) };
  }),
];

export const server = createServer(nodeListener(handlers)).listen(Number(PORT));
