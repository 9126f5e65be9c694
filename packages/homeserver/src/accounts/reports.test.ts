import { afterAll, beforeAll, expect, it } from "vitest";
import { composed } from "../../tests/remote/compose.ts";
import type { ComposedHomeserver } from "../compose/create-homeserver.ts";
import { limits } from "../limits.ts";

let server: ComposedHomeserver;
beforeAll(async () => (server = await composed({ config: { daily_limits: { reportsPerDay: 2 } } })));
afterAll(() => server[Symbol.asyncDispose]());

it("stores a report with all that was said, and what is refused counts for nothing", async () => {
  const { core, reports } = server.parts;
  await expect(reports.file(1, { userId: "@a:x" }, { reason: "é".repeat(limits.reportReasonBytes.value / 2 + 1) })).rejects.toMatchObject({
    limit: "reportReasonBytes",
  });
  await reports.file(1, { roomId: "!r:x", eventId: "$e" }, { reason: "é".repeat(limits.reportReasonBytes.value / 2), score: -5 });
  await reports.file(1, { userId: "@a:x" }, {});
  await expect(reports.file(1, { userId: "@a:x" }, {})).rejects.toMatchObject({ limit: "reportsPerDay" });
  await reports.file(2, { userId: "@a:x" }, {});
  const rows = await core.store.all({
    name: "reports",
    sql: "select reporter_nid, room_id, event_id, user_id, score from reports order by report_nid",
  });
  expect(rows).toEqual([
    { reporter_nid: 1, room_id: "!r:x", event_id: "$e", user_id: null, score: -5 },
    { reporter_nid: 1, room_id: null, event_id: null, user_id: "@a:x", score: null },
    { reporter_nid: 2, room_id: null, event_id: null, user_id: "@a:x", score: null },
  ]);
});
