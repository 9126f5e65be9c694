import { isJsonObject, type JsonObject } from "@patrix/api";
import type { StoredEvent } from "../rooms/timeline/stored-event.ts";
import { operation, type WriteOperation } from "../store/statement.ts";
import { insertSearchText, type SearchTextRow } from "../store/statements/search.ts";
import { searchableWords } from "./search-words.ts";

/** Where in events is searched: the keys of the specification, each with the type of its events. */
export const searchKeys = {
  "content.body": "m.room.message",
  "content.name": "m.room.name",
  "content.topic": "m.room.topic",
} as const;

/** A key by which events are searched. */
export type SearchKey = keyof typeof searchKeys;

// Names of the specification, in the order of their declaration.
const keys = Object.keys(searchKeys) as SearchKey[];

/** Marks are words that nobody can search for: beside its own words they say what an event is. */
export const marks: {
  readonly room: (nid: number) => string;
  readonly sender: (nid: number) => string;
  readonly key: (key: SearchKey) => string;
  readonly url: string;
} = {
  room: (nid) => `_r${nid}`,
  sender: (nid) => `_s${nid}`,
  key: (key) => `_${key.slice("content.".length)}`,
  url: "_url",
};
/** Came to the timeline at another place than the others of its time: as history, for one. */
const PLACED = "_placed";

/** An event that has the words of a search. */
export interface Candidate {
  readonly nid: number;
  readonly roomNid: number;
  readonly senderNid: number;
  /** Whether its number says where in the timeline it is. */
  readonly isInOrder: boolean;
  /** Its words, with a space before and after each. */
  readonly words: string;
}

/** What makes events be found: nothing for one that is redacted, in no timeline, or has no text. */
export function storeSearchText(event: StoredEvent): WriteOperation[] {
  const { nid, roomNid, senderNid, redactedBy, place, type, stateKey } = event.fields;
  const found = keys.find((key) => searchKeys[key] === type);
  if (!found || redactedBy !== null || place === null) return [];
  // Reading the content takes longer than all the rest.
  const { content } = event;
  const words = searchableWords(searchedText({ content, fields: { stateKey } }, found) ?? "");
  if (words === "") return [];
  const all = [marks.room(roomNid), marks.sender(senderNid), marks.key(found)];
  if (typeof content["url"] === "string") all.push(marks.url);
  if (Number(place) !== nid) all.push(PLACED);
  return [operation(insertSearchText, nid, `${all.join(" ")} ${words}`)];
}

/** Reads what {@link storeSearchText} has stored. */
export function candidateOf({ event_nid: nid, words }: SearchTextRow): Candidate {
  const [, room = "", sender = ""] = /^_r(\d+) _s(\d+)/.exec(words) ?? [];
  const padded = ` ${words} `;
  return { nid, roomNid: Number(room), senderNid: Number(sender), isInOrder: !padded.includes(` ${PLACED} `), words: padded };
}

/** The text by which an event is found; a name or a topic only as state of its room. */
export function searchedText(
  { content, fields }: Pick<StoredEvent, "content"> & { readonly fields: Pick<StoredEvent["fields"], "stateKey"> },
  key: SearchKey,
): string | undefined {
  if (key !== "content.body" && fields.stateKey !== "") return undefined;
  const text = content[key.slice("content.".length)];
  const texts = [...(typeof text === "string" ? [text] : []), ...(key === "content.topic" ? plainTopic(content) : [])];
  return texts.length === 0 ? undefined : [...new Set(texts)].join("\n");
}

/** The `text/plain` representations of a topic, which is the type of those that name none. */
function plainTopic({ "m.topic": topic }: JsonObject): string[] {
  const representations = isJsonObject(topic) ? topic["m.text"] : undefined;
  if (!Array.isArray(representations)) return [];
  return representations.flatMap((one: unknown) => {
    if (!isJsonObject(one)) return [];
    const { body, mimetype = "text/plain" } = one;
    return mimetype === "text/plain" && typeof body === "string" ? [body] : [];
  });
}
