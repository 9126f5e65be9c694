/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { type Client, type MatrixEvent, memoryStore, type Room, type Store, type Timeline } from "@patrix/client";
import { getRoomEvents, redactEvent, sendMessage } from "@patrix/client-api";
import { type ClientEvent, latestEdit } from "@patrix/events";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";
import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { eventItems, logIn, withSmallSyncs } from "./timelines.ts";

type Kind =
  | "send"
  | "send-self"
  | "edit"
  | "forge"
  | "react"
  | "unreact"
  | "redact"
  | "thread"
  | "gap"
  | "filled-gap"
  | "reconnect"
  | "restart"
  | "back";
interface Step {
  readonly kind: Kind;
  /** Chooses among what the step can be done to. */
  readonly pick: number;
}

const kinds: readonly Kind[] = [
  "send",
  "send-self",
  "edit",
  "forge",
  "react",
  "unreact",
  "redact",
  "thread",
  "gap",
  "filled-gap",
  "reconnect",
  "restart",
  "back",
];
/** Every kind of step twice, those that cost little more often, in any order. */
const often: readonly Kind[] = [...kinds, ...kinds, "send", "send", "send-self", "edit", "react", "redact", "thread"];
const anySteps: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    fc.shuffledSubarray([...often], { minLength: often.length }),
    fc.array(fc.nat(1000), { minLength: often.length, maxLength: often.length }),
  )
  .map(([order, picks]) => order.map((kind, index) => ({ kind, pick: picks[index] ?? 0 })));

/** What somebody sees of a message. */
interface Line {
  readonly id: string;
  readonly text: unknown;
  readonly edited: boolean;
  readonly reactions: Readonly<Record<string, readonly string[]>>;
  readonly thread: number;
}

/** What a timeline shows. */
function linesOf(timeline: Timeline): readonly Line[] {
  const shown = eventItems(timeline.items.value).filter(({ event }) => event.stateKey === undefined);
  return shown.map(({ event, redacted, edited, reactions, thread }) => ({
    id: event.id,
    text: redacted ? "(redacted)" : event.raw.content["body"],
    edited,
    reactions: Object.fromEntries([...reactions].map(([key, all]) => [key, all.map(({ sender }) => sender.id).sort()])),
    thread: thread?.count ?? 0,
  }));
}

interface Reacted {
  readonly by: "ann" | "bob";
  readonly id: `$${string}`;
  readonly key: string;
}

type World = Awaited<ReturnType<typeof begin>>;

/** Ann, who does things, and Bob, who looks at them with few events in each sync. */
async function begin(server: LocalHomeserver) {
  const ann = await logIn(server, "ann");
  const annRoom = await ann.rooms.create({ preset: "public" });
  const store: Store = memoryStore();
  const world = {
    server,
    ann,
    annRoom,
    store,
    limit: 100,
    bob: undefined as Client | undefined,
    bobRoom: undefined as Room | undefined,
    timeline: undefined as Timeline | undefined,
    texts: 0,
    messages: [] as { id: `$${string}`; sender: Client }[],
    /** Edits and answers in threads: what is left of them after a redaction does not say so. */
    hidden: new Set<string>(),
    /** Reactions that were not taken back. */
    reactions: [] as Reacted[],
    counts: new Map<Kind, number>(),
  };
  await open(world);
  await world.bob?.rooms.join(annRoom.id);
  await settle(world);
  return world;
}

async function open(world: Omit<World, "bob"> & { bob: Client | undefined }): Promise<void> {
  const fetch = withSmallSyncs(world.server.fetch, () => world.limit);
  const bob = await logIn({ fetch }, "bob", { store: world.store });
  world.bob = bob;
  const first = bob.rooms.get(world.annRoom.id) === undefined;
  if (first) await bob.rooms.join(world.annRoom.id);
  await bob.start();
  world.bobRoom = bob.rooms.get(world.annRoom.id) as Room;
  world.timeline = world.bobRoom.timeline();
}

/** Waits until Bob has seen all that was sent. */
async function settle(world: World): Promise<void> {
  const text = `marker ${(world.texts += 1)}`;
  const id = await world.annRoom.send.text(text);
  world.messages.push({ id, sender: world.ann });
  await world.timeline?.items.until((items) => eventItems(items).some(({ event, sending }) => event.id === id && sending === undefined));
}

const content = (body: string): { msgtype: "m.text"; body: string } => ({ msgtype: "m.text", body });

async function send(world: World, by: "ann" | "bob" = "ann"): Promise<void> {
  const room = by === "ann" ? world.annRoom : (world.bobRoom as Room);
  const client = by === "ann" ? world.ann : (world.bob as Client);
  world.messages.push({ id: await room.send.text(`${by} ${(world.texts += 1)}`), sender: client });
}

async function edit(world: World, target: { id: string }, by: Client): Promise<void> {
  const text = `edited ${(world.texts += 1)}`;
  const body = { ...content(`* ${text}`), "m.new_content": content(text), "m.relates_to": { rel_type: "m.replace", event_id: target.id } };
  const answer = await by.api.send(sendMessage, { path: { roomId: world.annRoom.id, eventType: "m.room.message", txnId: text }, body });
  world.hidden.add(answer.event_id);
}

/** Bob misses events: his server tells of the last two only. */
async function miss(world: World, isFilled: boolean): Promise<void> {
  await world.bob?.stop();
  for (let n = 0; n < 5; n += 1) await send(world);
  world.limit = 2;
  world.server.intercept = (path) =>
    !isFilled && path.endsWith("/messages") ? Response.json({ errcode: "M_FORBIDDEN", error: "no" }, { status: 403 }) : undefined;
  await world.bob?.start();
  await settle(world);
  world.server.intercept = undefined;
  world.limit = 100;
}

/** Adds a reaction, or takes one back. */
async function react(world: World, { kind, pick }: Step): Promise<boolean> {
  const eventBy = (by: Reacted["by"], id: `$${string}`): Promise<MatrixEvent> =>
    (by === "ann" ? world.annRoom : (world.bobRoom as Room)).event(id);
  if (kind === "unreact") {
    const [reaction] = world.reactions.splice(pick % Math.max(1, world.reactions.length), 1);
    if (reaction) await (await eventBy(reaction.by, reaction.id)).unreact(reaction.key);
    return reaction !== undefined;
  }
  const id = world.messages[pick % Math.max(1, world.messages.length)]?.id;
  if (id === undefined) return false;
  const reaction: Reacted = { by: pick % 2 === 0 ? "ann" : "bob", id, key: pick % 3 === 0 ? "👍" : "🎉" };
  // A user has each reaction to an event once.
  if (world.reactions.some((other) => isDeepStrictEqual(other, reaction))) return false;
  await (await eventBy(reaction.by, id)).react(reaction.key);
  world.reactions.push(reaction);
  return true;
}

async function run(world: World, step: Step): Promise<boolean> {
  const { kind, pick } = step;
  if (kind === "react" || kind === "unreact") return react(world, step);
  const { messages, annRoom } = world;
  const target = messages[pick % Math.max(1, messages.length)];
  const own = messages.filter(({ sender }) => sender === world.ann);
  const ofAnn = own[pick % Math.max(1, own.length)];
  const ofBob = messages.find(({ sender }) => sender !== world.ann);
  if (kind === "send") await send(world);
  else if (kind === "send-self") await send(world, "bob");
  else if (kind === "gap" || kind === "filled-gap") await miss(world, kind === "filled-gap");
  else if (kind === "reconnect") {
    let failures = 2;
    world.server.intercept = (path) => (path.endsWith("/sync") && (failures -= 1) >= 0 ? new Response("", { status: 502 }) : undefined);
    await settle(world);
    await settle(world);
    world.server.intercept = undefined;
  } else if (kind === "restart") {
    await world.timeline?.[Symbol.asyncDispose]();
    await world.bob?.[Symbol.asyncDispose]();
    await open(world);
    await settle(world);
  } else if (kind === "back") await world.timeline?.back((pick % 20) + 1);
  else if (kind === "edit" && ofAnn) await edit(world, ofAnn, world.ann);
  else if (kind === "forge" && ofBob) await edit(world, ofBob, world.ann);
  else if (kind === "redact" && target) {
    const path = { roomId: annRoom.id, eventId: target.id, txnId: `redact ${(world.texts += 1)}` };
    await world.ann.api.send(redactEvent, { path, body: {} });
    if (pick % 2 === 0) messages.splice(messages.indexOf(target), 1);
  } else if (kind === "thread" && target) world.hidden.add(await annRoom.thread(target.id).send.text(`thread ${(world.texts += 1)}`));
  else return false;
  return true;
}

/** What the room is by what the server gives from its start to now. */
async function expected(world: World): Promise<readonly Line[]> {
  const all: ClientEvent[] = [];
  let from: string | undefined;
  do {
    const page: { chunk: ClientEvent[]; end?: string | undefined } = await world.ann.api.send(getRoomEvents, {
      path: { roomId: world.annRoom.id },
      query: { dir: "b", from, limit: 100 },
    });
    all.unshift(...page.chunk.toReversed());
    from = page.end;
  } while (from !== undefined);
  const relation = ({ content: { "m.relates_to": relates } }: ClientEvent): { rel_type?: string; event_id?: string; key?: string } =>
    (relates ?? {}) as object;
  const about = (id: string, type: string): ClientEvent[] =>
    all.filter((each) => relation(each).event_id === id && relation(each).rel_type === type);
  const shown = all.filter(
    (each) => each.type === "m.room.message" && !world.hidden.has(each.event_id) && relation(each).rel_type === undefined,
  );
  return shown.map((event) => {
    const isRedacted = event.unsigned?.redacted_because !== undefined;
    const last = latestEdit(event, about(event.event_id, "m.replace"));
    const reactions: Record<string, string[]> = {};
    for (const each of about(event.event_id, "m.annotation")) (reactions[relation(each).key ?? ""] ??= []).push(each.sender);
    return {
      id: event.event_id,
      text: isRedacted ? "(redacted)" : ((last?.content["m.new_content"] as { body?: string } | undefined) ?? event.content)["body"],
      edited: last !== undefined,
      reactions: Object.fromEntries(Object.entries(reactions).map(([key, senders]) => [key, [...new Set(senders)].sort()])),
      thread: about(event.event_id, "m.thread").length,
    };
  });
}

it("is what the history of the room is, whatever was missed, repeated or restarted", { timeout: 240_000 }, async () => {
  const counts = new Map<Kind, number>();
  let compared = 0;
  const property = fc.asyncProperty(anySteps, async (steps) => {
    await using server = await localHomeserver(["ann", "bob"]);
    const world = await begin(server);
    for (const each of steps) if (await run(world, each)) counts.set(each.kind, (counts.get(each.kind) ?? 0) + 1);
    await settle(world);
    const timeline = world.timeline as Timeline;
    const all = await expected(world);
    // What is there before anything is fetched is the end of it.
    const tail = linesOf(timeline);
    expect(tail).toEqual(all.slice(-tail.length));
    while (await timeline.back(10)) expect(timeline.atStart.value).toBe(false);
    expect(linesOf(timeline)).toEqual(all);
    await timeline[Symbol.asyncDispose]();
    await world.bob?.[Symbol.asyncDispose]();
    await world.ann[Symbol.asyncDispose]();
    // And so is what the store keeps.
    await using again = await logIn(server, "bob", { store: world.store });
    server.intercept = () => Promise.reject(new TypeError("offline"));
    await again.start();
    await using kept = (again.rooms.get(world.annRoom.id) as Room).timeline();
    await kept.items.until((items) => eventItems(items).length > 0);
    const last = linesOf(kept);
    expect(last).toEqual(all.slice(-last.length));
    compared += all.length;
  });
  const rare = (): readonly Kind[] => kinds.filter((kind) => (counts.get(kind) ?? 0) < 8);
  // Chance alone may leave out what is rare, so it runs on for a while.
  for (let round = 0; round < 4 && rare().length > 0; round += 1) await fc.assert(property, { numRuns: 8, endOnFailure: true });
  expect([rare(), Object.fromEntries(counts)]).toEqual([[], expect.anything()]);
  expect(compared).toBeGreaterThan(200);
});
