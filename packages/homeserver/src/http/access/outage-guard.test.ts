import { getVersions } from "@patrix/client-api";
import { handle } from "@patrix/server";
import { expect, it, vi } from "vitest";
import { StoreError } from "../../store/errors.ts";
import { OutageGuard } from "./outage-guard.ts";

/** A guarded handler whose work ends when it is told to. */
function guarded(guard: OutageGuard): {
  answer: Promise<unknown>;
  end: (value: { versions: string[] }) => void;
  fail: (error: Error) => void;
} {
  let end: (value: { versions: string[] }) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const promise = new Promise<{ versions: string[] }>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  const { handler } = guard.guard(handle(getVersions, () => promise));
  // This handler looks at neither its request nor its context.
  const answer = Promise.resolve(handler({}, {} as Parameters<typeof handler>[1]));
  return { answer, end, fail };
}

const unavailable = expect.objectContaining({ code: "UNAVAILABLE" }) as StoreError;

it("passes on what a handler answers or throws, during an outage too", async () => {
  const guard = new OutageGuard();
  for (const isOut of [false, true]) {
    guard.note(isOut);
    const [answered, failed] = [guarded(guard), guarded(guard)];
    answered.end({ versions: ["v1"] });
    failed.fail(new Error("wrong"));
    expect(await answered.answer).toEqual({ versions: ["v1"] });
    await expect(failed.answer).rejects.toThrow("wrong");
  }
  guard.note(false);
});

it("answers a request that has waited too long since the database stopped answering, and no other", async () => {
  vi.useFakeTimers();
  try {
    const guard = new OutageGuard({ sweepMs: 1_000, patienceMs: 3_000 });
    const early = guarded(guard);
    await vi.advanceTimersByTimeAsync(60_000);
    guard.note(true);
    await vi.advanceTimersByTimeAsync(2_000);
    const late = guarded(guard);
    const refused = expect(early.answer).rejects.toEqual(unavailable);
    await vi.advanceTimersByTimeAsync(1_000);
    await refused;
    guard.note(false);
    await vi.advanceTimersByTimeAsync(60_000);
    late.end({ versions: [] });
    expect(await late.answer).toEqual({ versions: [] });
  } finally {
    vi.useRealTimers();
  }
});
