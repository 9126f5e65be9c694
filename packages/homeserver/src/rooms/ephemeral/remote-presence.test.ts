import { expect, it } from "vitest";
import { limits } from "../../limits.ts";
import { RemotePresence, type ToldPresence } from "./remote-presence.ts";

const online: ToldPresence = { presence: "online", statusMsg: undefined, lastActiveTs: 1, isActive: true };
let serial = 0;
const take = (): number => ++serial;

it("keeps as many users as there may be, those last told of", () => {
  const others = new RemotePresence();
  const most = limits.remotePresences.value;
  for (let nid = 1; nid <= most + 1; nid++) others.tell(nid, online, 1, take);
  others.tell(2, online, 1, take);
  others.tell(most + 2, online, 1, take);
  expect([1, 2, 3, 4, most + 2].map((nid) => others.of(nid, 1)?.presence)).toEqual([undefined, "online", undefined, "online", "online"]);
  expect([...others.changes(1)]).toHaveLength(most);
});

it("takes those to be gone of whom nothing was told for half an hour, each once", () => {
  const others = new RemotePresence();
  for (const nid of [1, 2, 3]) others.tell(nid, online, nid, take);
  others.tell(2, { ...online, presence: "offline" }, 4, take);
  const before = serial;
  expect(others.expire(1_800_001, take)).toEqual([]);
  expect(others.expire(1_800_003, take)).toEqual([1]);
  expect(others.expire(1_800_010, take)).toEqual([3]);
  expect(others.expire(3_600_000, take)).toEqual([]);
  expect([...others.changes(1_800_010)].filter((change) => change.serial > before).map(({ nid, isThere }) => [nid, isThere])).toEqual([
    [1, false],
    [3, false],
  ]);
  expect(others.tell(1, online, 3_600_000, take)).toBe(true);
});

it("tells apart what is new, and holds what was told for half an hour", () => {
  const others = new RemotePresence();
  expect(others.tell(1, { ...online, presence: "offline" }, 0, take)).toBe(false);
  expect(others.tell(1, online, 0, take)).toBe(true);
  expect(others.tell(1, online, 1, take)).toBe(false);
  expect(others.tell(1, { ...online, statusMsg: "busy" }, 2, take)).toBe(true);
  expect(others.of(1, 1_800_002)).toMatchObject({ presence: "online", statusMsg: "busy" });
  expect(others.of(1, 1_800_003)).toMatchObject({ presence: "offline", isActive: false });
  expect([...others.changes(1_800_003)]).toMatchObject([{ nid: 1, isThere: false }]);
});
