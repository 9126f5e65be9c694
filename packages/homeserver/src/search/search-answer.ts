import type { SearchContextCriteria } from "@patrix/client-api";
import { limits } from "../limits.ts";
import type { ClientEvents, EventReader } from "../rooms/read/client-events.ts";
import { type EventsAround, eventsAround, type EventsAroundParts } from "../rooms/read/events-around.ts";
import type { RoomAccess } from "../rooms/read/room-reader.ts";
import type { PlacedStates } from "../rooms/read/state-at.ts";
import { memberEventsIn } from "../rooms/read/state-event.ts";
import { formatTimelineToken, type Place } from "../rooms/timeline/place.ts";
import type { StoredEvent } from "../rooms/timeline/stored-event.ts";
import { type FoundEvent, type FoundPage, findResults, type ResultGroup, type SearchParts, type ResultsQuery } from "./search-results.ts";
import { type SearchKey, searchedText, searchKeys } from "./search-text.ts";
import type { GroupKey } from "./search-token.ts";
import { foundWords, type SoughtWord } from "./search-words.ts";

const DEFAULT_CONTEXT = 5;

/** What a search is answered with. */
export interface AnswerParts extends SearchParts, EventsAroundParts {
  readonly states: PlacedStates;
  readonly clientEvents: ClientEvents;
}

/** Who searches, with which device. */
export type Searcher = Required<Pick<EventReader, "userNid" | "deviceNid">>;

/** The answer to a search. */
export interface SearchAnswer {
  /** The members of `room_events`, as JSON without braces; all but the state of rooms. */
  readonly members: string;
  /** The rooms of the results. */
  readonly rooms: readonly RoomAccess[];
}

/** A result with its event. */
interface Result {
  readonly found: FoundEvent;
  readonly event: StoredEvent;
  readonly access: RoomAccess;
}

/** Searches the rooms in which a user is or was. */
export async function answerSearch(
  parts: AnswerParts,
  searcher: Searcher,
  { criteria, nextBatch }: Omit<ResultsQuery, "userNid">,
): Promise<SearchAnswer> {
  const page = await findResults(parts, { userNid: searcher.userNid, criteria, nextBatch });
  const ignored = await parts.ignoredUsers(searcher.userNid);
  const surroundings = { ...criteria.event_context, isWanted: criteria.event_context !== undefined, ignored };
  const results: Result[] = [];
  const texts: string[] = [];
  let last = page.page.at(-1);
  let bytes = 0;
  for (const result of await loadResults(parts, page)) {
    if (bytes >= limits.searchPageBytes.value) break;
    const text = await renderResult(parts, searcher, result, surroundings);
    bytes += text.length;
    texts.push(text);
    results.push(result);
    last = result.found;
  }
  const next = page.tokenAfter(results.length < page.page.length ? last : page.page.at(-1));
  const members = [
    `"count":${page.count}`,
    `"highlights":${JSON.stringify(highlights(results, page.sought))}`,
    `"results":[${texts.join(",")}]`,
    `"groups":${JSON.stringify(groups(page, results, criteria.groupings?.group_by ?? []))}`,
    ...(next === undefined ? [] : [`"next_batch":${JSON.stringify(next)}`]),
  ];
  return { members: members.join(","), rooms: [...new Set(results.map(({ access }) => access))] };
}

async function loadResults({ rooms }: AnswerParts, { page, access }: FoundPage): Promise<Result[]> {
  const events = await rooms.events.load(page.map(({ nid }) => nid));
  return page.flatMap((found) => {
    const [event, ofRoom] = [events.get(found.nid), access.get(found.roomNid)];
    return event && ofRoom && event.fields.redactedBy === null ? { found, event, access: ofRoom } : [];
  });
}

interface Surroundings extends SearchContextCriteria {
  readonly isWanted: boolean;
  readonly ignored: ReadonlySet<string>;
}

async function renderResult(
  parts: AnswerParts,
  searcher: Searcher,
  { found, event, access }: Result,
  { isWanted, ignored, ...wanted }: Surroundings,
): Promise<string> {
  const { room, upTo } = access;
  const within = (limit: number | undefined): number => Math.min(limits.searchContext.value, Math.max(0, limit ?? DEFAULT_CONTEXT));
  const around = isWanted
    ? await eventsAround(parts, { access, event }, searcher.userNid, {
        before: within(wanted.before_limit),
        after: within(wanted.after_limit),
        matches: ({ fields }) => fields.senderNid === searcher.userNid || !ignored.has(fields.sender),
      })
    : undefined;
  const events = [event, ...(around?.before ?? []), ...(around?.after ?? [])];
  const [text = "{}", ...others] = await parts.clientEvents.render(room, events, { ...searcher, upTo });
  const context = around ? `,"context":${await renderContext(parts, { around, others, events, access }, wanted.include_profile)}` : "";
  return `{"rank":${found.rank},"result":${text}${context}}`;
}

interface RenderedContext {
  readonly around: EventsAround;
  /** The events before and after, as JSON. */
  readonly others: readonly string[];
  /** The result, and those. */
  readonly events: readonly StoredEvent[];
  readonly access: RoomAccess;
}

async function renderContext(
  parts: AnswerParts,
  { around: { place, before, start, end }, others, events, access }: RenderedContext,
  includeProfile = false,
): Promise<string> {
  const members = [
    `"start":"${formatTimelineToken(start)}"`,
    `"end":"${formatTimelineToken(end)}"`,
    `"events_before":[${others.slice(0, before.length).join(",")}]`,
    `"events_after":[${others.slice(before.length).join(",")}]`,
    ...(includeProfile ? [`"profile_info":${JSON.stringify(await profiles(parts, place, { events, access }))}`] : []),
  ];
  return `{${members.join(",")}}`;
}

/** What the senders of events were called in the room at a place of it. */
async function profiles(
  { rooms, states }: AnswerParts,
  place: Place,
  { events, access: { room } }: Pick<RenderedContext, "events" | "access">,
): Promise<Record<string, { displayname?: string; avatar_url?: string }>> {
  const state = await states.stateAt(room, place);
  const shown = events.filter(({ fields }) => !rooms.erasedUsers.has(fields.senderNid));
  const members = await memberEventsIn(rooms, state, new Set(shown.map(({ fields }) => fields.sender)));
  return Object.fromEntries(
    members.map(({ content: { displayname, avatar_url: avatarUrl }, fields }) => [
      fields.stateKey ?? "",
      {
        ...(typeof displayname === "string" && { displayname }),
        ...(typeof avatarUrl === "string" && { avatar_url: avatarUrl }),
      },
    ]),
  );
}

function highlights(results: readonly Result[], sought: readonly SoughtWord[]): string[] {
  const found = results.flatMap(({ event }) =>
    // The keys are those of the type.
    (Object.keys(searchKeys) as SearchKey[])
      .filter((key) => searchKeys[key] === event.fields.type)
      .flatMap((key) => foundWords(searchedText(event, key) ?? "", sought)),
  );
  return [...new Set(found)];
}

/** The results by room and by sender, as far as that is asked for, in the order in which the groups come up. */
function groups(
  { tokenAfter }: FoundPage,
  results: readonly Result[],
  groupBy: readonly { readonly key?: string | undefined }[],
): Record<string, Record<string, object>> {
  const last = results.at(-1)?.found;
  const wanted = (["room_id", "sender"] as const).filter((key) => groupBy.some((group) => group.key === key));
  return Object.fromEntries(
    wanted.map((key) => {
      const ofKey = new Map<string, Result[]>();
      for (const result of results) ofKey.set(valueOf(result, key), [...(ofKey.get(valueOf(result, key)) ?? []), result]);
      const entries = [...ofKey].map(([value, members], order): [string, object] => {
        const next = last && tokenAfter(last, { key, value, has: sameAs(members[0], key) });
        return [value, { order, results: members.map(({ event }) => event.eventId), ...(next !== undefined && { next_batch: next }) }];
      });
      return [key, Object.fromEntries(entries)];
    }),
  );
}

function valueOf({ event, access }: Result, key: GroupKey): string {
  return key === "room_id" ? access.room.id : event.fields.sender;
}

function sameAs(result: Result | undefined, key: GroupKey): ResultGroup["has"] {
  return (found) => (key === "room_id" ? found.roomNid === result?.found.roomNid : found.senderNid === result?.found.senderNid);
}
