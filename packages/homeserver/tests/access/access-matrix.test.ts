// Every served operation for everyone who may ask, in every kind of room: what each must get, by the specification.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientServerHandlers } from "../../src/compose/client-server.ts";
import { type AnyBody, type TestHomeserver, testHomeserver, type TestResponse } from "../../src/testing/index.ts";
import { testingConfig } from "../../src/testing/testing-config.ts";
import { composed } from "../remote/compose.ts";
import { type AccessRoom, type AccessUser, AccessWorld } from "./access-world.ts";
import { type AccountRow, accountRows } from "./account-operations.ts";
import { type Actor, actors, type RoomKind, roomKinds, Situation } from "./actors.ts";
import { type Expected, findLeaks, nothing, refused } from "./expectation.ts";
import { roomRows } from "./room-operations.ts";
import type { RequestLine, RoomProbe, RoomRow } from "./room-row.ts";

let server: TestHomeserver;
let world: AccessWorld;
let cells = 0;

beforeAll(async () => {
  // Every operation is asked by everyone, in rooms of their own.
  server = await testHomeserver({ config: { daily_limits: { roomsPerDay: 100_000 }, admins: [AccessWorld.adminId] } });
  world = await AccessWorld.open(server);
  await world.deactivate();
});
afterAll(async () => {
  console.log(`access matrix: ${cells} cells of ${roomRows.length + accountRows.length} operations asked`);
  await server[Symbol.asyncDispose]();
});

type Answer = TestResponse<AnyBody>;

function ask([method, path, body]: RequestLine, user: AccessUser, actor: Actor): Promise<Answer> {
  return server.request(method, path, body, actor === "no token" ? undefined : user.accessToken);
}

/** What stands before the rules of an operation: the token, and whether guests may use it at all. */
function refusedAtTheDoor(
  { operation, open, guests }: Pick<RoomRow | AccountRow, "operation" | "open" | "guests">,
  actor: Actor,
): Expected | undefined {
  if (actor === "locked" && open !== true && operation !== "logout" && operation !== "logout_all") return refused.locked;
  if (actor === "deactivated" && open !== true) return refused.unknownToken;
  if (actor === "no token" && !open) return refused.missingToken;
  return actor.startsWith("guest") && !guests ? refused.guest : undefined;
}

function got({ status, body }: Answer): string {
  const errcode = typeof body === "object" ? body["errcode"] : undefined;
  return errcode === undefined ? `${status}` : `${status} ${String(errcode)}`;
}

it("has a row for every operation that is served", async () => {
  await using served = await composed();
  const mounted = clientServerHandlers(served.parts, testingConfig({ dataDir: served.dataDir }), () => "").map(
    ({ endpoint }) => endpoint.id,
  );
  const rows = [...roomRows, ...accountRows].map(({ operation }) => operation);
  expect(rows.toSorted()).toEqual(mounted.toSorted());
});

describe.each(Object.keys(roomKinds))("in a room that is %s", (name) => {
  const kind = roomKinds[name] as RoomKind;
  let shared: AccessRoom;
  beforeAll(async () => {
    await world.setLocked(world.users.locked, false);
    shared = await world.room(
      kind,
      actors.filter((actor) => actor !== "deactivated"),
    );
    await world.setLocked(world.users.locked, true);
  });

  async function check(row: RoomRow, probe: RoomProbe, situation: Situation): Promise<string[]> {
    const { actor } = situation;
    const door = refusedAtTheDoor(row, actor);
    const expected = door ?? probe.expected(situation);
    const isOwnRoom = row.changes === true && expected === "200";
    const room = isOwnRoom ? await world.room(kind, [actor]) : shared;
    const cell = { world, room, user: world.users[actor] };
    const answer = await ask(probe.request(cell), cell.user, actor);
    if (got(answer) !== expected) return [`expected ${expected}, got ${got(answer)} ${JSON.stringify(answer.body).slice(0, 200)}`];
    const text = JSON.stringify(answer.body);
    if (answer.status !== 200) return findLeaks(text, nothing);
    const findings = findLeaks(text, probe.shows?.(situation) ?? nothing);
    const { present, absent } = probe.says?.(situation, cell) ?? {};
    if (present && !present.test(text)) findings.push(`it lacks ${present.source}`);
    if (absent?.test(text)) findings.push(`it holds ${absent.source}`);
    return findings;
  }

  it.each(roomRows.map((row) => ({ row, operation: row.operation })))("$operation gives each what they may have", async ({ row }) => {
    const wrong: string[] = [];
    for (const actor of actors) {
      cells++;
      for (const [i, probe] of row.probes.entries())
        wrong.push(...(await check(row, probe, new Situation(actor, kind))).map((finding) => `${actor}, probe ${i}: ${finding}`));
    }
    expect(wrong).toEqual([]);
  });
});

describe("outside of rooms", () => {
  it.each(accountRows.map((row) => ({ row, operation: row.operation })))("$operation is about one's own", async ({ row }) => {
    const wrong: string[] = [];
    for (const actor of actors) {
      const user = row.ends ? await world.freshUser(actor) : world.users[actor];
      const other = await world.freshUser("stranger");
      const number = world.number();
      // What is another's first: one's own can end the session.
      const requests: readonly (readonly [request: AccountRow["own"], expected: Expected])[] = [
        ...(row.others ? [row.others] : []),
        [row.own, typeof row.expected === "function" ? row.expected(actor) : row.expected],
      ];
      for (const [request, expected] of requests) {
        cells++;
        const answer = await ask(request({ world, user, other, number }), user, actor);
        const wanted = refusedAtTheDoor(row, actor) ?? expected;
        if (got(answer) !== wanted)
          wrong.push(`${actor}: expected ${wanted}, got ${got(answer)} ${JSON.stringify(answer.body).slice(0, 200)}`);
      }
      const untouched = await server.request("GET", `/_matrix/client/v3/devices/${other.deviceId}`, undefined, other.accessToken);
      if (untouched.status !== 200 || untouched.body["display_name"] === "x") wrong.push(`${actor}: the other user's device was touched`);
    }
    expect(wrong).toEqual([]);
  });
});
