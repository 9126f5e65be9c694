// What is measured of a client, whichever it is.

/** A device that is logged in. */
export interface MeasuredAccount {
  readonly url: string;
  readonly userId: string;
  readonly deviceId: string;
  readonly accessToken: string;
}

/** Where a session keeps what it knows. */
export interface MeasuredStore {
  /** A file. */
  readonly path: string;
  readonly passphrase?: string | undefined;
}

/** A session of a client. */
export interface MeasuredSession {
  /** Begins to sync; resolves when the rooms are there. */
  start(): Promise<void>;
  /** The names of the joined rooms, as a room list shows them: those where something happened last come first. */
  names(): readonly string[];
  /** Makes a room, and sends so many messages into it at once. @returns Milliseconds from the first to the last answer. */
  sendAll(count: number): Promise<number>;
  /** Stores what there is to be stored, and ends. */
  close(): Promise<void>;
}

/** Opens a session, with what its store holds; without a store it keeps what it knows in memory. */
export type OpenMeasuredSession = (account: MeasuredAccount, store?: MeasuredStore) => Promise<MeasuredSession>;
