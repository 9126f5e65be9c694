import { type FileResponse, isUnrecognized, MatrixError } from "@patrix/api";
import { getContent as getContentOfServer } from "@patrix/client-api";
import { getContent } from "@patrix/federation-api";
import type { FederationClient, FederationRequestOptions } from "../client/federation-client.ts";

/** A file on another server. */
export interface MediaRequest {
  readonly mediaId: string;
  /** How long the server waits for media that is not uploaded yet, in milliseconds. Default: 20,000. */
  readonly waitMs?: number | undefined;
}

/**
 * Downloads media from the server that has it. A server from before version 1.11 of the specification, which answers 404 `M_UNRECOGNIZED`, is
 * asked by the endpoint of clients, and told to fetch nothing from others.
 *
 * @throws MatrixError `M_NOT_FOUND`, `M_NOT_YET_UPLOADED` and others; those of {@link FederationClient.request}.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#content-repository}
 */
export async function downloadMedia(
  client: Pick<FederationClient, "request">,
  server: string,
  { mediaId, waitMs }: MediaRequest,
  options: FederationRequestOptions = {},
): Promise<FileResponse> {
  try {
    return (await client.request(server, getContent, { path: { mediaId }, query: { timeout_ms: waitMs } }, options)).file;
  } catch (error) {
    if (!(error instanceof MatrixError) || !isUnrecognized(error)) throw error;
  }
  const query = { allow_remote: false, timeout_ms: waitMs };
  return client.request(server, getContentOfServer, { path: { serverName: server, mediaId }, query }, options);
}
