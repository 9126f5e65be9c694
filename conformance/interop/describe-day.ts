import { afterAll, beforeAll, describe, it } from "vitest";
import { banSteps } from "./bans.ts";
import { beginDay, type Day } from "./day.ts";
import { encryptionSteps } from "./encryption.ts";
import { messageSteps } from "./messages.ts";
import { outageSteps } from "./outages.ts";
import type { PeerProgram } from "./peer.ts";
import { roomSteps } from "./rooms.ts";

/** Defines the scripted day with a homeserver of other people. @param version - Of the rooms. */
export async function describeDay(program: PeerProgram, version: string): Promise<void> {
  const prepared = await program.prepare();
  if ("missing" in prepared) {
    it.skip(`${program.name} is left out: ${prepared.missing}`);
    console.info(`${program.name} is left out: ${prepared.missing}`);
    return;
  }
  describe(`a day with ${program.name}, in rooms of version ${version}`, { timeout: 600_000 }, () => {
    let begun: Day;
    beforeAll(async () => {
      begun = await beginDay(program, prepared.command, version);
    }, 180_000);
    afterAll(() => begun[Symbol.asyncDispose]());
    const day = (): Day => begun;
    roomSteps(day);
    messageSteps(day);
    banSteps(day);
    encryptionSteps(day, version);
    outageSteps(day);
  });
}
