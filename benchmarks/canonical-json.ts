// Encoding a typical event of 1 KB: the npm package `canonical-json`, and JSON.stringify of data that is sorted already, as a lower bound.
import { encodeCanonicalJson } from "@patrix/canonical-json";
import stringify from "canonical-json";
import { type Benchmark, measure } from "./benchmark.ts";

function event(bodySizeBytes: number): object {
  return {
    type: "m.room.message",
    room_id: "!jEsUZKDJdhlrceRyVU:example.org",
    sender: "@alice:example.org",
    origin_server_ts: 1_700_000_000_000,
    depth: 4711,
    prev_events: ["$Rqnc-F-dvnEYJTyHq_iKxU2bZ1CI92-kuZq3a5lr5Zg"],
    auth_events: ["$4Gd0hMfqCpyMOkVsd4kYXcXKqJFyTkmkbOiCF4iMuxE", "$1B0sAlKQyvUHxNIOWvQ0kW5xnxRTmnIm3tGTxqZmOTk"],
    content: {
      msgtype: "m.text",
      body: "x".repeat(bodySizeBytes),
      format: "org.matrix.custom.html",
      formatted_body: '<b>Grüße</b>, "quoted"\n',
      "m.mentions": { user_ids: ["@bob:example.org"], room: false },
    },
    hashes: { sha256: "thequickbrownfoxjumpsoverthelazydogthequick" },
    signatures: { "example.org": { "ed25519:auto": "a".repeat(86) } },
    unsigned: { age_ts: 1_700_000_000_123 },
  };
}

/** Canonical JSON encoding. */
export const subject: Benchmark = {
  name: "canonical-json",
  run: async (context) => {
    const value = event(300);
    const expected = encodeCanonicalJson(value);
    const sorted: unknown = JSON.parse(expected);
    const unsorted = [
      { name: "@patrix/canonical-json", run: () => encodeCanonicalJson(value) },
      { name: "canonical-json (npm)", run: () => stringify(value) },
      { name: "JSON.stringify, sorted data", run: () => JSON.stringify(sorted) },
    ];
    const presorted = [
      { name: "@patrix/canonical-json, sorted data", run: () => encodeCanonicalJson(sorted) },
      { name: "JSON.stringify, sorted data", run: () => JSON.stringify(sorted) },
    ];
    for (const { name, run } of [...unsorted, ...presorted]) {
      if (run() !== expected) throw new Error(`${name} encodes something else`);
    }
    const faster = { "canonical-json (npm)": { atLeast: 1.5, note: "faster than the usual package" } };
    const close = { "JSON.stringify, sorted data": { atLeast: 1 / 1.3, note: "at most 1.3 times the bare serialisation" } };
    return [
      measure(`an event of ${expected.length} bytes, in the order in which it was written`, unsorted, faster, context),
      measure(`an event of ${expected.length} bytes, sorted already, as the homeserver builds it`, presorted, close, context),
    ];
  },
};
