import { type OutboundAnswer, type OutboundOptions, sendRequest } from "./send-request.ts";

/**
 * Posts JSON to a server of somebody else. It follows no redirects.
 *
 * @throws {OutboundError}
 */
export async function postJson(url: URL, json: string, options: OutboundOptions): Promise<OutboundAnswer> {
  return sendRequest({ method: "POST", url, headers: { "content-type": "application/json" }, body: json }, options);
}
