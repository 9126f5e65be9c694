import { expect, it } from "vitest";
import { emptyState, formatStates, parseStates, sizeOf, StateDraft, type ToldRoom } from "./connection-state.ts";

const cut = { positions: [5, 7], ephemeral: 9 };
const selector = { include: [{ type: "a", stateKey: undefined }], exclude: [{ type: undefined, stateKey: "b" }], lazyMembers: true };
const told: ToldRoom = { upTo: undefined, timelineLimit: 20, selectors: [selector], isDm: true };

it("is stored without loss, what is shared once", () => {
  const draft = new StateDraft(emptyState());
  draft.setRoom(3, { ...told, upTo: cut });
  draft.setRoom(4, told);
  draft.mark("receipts", 3, cut);
  draft.mark("accountData", 0, undefined);
  const state = draft.finish();
  const [read] = parseStates(formatStates([state]));
  expect(read).toEqual(state);
  // Cuts that are one stay one, since it is asked whether they are the same.
  expect(read?.rooms.get(3)?.upTo).toBe(read?.streams.receipts.get(3));
  expect(sizeOf(state)).toBe(5);
});

it("is another one only if something changes, and leaves the one before as it was", () => {
  const before = emptyState();
  const draft = new StateDraft(before);
  draft.setRoom(3, told);
  const first = draft.finish();
  expect([before.rooms.size, first.rooms.size, first.version === before.version]).toEqual([0, 1, false]);
  const same = new StateDraft(first);
  same.setRoom(3, { ...told, selectors: [{ ...selector }] });
  expect(same.finish()).toBe(first);
  const marked = new StateDraft(first);
  marked.mark("typing", 3, undefined);
  expect(marked.finish().version).not.toBe(first.version);
  expect(first.streams.typing.size).toBe(0);
});
