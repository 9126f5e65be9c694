import { expect, it } from "vitest";
import { Slices } from "./slices.ts";

it("lets whatever waits go first once it has gone on for some milliseconds", async () => {
  const order: string[] = [];
  let now = 100;
  const slices = new Slices(() => now);
  expect(slices.isOver).toBe(false);
  now += 16;
  expect(slices.isOver).toBe(true);
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener("message", () => order.push("other"));
  port1.start();
  port2.postMessage(undefined);
  const next = slices.next().then(() => order.push("next"));
  await Promise.resolve().then(() => order.push("what this turn leaves"));
  await next;
  port1.close();
  expect(order).toEqual(["what this turn leaves", "other", "next"]);
  expect(slices.isOver).toBe(false);
});
