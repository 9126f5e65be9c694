import type { StreamMetadata } from "./stream-metadata.ts";

const purposes: ReadonlySet<string> = /* @__PURE__ */ new Set(["m.usermedia", "m.screenshare"]);

/**
 * Picks the incoming streams of a call that are played: those that the other side lists with a purpose that is known. A side that sends no
 * metadata cannot tell streams apart, so only its first counts.
 *
 * @param streamIds - In the order of their coming.
 * @param metadata - `sdp_stream_metadata` of the other side's newest event that has it; `undefined` where none had it.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#streams}
 */
export function knownStreams(
  streamIds: readonly string[],
  metadata: Readonly<Record<string, Pick<StreamMetadata, "purpose">>> | undefined,
): string[] {
  if (metadata === undefined) return streamIds.slice(0, 1);
  return streamIds.filter((id) => Object.hasOwn(metadata, id) && purposes.has(metadata[id]?.purpose ?? ""));
}
