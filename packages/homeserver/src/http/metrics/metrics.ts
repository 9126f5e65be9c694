import { type EmptyObject, type Endpoint, endpoint, htmlResponse } from "@patrix/api";
import { handle, reply } from "@patrix/server";
import type { Registration } from "../registration.ts";
import { EXPOSITION_TYPE, type Metric, toExposition } from "./exposition.ts";

const metricsPage: Endpoint<EmptyObject, string> = /* @__PURE__ */ endpoint({
  id: "metrics",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: { unstable: [{ path: "/metrics" }] },
  response: htmlResponse,
});

/** The handler of what monitoring systems read; none where metrics are off. Only listeners that name it serve it. */
export function metricsHandlers(isOn: boolean, read: () => Promise<readonly Metric[]>): Registration[] {
  if (!isOn) return [];
  return [handle(metricsPage, async () => reply(toExposition(await read()), 200, { "content-type": EXPOSITION_TYPE }))];
}
