import { MatrixError } from "@patrix/api";
import { getWellknown } from "@patrix/client-api";
import { isServerName } from "@patrix/identifiers";
import type { Abortable } from "../abortable.ts";
import { ClientError } from "../errors.ts";
import type { RequestOptions, RequestSender } from "./http-client.ts";

/** What discovery asks servers with. */
export interface DiscoveryParts {
  readonly senderTo: (baseUrl: string) => RequestSender;
  /** Asks what there is for the versions that it supports. */
  readonly askVersions: (baseUrl: string, options: RequestOptions) => Promise<unknown>;
}

/**
 * Finds the base URL of the client-server API. A URL is taken as it is; a server name is looked up in its
 * `/.well-known/matrix/client`, and is the base itself where it has none.
 *
 * @throws {ClientError} `DISCOVERY_FAILED` if the name is malformed, or what it points to is no homeserver.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#well-known-uris}
 */
export async function discoverHomeserver(
  homeserver: string,
  { senderTo, askVersions }: DiscoveryParts,
  { signal }: Abortable = {},
): Promise<string> {
  if (/^https?:\/\//i.test(homeserver)) return checkBaseUrl(homeserver);
  if (!isServerName(homeserver)) throw new ClientError("DISCOVERY_FAILED", "the homeserver is neither a URL nor a server name");
  const own = `https://${homeserver}`;
  let baseUrl: string;
  try {
    const found = await senderTo(own).send(getWellknown, {}, { signal, timeoutMs: 10_000, retries: 1, maxResponseBytes: 64 * 1024 });
    baseUrl = checkBaseUrl(found["m.homeserver"].base_url);
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof MatrixError) || error.status !== 404) throw failed(homeserver, "its .well-known document cannot be used", error);
    return own;
  }
  try {
    await askVersions(baseUrl, { signal, timeoutMs: 10_000 });
  } catch (error) {
    signal?.throwIfAborted();
    throw failed(homeserver, "its .well-known document points to something that is no homeserver", error);
  }
  return baseUrl;
}

function failed(homeserver: string, why: string, cause: unknown): ClientError {
  return new ClientError("DISCOVERY_FAILED", `${homeserver}: ${why}`, cause);
}

function checkBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "")
    throw new ClientError("DISCOVERY_FAILED", "the base URL of the homeserver is not an http or https URL");
  return text.replace(/\/+$/, "");
}
