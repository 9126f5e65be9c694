import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { defaultRoomPreset, isRoomPresetName, roomPresets } from "./room-presets.ts";

const vectors = new URL("../../../../../shared/spec/vectors/create-room.json", import.meta.url);

describe("defaultRoomPreset", () => {
  it("goes by the visibility", () => {
    expect([defaultRoomPreset("public"), defaultRoomPreset("private"), defaultRoomPreset()]).toEqual([
      "public_chat",
      "private_chat",
      "private_chat",
    ]);
  });
});

describe("isRoomPresetName", () => {
  it("knows the three, and nothing that objects inherit", () => {
    expect(["private_chat", "public_chat", "trusted_private_chat", "private", "constructor"].map(isRoomPresetName)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe.skipIf(!existsSync(vectors))("room creation vectors of the specification (skipped without ../shared/spec)", () => {
  it("agree on the presets", () => {
    const { presets } = JSON.parse(readFileSync(vectors, "utf8")) as { presets: unknown };
    const ours = Object.entries(roomPresets).map(([name, preset]) => [
      name,
      {
        join_rules: preset.joinRule,
        history_visibility: preset.historyVisibility,
        guest_access: preset.guestAccess,
        inviteesGetCreatorPowerLevel: preset.inviteesGetCreatorPowerLevel,
      },
    ]);
    expect(Object.fromEntries(ours)).toEqual(presets);
  });
});
