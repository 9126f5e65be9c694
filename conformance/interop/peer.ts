import type { ServerPlace } from "./place.ts";

/** A homeserver of the scripted day, ours or another one. */
export interface DayServer extends AsyncDisposable {
  readonly serverName: string;
  /** Where clients reach it. */
  readonly url: string;
  readonly place: ServerPlace;
  start(): Promise<void>;
  /** Ends it, in order or as in a power cut; its data stay. */
  stop(how?: "in order" | "at once"): Promise<void>;
}

/** Something that a homeserver does not do, by which the day has to go another way. */
export type PeerLack =
  | "knocks"
  /** It tells nobody that one of its users takes a knock back. */
  | "withdrawal of knocks"
  /** It neither tells nor believes that an invite is taken back. */
  | "retraction of invites"
  /** Its receipts are for whole rooms. */
  | "threads of receipts"
  /** What relates to an event does not come with it. */
  | "bundled aggregations"
  /** Of thousands of events, its pages of history may leave one out. */
  | "pages without gaps"
  /** It finds no events by their time. */
  | "dates"
  /** Of what waits for another server it sends some, and the rest once something else happens. */
  | "long queues";

/** A homeserver of other people, and how to get it. */
export interface PeerProgram {
  /** With its version. */
  readonly name: string;
  /** What it does not do. */
  readonly lacks: readonly PeerLack[];
  /** Installs it, where it is not here yet. @returns Its command, or why it cannot be had, in one line. */
  prepare(): Promise<{ readonly command: string } | { readonly missing: string }>;
  /** Writes its settings into a place. */
  configure(command: string, place: ServerPlace): Promise<DayServer>;
}
