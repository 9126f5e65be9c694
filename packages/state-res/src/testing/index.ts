/**
 * Rooms for tests: real and signed ones from readable scenarios, large ones, and random ones that try to break state resolution.
 *
 * @packageDocumentation
 */
export { benchmarkSizes, type ForkedRoom, type ForkedRoomSize, makeForkedRoom } from "./forked-room.ts";
export { type SeededRandom, seededRandom } from "./random.ts";
export { type Branch, type EventDraft, type ServerKeys, TestRoom } from "./test-room.ts";
