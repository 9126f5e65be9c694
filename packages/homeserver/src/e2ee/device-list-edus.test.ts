import { expect, it } from "vitest";
import { deviceListEdus, toldOf } from "./device-list-edus.ts";

const devices = Array.from({ length: 11 }, (_, i) => `D${i}`);

it("tells of few devices one by one, each after the one before", () => {
  const told = toldOf(devices.slice(0, 10));
  expect(told).toHaveLength(10);
  const edus = deviceListEdus("@a:b", told.slice(0, 3), { streamIds: [5, 6, 7], before: 4 });
  expect(edus.map(({ content }) => content)).toMatchObject([
    { device_id: "D0", stream_id: 5, prev_id: [4] },
    { device_id: "D1", stream_id: 6, prev_id: [5] },
    { device_id: "D2", stream_id: 7, prev_id: [6] },
  ]);
});

it("tells of many devices by one alone, after a change that nobody knows", () => {
  expect(toldOf(devices)).toEqual(["D10"]);
  expect(deviceListEdus("@a:b", toldOf(devices), { streamIds: [5], before: undefined })).toMatchObject([{ content: { prev_id: [] } }]);
});
