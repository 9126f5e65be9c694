import type { SyncDevice } from "../../cuts/sync-sources.ts";
import type { SyncCut } from "../../sync-token.ts";

/** What an extension tells. */
export interface ExtensionAnswer {
  /** What stands under the extension's name, as JSON. */
  readonly json: string;
  /** Whether it is worth an answer; else the client waits on. */
  readonly hasNews: boolean;
}

/** Between which cuts a connection asks an extension. */
export interface ExtensionSpan {
  readonly device: SyncDevice;
  /** Up to where the connection has told; `undefined` for a new one. */
  readonly since: SyncCut | undefined;
  readonly now: SyncCut;
}

/**
 * An extension that another folder serves: what it tells is a matter of the two cuts and of its own request, and not of what the connection
 * was told of rooms.
 */
export interface SlidingExtension {
  /** Its names on the wire, each of which may be asked for. */
  readonly names: readonly string[];
  /** Reads what is new; `undefined` for nothing. `config` is what the client asks, as it came. */
  read(span: ExtensionSpan, config: unknown): Promise<ExtensionAnswer | undefined>;
}
