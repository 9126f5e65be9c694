/**
 * The part `space` of the typed Matrix events.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  type ClaimedSpace,
  type ParentClaim,
  SpaceChildContent,
  SpaceParentContent,
  isConfirmedParent,
  spaceChild,
  spaceParent,
} from "../index.ts";
