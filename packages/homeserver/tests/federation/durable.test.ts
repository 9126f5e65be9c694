// What another server was told to have been taken is stored, and what could not be stored is sent again.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  type JoinedRoom,
  type TestHomeserver,
  testHomeserver,
  type TestNetwork,
  type TestPeer,
  type TestUser,
} from "../../src/testing/index.ts";
import { queryDatabase } from "../query-database.ts";
import { eve, rules, serverAndPeer, timelineOf } from "./federated.ts";

let network: TestNetwork;
let a: TestHomeserver;
let alice: TestUser;
let peer: TestPeer;
let room: string;
let joined: JoinedRoom;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "patrix-durable-"));
  ({ network, a, alice, peer, room, joined } = await serverAndPeer({ dataDir: folder }));
});
afterEach(async () => {
  await a[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const isFile = process.env["PATRIX_TEST_DATABASE"] === undefined;

/** Makes the database refuse rows of a table, as one does that is full. @returns What ends that. */
async function fill(table: string): Promise<() => Promise<void>> {
  const run = async (...statements: readonly string[]): Promise<void> => {
    for (const sql of statements) await queryDatabase(folder, sql);
  };
  if (isFile) {
    await run(`create trigger full before insert on ${table} begin select raise(abort, 'database or disk is full'); end`);
    return () => run("drop trigger full");
  }
  await run(`alter table ${table} add constraint is_full check (false) not valid`);
  return () => run(`alter table ${table} drop constraint is_full`);
}

function message(body: string, prev: readonly string[] = [joined.join.eventId]): ReturnType<TestPeer["build"]> {
  const draft = { type: "m.room.message", sender: eve, room_id: room, origin_server_ts: Date.now(), content: { msgtype: "m.text", body } };
  return peer.build(draft, { prevEvents: prev, authEvents: [...joined.authEvents], depth: 20 }, rules);
}
const toDevice = (body: string): object => ({
  edu_type: "m.direct_to_device",
  content: { sender: eve, type: "m.test", message_id: body, messages: { [alice.userId]: { "*": { body } } } },
});
const received = async (server = a): Promise<string[]> => {
  const { body } = await server.requestAs<{ to_device?: { events: { content: { body: string } }[] } }>(alice, "GET", "/sync");
  return (body.to_device?.events ?? []).map(({ content }) => content.body);
};

it("a transaction that cannot be stored is refused, changes nothing, and is taken when it comes again", async () => {
  const [first, second] = [message("first"), message("second")];
  const free = await fill("events");
  // Nothing else of it waits for the store.
  expect((await peer.send(a, [first.pdu, second.pdu])).status).toBe(500);
  const refused = await peer.send(a, [first.pdu, second.pdu], [toDevice("hello")]);
  expect([refused.status, refused.body["pdus"]]).toEqual([500, undefined]);
  expect([await timelineOf(a, alice, room), await received()]).toEqual([[], []]);
  await free();
  expect(await peer.send(a, [first.pdu, second.pdu], [toDevice("hello")])).toMatchObject({
    status: 200,
    body: { pdus: { [first.eventId]: {}, [second.eventId]: {} } },
  });
  expect([(await timelineOf(a, alice, room)).toSorted(), await received()]).toEqual([["first", "second"], ["hello"]]);
});

it("a transaction whose missing events cannot be stored is refused as well", async () => {
  const missing = message("missing");
  const last = message("last", [missing.eventId]);
  peer.answers.set("/get_missing_events/", () => ({ status: 200, body: { events: [missing.pdu] } }));
  const free = await fill("events");
  expect((await peer.send(a, [last.pdu])).status).toBe(500);
  await free();
  expect((await peer.send(a, [last.pdu])).status).toBe(200);
  expect(await timelineOf(a, alice, room)).toEqual(["missing", "last"]);
});

it("a message to a device that cannot be stored makes its transaction come again, in which it comes once", async () => {
  const said = message("said");
  const free = await fill("to_device");
  expect((await peer.send(a, [said.pdu], [toDevice("hello")])).status).toBe(500);
  await free();
  for (const _ of [1, 2]) expect((await peer.send(a, [said.pdu], [toDevice("hello")])).status).toBe(200);
  expect([await timelineOf(a, alice, room), await received()]).toEqual([["said"], ["hello"]]);
});

it.runIf(isFile)("what was answered is stored: a server that is killed then has all of it", async () => {
  const said = message("said");
  expect((await peer.send(a, [said.pdu], [toDevice("hello")])).status).toBe(200);
  // What is in the files now is what a process leaves behind that is killed now.
  const copy = `${folder}-killed`;
  cpSync(folder, copy, { recursive: true });
  try {
    await using again = await testHomeserver({ serverName: "a.example", network, dataDir: copy });
    expect([await timelineOf(again, alice, room), await received(again)]).toEqual([["said"], ["hello"]]);
    expect((await peer.send(again, [said.pdu])).body["pdus"]).toEqual({ [said.eventId]: {} });
    expect(await timelineOf(again, alice, room)).toEqual(["said"]);
  } finally {
    rmSync(copy, { recursive: true });
  }
});
