/**
 * Rooms for tests: real and signed ones from readable scenarios, large ones, and random ones that try to break state resolution.
 *
 * @packageDocumentation
 */
export { authChainOf, conflictedSubgraphOf } from "./auth-chains.ts";
export { benchmarkSizes, type ForkedRoom, type ForkedRoomSize, makeForkedRoom } from "./forked-room.ts";
export { flatten, naiveResolve } from "./naive-resolve.ts";
export { naiveResolveV1 } from "./naive-resolve-v1.ts";
export { type SeededRandom, seededRandom } from "./random.ts";
export { type Branch, type EventDraft, type ServerKeys, TestRoom } from "./test-room.ts";
export { type AuthScenario, type AuthWorld, type EventChanges, makeAuthWorld, people, usualLevels } from "./auth-world.ts";
export { authScenarios } from "./auth-scenarios.ts";
export {
  beginRoom,
  joinRule,
  membership,
  playScenario,
  powerLevels,
  type Scenario,
  type ScenarioRoom,
  type ScenarioStep,
  topic,
  userOf,
} from "./scenario.ts";
export { scenarios } from "./scenarios.ts";
export { type TortureOptions, type TortureRoom, tortureRoom } from "./torture.ts";
