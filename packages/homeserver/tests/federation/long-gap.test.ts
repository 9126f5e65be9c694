// A gap in which more was said than has places there.
import { type BuiltPdu, fromFederation } from "@patrix/signatures";
import { expect, it } from "vitest";
import { eve, rules, serverAndPeer } from "./federated.ts";

/** So many places an event leaves free before it that comes after a gap, and so many events a server is asked for at once. */
const PLACES = 8_192;
const PAGE = 100;

interface Page {
  readonly chunk: readonly { readonly content: { readonly body?: string } }[];
  readonly end?: string;
}

it("what has no place in a gap any more stands at the beginning, and nothing is lost", { timeout: 240_000 }, async () => {
  const { a, alice, peer, room, joined } = await serverAndPeer();
  await using _closing = a;
  expect((await a.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/1`, { body: "before" })).status).toBe(200);
  const said: BuiltPdu[] = [];
  for (let i = 0; i < PLACES + 2 * PAGE; i++) {
    const draft = { type: "m.room.message", sender: eve, room_id: room, origin_server_ts: Date.now(), content: { body: `hers ${i}` } };
    const prevEvents = [said.at(-1)?.eventId ?? joined.join.eventId];
    said.push(peer.build(draft, { prevEvents, authEvents: [...joined.authEvents], depth: 20 + i }, rules));
  }
  const last = said.at(-1) ?? expect.unreachable();
  const ids = [...joined.state.map((pdu) => fromFederation(pdu, rules).eventId), joined.join.eventId];
  peer.answers.set("/state_ids/", () => ({ status: 200, body: { pdu_ids: ids, auth_chain_ids: [] } }));
  peer.answers.set("/get_missing_events/", () => ({ status: 200, body: { events: said.slice(-2, -1).map(({ pdu }) => pdu) } }));
  const at = new Map(said.map(({ eventId }, i) => [eventId, i]));
  peer.answers.set("/backfill/", ({ target }) => {
    const from = new URL(target, "https://x").searchParams.getAll("v");
    const upTo = Math.max(...from.map((eventId) => at.get(eventId) ?? -1));
    const pdus = said.slice(Math.max(0, upTo - PAGE + 1), upTo + 1).map(({ pdu }) => pdu);
    return { status: 200, body: { origin: peer.name, origin_server_ts: Date.now(), pdus } };
  });
  expect((await peer.send(a, [last.pdu])).body["pdus"]).toEqual({ [last.eventId]: {} });
  const read: string[] = [];
  let from: string | undefined = "";
  while (from !== undefined) {
    const path: string = `/rooms/${room}/messages?dir=b&limit=1000${from && `&from=${from}`}`;
    const page: Page = (await a.requestAs<Page>(alice, "GET", path)).body;
    read.push(...page.chunk.flatMap(({ content }) => content.body ?? []));
    from = page.end;
  }
  const hers = said.map((_, i) => `hers ${i}`);
  // The two newest came as they were sent, and the rest in pages: one of which only a part has places goes to the beginning as a whole.
  const inGap = 2 + Math.floor(PLACES / PAGE) * PAGE;
  expect(read.toReversed()).toEqual([...hers.slice(0, -inGap), "before", ...hers.slice(-inGap)]);
});
