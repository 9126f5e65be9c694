import type { ProgramClock } from "@patrix/concurrency";
import type { AddressPolicy } from "@patrix/federation";
import { answeredError, isFederationError, openMedia } from "@patrix/federation";
import type { FileOfOther, OtherServers } from "../other-servers.ts";
import { OutboundError } from "../outbound/errors.ts";
import { openResource } from "../outbound/open-resource.ts";
import { timeoutSignal } from "../timeout-signal.ts";
import { FederatedError } from "./errors.ts";
import type { Network } from "./network.ts";

/** How long a server has for the beginning of an answer, besides the wait that it is asked for, in milliseconds. */
const ANSWER_MS = 30_000;
/** How long a file may take, in milliseconds. */
const FILE_MS = 600_000;
/** What an answer has besides the file, in bytes. */
const HEAD_BYTES = 65_536;

/** What files of other servers are fetched by. */
export interface MediaOfOthersParts {
  readonly client: Network["client"];
  /** Which addresses a server may send this one to. */
  readonly mayConnect: AddressPolicy;
}

/** Opens files of other servers, where they are. */
export function mediaOfOthers(
  parts: () => MediaOfOthersParts,
  refusal: OtherServers["refusal"],
  clock: ProgramClock,
): OtherServers["openMedia"] {
  return async (server, { mediaId, waitMs, maxBytes }) => {
    const refused = refusal(server);
    if (refused) throw refused;
    const { client, mayConnect } = parts();
    const signal = timeoutSignal(clock, waitMs + FILE_MS);
    try {
      const options = { timeoutMs: waitMs + ANSWER_MS, maxResponseSizeBytes: maxBytes + HEAD_BYTES, signal };
      const opened = await openMedia(client, server, { mediaId, waitMs }, options);
      if ("location" in opened) return await openElsewhere(opened.location, mayConnect, { maxBytes, signal });
      return { contentType: opened.contentType, fileName: nameIn(opened.contentDisposition), content: reading(server, opened.content) };
    } catch (error) {
      if (answeredError(error)?.status === 404) return undefined;
      throw translated(server, error);
    }
  };
}

async function openElsewhere(
  location: string,
  isAllowed: AddressPolicy,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<FileOfOther> {
  const url = URL.parse(location);
  if (!url) throw new OutboundError("ANSWER_REFUSED", "the server names no URL");
  const isUrlAllowed = ({ protocol, username }: URL): boolean => protocol === "https:" && username === "";
  const resource = await openResource(url, { isAllowed, isUrlAllowed, headers: {}, signal });
  const content = async function* (): AsyncGenerator<Uint8Array> {
    using opened = resource;
    try {
      yield* opened.read(maxBytes);
    } catch (error) {
      throw translated(url.host, error);
    }
  };
  return { contentType: resource.contentType, fileName: undefined, content: content() };
}

async function* reading(server: string, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* content;
  } catch (error) {
    throw translated(server, error);
  }
}

function translated(server: string, error: unknown): unknown {
  const isTooLarge =
    isFederationError(error, "RESPONSE_TOO_LARGE") || (error instanceof OutboundError && error.code === "ANSWER_TOO_LARGE");
  if (isTooLarge) return new FederatedError("FILE_TOO_LARGE", "the file is larger than this server takes from others");
  if (isFederationError(error) || error instanceof OutboundError) {
    return new FederatedError("NO_SERVER_HELPED", `${server} does not give the file: ${error.message}`);
  }
  const answer = answeredError(error);
  if (answer?.status === 504) return new FederatedError("NOT_YET_UPLOADED", `the file is not uploaded to ${server} yet`);
  return answer
    ? new FederatedError("NO_SERVER_HELPED", `${server} does not give the file: it answers with the status ${answer.status}`)
    : error;
}

/** The file name in a `Content-Disposition` header. */
function nameIn(disposition: string | undefined): string | undefined {
  if (disposition === undefined || disposition.length > 4_096) return undefined;
  const encoded = /;\s*filename\*\s*=\s*utf-8''([^;\s]+)/i.exec(disposition)?.[1];
  try {
    if (encoded !== undefined) return decodeURIComponent(encoded);
  } catch {
    // Then the plain one counts.
  }
  const [, quoted, plain] = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(disposition) ?? [];
  return quoted?.replaceAll(/\\(.)/g, "$1") ?? plain;
}
