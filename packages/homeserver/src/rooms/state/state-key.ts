import type { Core, ReadingCore } from "../../log/core.ts";

/** The text under which a pair of event type and state key is numbered. */
export function formatStateKey(typeNid: number, stateKey: string): string {
  return `${typeNid} ${stateKey}`;
}

/** Whether such a text stands for an event of a type, given the number of that. */
export function isOfType(text: string, typeNid: number | undefined): boolean {
  return text.startsWith(`${typeNid} `);
}

/** Reads such a text. */
export function parseStateKey(text: string): { readonly typeNid: number; readonly stateKey: string } {
  const space = text.indexOf(" ");
  return { typeNid: Number(text.slice(0, space)), stateKey: text.slice(space + 1) };
}

/** The number of a pair of event type and state key, a new one if it has none. */
export async function internStateKey(core: Core, type: string, stateKey: string): Promise<number> {
  return core.stateKeys.intern(formatStateKey(await core.eventTypes.intern(type), stateKey));
}

/** The number of a pair of event type and state key, if it has one. */
export async function findStateKey(core: ReadingCore, type: string, stateKey: string): Promise<number | undefined> {
  const typeNid = await core.eventTypes.find(type);
  return typeNid === undefined ? undefined : core.stateKeys.find(formatStateKey(typeNid, stateKey));
}

/** The number of a pair of event type and state key, if it is in memory. */
export function peekStateKey(core: ReadingCore, type: string, stateKey: string): number | undefined {
  const typeNid = core.eventTypes.peek(type);
  return typeNid === undefined ? undefined : core.stateKeys.peek(formatStateKey(typeNid, stateKey));
}
