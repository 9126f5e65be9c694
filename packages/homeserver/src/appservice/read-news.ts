import type { PlacedFact, ReadFacts, ShardStretch } from "../log/log-reader.ts";
import type { Rooms } from "../rooms/rooms.ts";
import type { StoredEvent } from "../rooms/timeline/stored-event.ts";
import { readTimelineFacts } from "../rooms/timeline/timeline-facts.ts";
import { deviceListChangesInLog } from "../store/statements/keys.ts";
import { type ReceiptRow, receiptsInLog } from "../store/statements/receipts.ts";
import { type AppserviceToDeviceRow, toDeviceOfAppservice } from "../store/statements/to-device.ts";
import { turnIfDue } from "../turns.ts";
import type { Appservice } from "./appservices.ts";
import type { Interest } from "./interest.ts";

/** Something of the log that an application service is told. */
export type News =
  | { readonly kind: "event"; readonly event: StoredEvent }
  | { readonly kind: "receipt"; readonly receipt: ReceiptRow }
  | { readonly kind: "message"; readonly message: AppserviceToDeviceRow }
  | { readonly kind: "devices"; readonly userNid: number };

/** What the log is read with. */
export interface NewsParts {
  readonly rooms: Rooms;
  readonly service: Appservice;
  readonly interest: Interest;
  /** Ends long reading. */
  readonly signal: AbortSignal;
}

/** Reads what concerns an application service: events, and of the rest what it has asked for. */
export function readNews(parts: NewsParts): ReadFacts<News> {
  const readPage = pageReader(parts);
  return async (stretch) => {
    const found: PlacedFact<News>[] = [];
    let { after } = stretch;
    for (;;) {
      const page = await readPage({ ...stretch, after });
      for (const placed of page) {
        const turn = turnIfDue();
        if (turn) await turn;
        if (await concerns(parts, placed.fact)) found.push(placed);
        if (found.length === stretch.limit) return found;
      }
      const last = page.at(-1);
      if (page.length < stretch.limit || !last) return found;
      after = last.pos;
      parts.signal.throwIfAborted();
    }
  };
}

/** Reads everything, of all kinds together in the order of the log. */
function pageReader({ rooms, service }: NewsParts): ReadFacts<News> {
  const { store } = rooms.core;
  const readEvents = readTimelineFacts(rooms);
  return async (stretch: ShardStretch) => {
    const { shard, after, upTo, limit } = stretch;
    const page: PlacedFact<News>[] = (await readEvents(stretch)).map(({ pos, fact }) => ({ pos, fact: { kind: "event", event: fact } }));
    if (service.wantsEphemeral)
      for (const receipt of await store.all(receiptsInLog, after, upTo, shard, limit))
        page.push({ pos: receipt.pos, fact: { kind: "receipt", receipt } });
    if (service.wantsEphemeral || service.wantsDevices)
      for (const message of await store.all(toDeviceOfAppservice, service.registration.id, after, upTo, shard, limit))
        page.push({ pos: message.pos, fact: { kind: "message", message } });
    if (service.wantsDevices)
      for (const { pos, user_nid: userNid } of await store.all(deviceListChangesInLog, after, upTo, shard, limit))
        page.push({ pos, fact: { kind: "devices", userNid } });
    return page.toSorted((a, b) => a.pos - b.pos).slice(0, limit);
  };
}

async function concerns({ rooms, interest }: NewsParts, news: News): Promise<boolean> {
  const { users } = rooms.core;
  if (news.kind === "event") return interest.inEvent(news.event);
  if (news.kind === "message") return true;
  if (news.kind === "devices") return interest.isOwn(await users.text(news.userNid)) || interest.sharesRoom(news.userNid);
  const { receipt } = news;
  // Who reads in private shows it to themselves alone.
  if (receipt.type === "m.read.private" && !interest.isOwn(await users.text(receipt.user_nid))) return false;
  return interest.inRoom(receipt.room_nid);
}
