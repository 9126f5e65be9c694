import { LruCache } from "@patrix/concurrency";
import { limits } from "../../limits.ts";

/** Matches state events; what is absent stands for anything. */
export interface StatePattern {
  readonly type?: string | undefined;
  readonly stateKey?: string | undefined;
}

/** Which state one list or subscription asks for. */
export interface StateSelector {
  readonly include: readonly StatePattern[];
  readonly exclude: readonly StatePattern[];
  /** Whether members come as the timeline needs them. */
  readonly lazyMembers: boolean;
}

/** What is wanted of a room: by one list or subscription, or by all that have it. */
export interface RoomConfig {
  readonly timelineLimit: number;
  /** A state event is wanted if one of them wants it. */
  readonly selectors: readonly StateSelector[];
}

const MEMBER = "m.room.member";

/** A config as a client asks for it. */
export function roomConfig(timelineLimit: number | undefined, selector: StateSelector): RoomConfig {
  const wanted = selector.include.length > 0 || selector.lazyMembers;
  return {
    timelineLimit: Math.min(Math.max(timelineLimit ?? 0, 0), limits.slidingTimelineLimit.value),
    selectors: wanted ? [sharedSelector(selector)] : [],
  };
}

/** Combines configs: what any of them wants. */
export function combineConfigs(configs: readonly RoomConfig[]): RoomConfig {
  const [only] = configs;
  if (only && configs.length === 1) return only;
  const selectors = new Map<string, StateSelector>();
  for (const config of configs) for (const selector of config.selectors) selectors.set(selectorKey(selector), selector);
  return { timelineLimit: Math.max(0, ...configs.map((config) => config.timelineLimit)), selectors: [...selectors.values()] };
}

/** How many selectors are shared by requests. */
const SHARED_SELECTORS = 1_000;
const shared = new LruCache<string, StateSelector>(SHARED_SELECTORS);

/** The one selector of all that say the same, so that they need not be compared. */
function sharedSelector(selector: StateSelector): StateSelector {
  const key = selectorKey(selector);
  const known = shared.get(key);
  if (!known) shared.set(key, selector);
  return known ?? selector;
}

const keys = new WeakMap<StateSelector, string>();

/** A text that two selectors share if they say the same. */
export function selectorKey(selector: StateSelector): string {
  const known = keys.get(selector);
  if (known !== undefined) return known;
  const pattern = ({ type, stateKey }: StatePattern): unknown[] => [type ?? null, stateKey ?? null];
  const key = JSON.stringify([selector.include.map(pattern), selector.exclude.map(pattern), selector.lazyMembers]);
  keys.set(selector, key);
  return key;
}

/** Whether a config may want state that another one did not. */
export function wantsMore(selectors: readonly StateSelector[], than: readonly StateSelector[]): boolean {
  if (selectors === than || selectors.every((selector) => than.includes(selector))) return false;
  const before = new Set(than.map(selectorKey));
  return selectors.some((selector) => !before.has(selectorKey(selector)));
}

/** Whether members come as the timeline needs them, and not all of them anyway. */
export function loadsMembersLazily(selectors: readonly StateSelector[]): boolean {
  return selectors.some(({ lazyMembers }) => lazyMembers) && !selectors.some(includesAllMembers);
}

function includesAllMembers({ include, exclude, lazyMembers }: StateSelector): boolean {
  const all = ({ type, stateKey }: StatePattern): boolean =>
    stateKey === undefined && (type === MEMBER || (type === undefined && !lazyMembers));
  return exclude.length === 0 && include.some(all);
}

/** Whether a pattern reaches an event. With members that come as they are needed, `*` does not stand for their type. */
export function reaches({ type, stateKey }: StatePattern, lazyMembers: boolean, event: Required<StatePattern>): boolean {
  if (type === undefined ? lazyMembers && event.type === MEMBER : type !== event.type) return false;
  return stateKey === undefined || stateKey === event.stateKey;
}

/** Whether one of some selectors wants a state event. */
export function isWanted(selectors: readonly StateSelector[], type: string, stateKey: string): boolean {
  const event = { type, stateKey };
  return selectors.some(
    ({ include, exclude, lazyMembers }) =>
      include.some((pattern) => reaches(pattern, lazyMembers, event)) && !exclude.some((pattern) => reaches(pattern, false, event)),
  );
}
