import { describe, expect, it } from "vitest";
import { limits } from "../../limits.ts";
import { combineConfigs, isWanted, loadsMembersLazily, roomConfig, type StateSelector, wantsMore } from "./room-config.ts";

const selector = (more: Partial<StateSelector>): StateSelector => ({ include: [], exclude: [], lazyMembers: false, ...more });
const name = selector({ include: [{ type: "m.room.name", stateKey: "" }] });
const everything = selector({ include: [{}] });
const lazily = selector({ include: [{}, { type: "m.room.member", stateKey: "@me:x" }], lazyMembers: true });

describe("the wanted state", () => {
  it("is what one pattern reaches and no other excludes", () => {
    expect(isWanted([name], "m.room.name", "")).toBe(true);
    expect(isWanted([name], "m.room.name", "a")).toBe(false);
    expect(isWanted([selector({ include: [{ stateKey: "a" }] })], "anything", "a")).toBe(true);
    const but = selector({ include: [{}], exclude: [{ type: "m.room.member" }] });
    expect([isWanted([but], "m.room.member", "@a:x"), isWanted([but], "m.room.topic", "")]).toEqual([false, true]);
    expect(isWanted([but, selector({ include: [{ type: "m.room.member", stateKey: "@a:x" }] })], "m.room.member", "@a:x")).toBe(true);
  });

  it("leaves members that come as they are needed out of what any type stands for", () => {
    expect([isWanted([lazily], "m.room.member", "@a:x"), isWanted([lazily], "m.room.member", "@me:x")]).toEqual([false, true]);
    expect(isWanted([lazily], "m.room.topic", "")).toBe(true);
    expect([loadsMembersLazily([lazily]), loadsMembersLazily([lazily, everything]), loadsMembersLazily([name])]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe("configs", () => {
  it("are combined to what any of them wants, each selector once", () => {
    const combined = combineConfigs([roomConfig(1, name), roomConfig(20, everything), roomConfig(5, selector({ ...name }))]);
    expect(combined).toEqual({ timelineLimit: 20, selectors: [name, everything] });
    expect(combineConfigs([])).toEqual({ timelineLimit: 0, selectors: [] });
  });

  it("want more than others where they have another selector", () => {
    expect(wantsMore([name], [name, everything])).toBe(false);
    expect(wantsMore([selector({ ...name })], [name])).toBe(false);
    expect(wantsMore([name, lazily], [name])).toBe(true);
    expect(wantsMore([], [name])).toBe(false);
  });

  it("are no larger than they may be, and no smaller than nothing", () => {
    expect(roomConfig(1_000_000, name).timelineLimit).toBe(limits.slidingTimelineLimit.value);
    expect([roomConfig(-1, name).timelineLimit, roomConfig(undefined, selector({})).selectors]).toEqual([0, []]);
  });
});
