/**
 * The part `relations` of the typed Matrix events.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  type BundledRelations,
  InReplyTo,
  Mentions,
  type Reference,
  ReferenceChunk,
  RelatesTo,
  type RelatingContent,
  type Relation,
  ThreadSummary,
  decryptedContent,
  getBundledRelations,
  getInReplyTo,
  getRelation,
  isRedacted,
  relatingContentShape,
} from "../index.ts";
