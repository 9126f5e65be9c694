/**
 * The part `space` of the typed Matrix events.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export { SpaceChildContent, SpaceParentContent, spaceChild, spaceParent } from "../index.ts";
