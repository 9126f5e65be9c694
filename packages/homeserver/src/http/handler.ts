import type { AnyEndpoint, Endpoint } from "@patrix/api";
import type { RequestContext } from "./request-context.ts";

/** An answer whose JSON is encoded already. */
export class RawJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** An answer with another status than the usual one, or with headers of its own. */
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

/** A file of the disk as the answer, sent without holding it in memory. */
export class StreamedFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly headers: Readonly<Record<string, string>>;
  constructor(path: string, sizeBytes: number, headers: Readonly<Record<string, string>>) {
    this.path = path;
    this.sizeBytes = sizeBytes;
    this.headers = headers;
  }
}

/** An answer that is sent without holding it in memory; made by {@link streamedReply}. */
export class StreamedReply {
  readonly open: () => AsyncIterable<Uint8Array>;
  readonly headers: Readonly<Record<string, string>>;
  constructor(open: () => AsyncIterable<Uint8Array>, headers: Readonly<Record<string, string>>) {
    this.open = open;
    this.headers = headers;
  }
}

/** What a handler may return: the typed response, or one of the other forms. */
export type HandlerResult<Res> = Res | RawJson | Reply<Res> | StreamedFile | StreamedReply;

/** Answers one endpoint. */
export type Handler<Req, Res> = (request: Req, context: RequestContext) => Promise<HandlerResult<Res>> | HandlerResult<Res>;

/** What a server mounts: an endpoint and its handler. */
export interface Registration {
  readonly endpoint: AnyEndpoint;
  readonly handler: Handler<unknown, unknown>;
  readonly maxBodyBytes: number | undefined;
}

/** Settings of one handler. */
export interface HandleOptions {
  /** Largest JSON body, 1 MiB if left out. */
  readonly maxBodyBytes?: number;
}

/** Pairs an endpoint with its handler. The body of an endpoint that takes bytes is not read: take it from `context.incoming`. */
export function handle<Req, Res>(endpoint: Endpoint<Req, Res>, handler: Handler<Req, Res>, options: HandleOptions = {}): Registration {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the router hands each handler what its own endpoint parsed
  return { endpoint, handler: handler as Handler<unknown, unknown>, maxBodyBytes: options.maxBodyBytes };
}

/** Answers with JSON that is encoded already. */
export function rawJson(text: string): RawJson {
  return new RawJson(text);
}

/** Answers with a chosen status, which the endpoint must document, or with headers of its own. */
export function reply<Res>(value: Res, status?: number, headers: Readonly<Record<string, string>> = {}): Reply<Res> {
  return new Reply(value, status, headers);
}

/** Answers with bytes as they come. `open` is called once the head is out; a stream that fails ends the connection. */
export function streamedReply(
  open: () => AsyncIterable<Uint8Array>,
  { headers }: { readonly headers: Readonly<Record<string, string>> },
): StreamedReply {
  return new StreamedReply(open, headers);
}
