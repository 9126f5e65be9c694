// The devices of one account: what is the account's is the same for each, and what is a device's is nobody else's.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestHomeserver, testHomeserver } from "../../src/testing/index.ts";
import { devicePair, deviceRows, type DeviceView } from "./device-operations.ts";

let server: TestHomeserver;
let number = 0;
beforeAll(async () => {
  server = await testHomeserver();
});
afterAll(async () => {
  console.log(`access matrix: ${number * 2} cells of devices asked`);
  await server[Symbol.asyncDispose]();
});

describe("of two devices of an account", () => {
  it.each(deviceRows.map((row) => [`${row.operation} ${row.words}`, row] as const))("%s", async (_, row) => {
    const pair = await devicePair(server, `user${number++}`);
    const planted = (await row.plant?.(pair)) ?? "";
    for (const device of ["first", "other"] as const) {
      const [method, path, body] = row.ask(pair, planted);
      const answer = await server.request(method, path, body, pair[device].accessToken);
      const { expected, present, absent }: DeviceView = row[device];
      const errcode = answer.status === 200 ? undefined : answer.body["errcode"];
      const text = planted === "" ? JSON.stringify(answer.body) : JSON.stringify(answer.body).replaceAll(planted, "PLANTED");
      expect([device, errcode === undefined ? `${answer.status}` : `${answer.status} ${errcode}`]).toEqual([device, expected]);
      if (present) expect([device, text]).toEqual([device, expect.stringMatching(present)]);
      if (absent) expect([device, text]).toEqual([device, expect.not.stringMatching(absent)]);
    }
  });
});
