/**
 * The part `messaging` of the typed Matrix events.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  type EditFault,
  type EditTarget,
  type EditableEvent,
  type MediaFields,
  type MediaSource,
  type MentionTargets,
  type ReplyOptions,
  type ReplyTarget,
  applyEdit,
  captionOf,
  editFault,
  filenameOf,
  getMentions,
  latestEdit,
  makeEdit,
  makeReaction,
  makeReply,
  makeThreadReply,
  mediaSourceOf,
  mimetypeOf,
  removePlainReplyFallback,
  withMentions,
} from "../index.ts";
