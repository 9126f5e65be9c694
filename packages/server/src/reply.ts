/** An answer whose JSON is encoded already; made by {@link rawJson}. */
export class RawJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** An answer with a chosen status or with headers of its own; made by {@link reply}. */
export class Reply<Res> {
  readonly value: Res;
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  constructor(value: Res, status: number | undefined, headers: Readonly<Record<string, string>>) {
    this.value = value;
    this.status = status;
    this.headers = headers;
  }
}

/** What goes out before the bytes of a {@link StreamedReply}. */
export interface StreamHead {
  /** Default: 200. With 304 nothing follows. */
  readonly status?: number | undefined;
  /** Left out where it is not known. */
  readonly sizeBytes?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** An answer that is sent without holding it in memory; made by {@link streamedReply}. */
export class StreamedReply {
  readonly open: () => AsyncIterable<Uint8Array>;
  readonly head: StreamHead;
  constructor(open: () => AsyncIterable<Uint8Array>, head: StreamHead) {
    this.open = open;
    this.head = head;
  }
}

/** What a handler may return: the typed response, or one of the other forms. */
export type HandlerResult<Res> = Res | RawJson | Reply<Res> | StreamedReply;

/** Answers with JSON that is encoded already. It is not checked against the endpoint. */
export function rawJson(text: string): RawJson {
  return new RawJson(text);
}

/** Answers with a chosen status, which the endpoint must document, or with headers of its own. */
export function reply<Res>(value: Res, status?: number, headers: Readonly<Record<string, string>> = {}): Reply<Res> {
  return new Reply(value, status, headers);
}

/**
 * Answers with bytes as they come. `open` is called once the head is out, and not at all for `HEAD`; a stream that fails ends the
 * connection, since the status can no longer tell.
 */
export function streamedReply(open: () => AsyncIterable<Uint8Array>, head: StreamHead = {}): StreamedReply {
  return new StreamedReply(open, head);
}
