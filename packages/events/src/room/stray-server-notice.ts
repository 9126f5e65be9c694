import { isJsonObject } from "@patrix/api";

/**
 * Whether a message poses as a notice of the server: its `msgtype` is `m.server_notice`, but the room is not the one that the server has
 * tagged for its notices. Clients ignore such messages.
 *
 * @param content - Of an `m.room.message`.
 * @param tags - Content of the room's `m.tag`; `undefined` where it has none.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#server-notices}
 */
export function isStrayServerNotice(content: object, tags: object | undefined): boolean {
  const labels = isJsonObject(tags) ? tags["tags"] : undefined;
  const isNoticeRoom = isJsonObject(labels) && Object.hasOwn(labels, "m.server_notice");
  return isJsonObject(content) && content["msgtype"] === "m.server_notice" && !isNoticeRoom;
}
