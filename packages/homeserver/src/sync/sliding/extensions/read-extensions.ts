import type { ExtensionScope, SlidingRequest } from "../sliding-request.ts";
import type { TimelineResult } from "../sliding-room.ts";
import type { WindowRoom } from "../windows.ts";
import { type DeviceExtensionParts, e2eeExtension, toDeviceExtension } from "./device-extensions.ts";
import type { ExtensionAnswer, SlidingExtension } from "./extension.ts";
import {
  accountDataExtension,
  receiptsExtension,
  type StreamParts,
  type StreamRoom,
  type StreamSpan,
  typingExtension,
} from "./room-streams.ts";

/** What extensions are read from. */
export interface ExtensionParts extends DeviceExtensionParts, StreamParts {
  /** Those that other folders serve. */
  readonly further: readonly SlidingExtension[];
}

/** What extensions are asked. */
export interface AskedExtensions extends StreamSpan {
  readonly request: SlidingRequest;
  readonly windows: ReadonlyMap<number, WindowRoom>;
  readonly served: ReadonlyMap<number, TimelineResult | undefined>;
}

/** The answers of extensions as JSON members, and whether one of them has something new. */
export interface ExtensionTexts {
  readonly texts: readonly string[];
  readonly hasNews: boolean;
  /** Whether something of it comes again until the client says by a token of the extension, and not by its position, that it has it. */
  readonly hasUnacknowledged: boolean;
}

/** Reads what the extensions tell that a client has turned on. @throws {SyncError} `UNKNOWN_POS`, `INVALID_REQUEST`. */
export async function readExtensions(parts: ExtensionParts, asked: AskedExtensions): Promise<ExtensionTexts> {
  const { toDevice, e2ee, accountData, receipts, typing, all } = asked.request.extensions;
  const texts: string[] = [];
  let [hasNews, hasUnacknowledged] = [false, false];
  const add = (name: string, answer: ExtensionAnswer | undefined): void => {
    if (!answer) return;
    texts.push(`${JSON.stringify(name)}:${answer.json}`);
    hasNews ||= answer.hasNews;
  };
  const addAcknowledged = (name: string, answer: ExtensionAnswer | undefined): void => {
    add(name, answer);
    hasUnacknowledged ||= answer?.hasNews === true;
  };
  if (toDevice) addAcknowledged("to_device", await toDeviceExtension(parts, asked, toDevice));
  if (e2ee) add("e2ee", await e2eeExtension(parts, asked));
  let everything: StreamRoom[] | undefined;
  const roomsOf = (scope: ExtensionScope | undefined): StreamRoom[] | undefined =>
    scope && !scope.lists && !scope.rooms ? (everything ??= roomsIn(asked, scope)) : roomsIn(asked, scope);
  add("account_data", await accountDataExtension(parts, asked, roomsOf(accountData)));
  add("receipts", await receiptsExtension(parts, asked, roomsOf(receipts)));
  add("typing", await typingExtension(parts, asked, roomsOf(typing)));
  for (const extension of parts.further)
    for (const name of extension.names) if (all[name] !== undefined) addAcknowledged(name, await extension.read(asked, all[name]));
  return { texts, hasNews, hasUnacknowledged };
}

/** The rooms of which an extension tells, of those that the client knows. */
function roomsIn({ windows, served, before }: AskedExtensions, scope: ExtensionScope | undefined): StreamRoom[] | undefined {
  if (!scope) return undefined;
  const { lists, rooms } = scope;
  const found: StreamRoom[] = [];
  for (const [roomNid, { room, membership, lists: names, isSubscribed }] of windows) {
    const isListed = lists ? names.some((name) => lists.includes(name)) : names.length > 0;
    if (!isListed && !(isSubscribed && rooms?.includes(room.id) !== false)) continue;
    if (!served.has(roomNid) && !before.rooms.has(roomNid)) continue;
    const result = served.get(roomNid);
    const isFresh = result && (result.isInitial || result.isExpanded);
    const freshEvents = isFresh ? new Set(result.timeline.events.map(({ eventId }) => eventId)) : undefined;
    found.push({ room, isJoined: membership.membership === "join", freshEvents });
  }
  return found;
}
