import { concatBytes } from "@patrix/api";
import { NoJson, Scanner } from "./json-scanner.ts";

/** The sections of an answer that may have very many rooms. */
const sections = ["join", "invite", "knock", "leave"] as const;

/** Some rooms that follow one another in the text of an answer. */
export interface RoomsText {
  readonly section: (typeof sections)[number];
  /** Their members, without the braces around them. */
  readonly bytes: Uint8Array;
}

/** An answer of `/sync` in texts that can be read one after the other. */
export interface SplitAnswer {
  /** The answer, without the rooms. */
  readonly rest: Uint8Array;
  readonly rooms: readonly RoomsText[];
}

/** Bytes of rooms that are read at once; a room with more is not cut. */
const partBytes = 24 * 1024;

/**
 * Cuts the text of an answer of `/sync` between its rooms. What is wrong within one, or in the rest, is found by whoever reads it.
 *
 * @param turn Called after each room.
 * @returns `undefined` for a text that is not as an answer is.
 */
export async function splitAnswer(bytes: Uint8Array, turn: () => Promise<void> | undefined): Promise<SplitAnswer | undefined> {
  const scanner = new Scanner(bytes);
  const rooms: RoomsText[] = [];
  const rest: Uint8Array[] = [];
  let keptTo = 0;
  const cut = async (section: RoomsText["section"]): Promise<void> => {
    let start: number | undefined;
    let end = 0;
    const add = (): void => {
      if (start !== undefined) rooms.push({ section, bytes: bytes.subarray(start, end) });
      start = undefined;
    };
    for (const { start: memberStart } of scanner.members()) {
      // What was before the first is kept, and what comes after the last.
      if (end === 0) rest.push(bytes.subarray(keptTo, memberStart));
      scanner.skipValue();
      start ??= memberStart;
      end = keptTo = scanner.at;
      if (end - start >= partBytes) add();
      await turn();
    }
    add();
  };
  try {
    for (const { name } of scanner.members()) {
      if (name !== "rooms") scanner.skipValue();
      else
        for (const { name: section } of scanner.members()) {
          if (isSection(section)) await cut(section);
          else scanner.skipValue();
        }
    }
  } catch (error) {
    if (error instanceof NoJson) return undefined;
    throw error;
  }
  return { rest: concatBytes([...rest, bytes.subarray(keptTo)]), rooms };
}

function isSection(name: string): name is RoomsText["section"] {
  return sections.some((section) => section === name);
}
