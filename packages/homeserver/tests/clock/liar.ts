// A server that lies: about its own events and about those of others, in what it sends and in what it answers. About the state before an event
// that nobody else has it is believed, as the protocol has it: that alone is left out here.
import { isJsonObject, type JsonObject } from "@patrix/api";
import type { Lies } from "../../src/testing/index.ts";
import { type SeededRandom, seededRandom } from "@patrix/state-res/testing";

/** What a liar says that others have said, and who is said to have said it. */
export const neverSaid = "what was never said";
export const nobody = "@nobody:s1.example";

type Pdus = readonly JsonObject[];

/** What becomes of events that the liar hands on. None of them is signed anew: only what their own server has signed is worth anything. */
const changes = {
  /** It keeps some to itself. */
  withheld: (pdus: Pdus, chance: SeededRandom) => pdus.filter(() => chance.next() < 0.5),
  /** Others say what they have not said; the hash does not fit any more. */
  reworded: (pdus: Pdus) => pdus.map((pdu) => ({ ...pdu, content: { ...objectIn(pdu, "content"), body: neverSaid } })),
  /** Somebody else is said to have sent it. */
  renamed: (pdus: Pdus) => pdus.map((pdu) => ({ ...pdu, sender: nobody })),
  /** It stands elsewhere in the room, and is another event by that. */
  moved: (pdus: Pdus) => pdus.map((pdu) => ({ ...pdu, prev_events: [], depth: 1 })),
  /** They come more than once, and in another order. */
  shuffled: (pdus: Pdus, chance: SeededRandom) => [...pdus, ...pdus].toSorted(() => chance.next() - 0.5),
  /** There are things among them that are no events. */
  garbage: (pdus: Pdus) => [{ type: "m.room.message" }, { ...pdus[0], origin_server_ts: "today", auth_events: 7 }, ...pdus],
} satisfies Readonly<Record<string, (pdus: Pdus, chance: SeededRandom) => Pdus>>;

/** The kinds of lies, for counting. */
export const lieKinds: readonly string[] = Object.keys(changes);

function objectIn(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isJsonObject(value) ? value : {};
}

function pdusIn(object: JsonObject, key: string): Pdus {
  const value = object[key];
  return Array.isArray(value) ? value.filter((pdu) => isJsonObject(pdu)) : [];
}

/** Lies at random, more often than not. @param lied - Told of each kind. */
export function liesAt(seed: number, lied: (kind: string) => void): Lies {
  const chance = seededRandom(seed);
  const kinds = Object.entries(changes);
  const change = (body: JsonObject, key: string): JsonObject | undefined => {
    const pdus = pdusIn(body, key);
    const [kind, apply] = kinds[Math.floor(chance.next() * kinds.length)] ?? [];
    if (pdus.length === 0 || !kind || !apply || chance.next() < 0.3) return undefined;
    lied(kind);
    return { ...body, [key]: [...apply(pdus, chance)] };
  };
  return {
    says: (transaction, { target }) => (target.includes("/send/") ? change(transaction, "pdus") : undefined),
    answers: (answer, { target }) => {
      if (target.includes("/get_missing_events/")) return change(answer, "events");
      return target.includes("/backfill/") || target.includes("/event/") ? change(answer, "pdus") : undefined;
    },
  };
}
