/** An event in the form that clients get, as far as its relations need it. Everything else in it is kept. */
export interface RelatableEvent {
  readonly event_id: string;
  readonly type: string;
  readonly sender: string;
  /** Milliseconds since the epoch. */
  readonly origin_server_ts: number;
  readonly room_id?: string | undefined;
  readonly state_key?: string | undefined;
  readonly content: Readonly<Record<string, unknown>>;
  readonly unsigned?: Readonly<Record<string, unknown>> | undefined;
}
