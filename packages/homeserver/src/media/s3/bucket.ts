import type { Agent, IncomingHttpHeaders } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { AwsV4Signer } from "aws4fetch";
import { OutboundError } from "../../outbound/errors.ts";
import { exchange, type StreamedAnswer } from "../../outbound/exchange.ts";
import { agentFor } from "../../outbound/request-for.ts";
import { MediaError } from "../errors.ts";
import type { ContentRange } from "../media-store.ts";
import { type BucketFailure, bucketFailure } from "./bucket-failure.ts";
import { type BucketSettings, bucketUrl, objectPrefix } from "./bucket-settings.ts";
import { readListing } from "./listing.ts";

/** How patient a bucket is asked, and who hears of it. */
export interface BucketOptions {
  /** How long nothing may move, in milliseconds. Default: 15 seconds. */
  readonly stallMs?: number | undefined;
  /** How long is waited before the second try, and twice that before the third, in milliseconds. Default: 300. */
  readonly retryMs?: number | undefined;
  /** The most names in one answer, at most a thousand, which is the default. */
  readonly namesInPage?: number | undefined;
  /** Hears what is wrong once it is, and that nothing is any more. */
  readonly noted?: ((failure: string | undefined) => void) | undefined;
}

/** What is put into a bucket: its size and hash are known, so that the bucket can tell whether all of it has come. */
export interface PutObject {
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Reads it, from the beginning each time. */
  read(): AsyncIterable<Uint8Array>;
}

/** How often a request is sent. */
const ATTEMPTS = 3;
/** More than a listing of a thousand objects has, or an error. */
const MAX_TEXT_BYTES = 4_194_304;
const EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

interface BucketRequest {
  readonly method: "DELETE" | "GET" | "HEAD" | "PUT";
  /** The name of an object; the bucket itself if left out. */
  readonly name?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly object?: PutObject;
}

/** An answer that was read. */
interface ReadAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/**
 * Objects of a bucket. What may pass is tried three times.
 *
 * @see {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html}
 */
export class Bucket {
  readonly #settings: BucketSettings;
  readonly #url: URL;
  readonly #agent: Agent;
  readonly #stallMs: number;
  readonly #retryMs: number;
  readonly #namesInPage: number;
  readonly #noted: (failure: string | undefined) => void;
  /** Keys for signing, which hold for a day. */
  readonly #signingKeys = new Map<string, ArrayBuffer>();
  #hasFailed = false;

  constructor(settings: BucketSettings, { stallMs = 15_000, retryMs = 300, namesInPage = 1_000, noted = () => {} }: BucketOptions = {}) {
    this.#settings = settings;
    this.#url = bucketUrl(settings);
    this.#agent = agentFor(this.#url);
    this.#stallMs = stallMs;
    this.#retryMs = retryMs;
    this.#namesInPage = namesInPage;
    this.#noted = noted;
  }

  /** Sees whether the bucket is there, in a way whose refusal says why. @throws {MediaError} `STORE_FAILED`. */
  async check(): Promise<void> {
    await this.#ask({ method: "GET", query: { "list-type": "2", "max-keys": "1", prefix: objectPrefix(this.#settings) } });
  }

  /** The size of an object in bytes; `undefined` if there is none. @throws {MediaError} `STORE_FAILED`. */
  async sizeOf(name: string): Promise<number | undefined> {
    const { status, headers } = await this.#ask({ method: "HEAD", name }, 404);
    if (status !== 404) return Number(headers["content-length"] ?? 0);
    // A bucket that is not there answers in the same way.
    await this.check();
    return undefined;
  }

  /**
   * Reads a part of an object, which is not empty; where the connection breaks, or the store has closed it on a slow reader, from there on with
   * another one.
   *
   * @throws {MediaError} `STORE_FAILED`, or `NOT_FOUND` if the object is gone.
   */
  async *read(name: string, { start, end }: ContentRange): AsyncGenerator<Uint8Array> {
    let at = start;
    for (let failures = 0; at <= end;) {
      try {
        using answer = await this.#send({ method: "GET", name, headers: { range: `bytes=${at}-${end}` } });
        if (answer.status === 404) throw new MediaError("NOT_FOUND", "the content of the media is gone");
        if (answer.status !== 206) throw await this.#refused(answer);
        if (!answer.headers["content-range"]?.startsWith(`bytes ${at}-`))
          throw new OutboundError("ANSWER_REFUSED", `${this.#url.host} has sent another part than was asked for`);
        for await (const chunk of answer.read()) {
          // Some send more than was asked for.
          const wanted = chunk.subarray(0, end + 1 - at);
          at += wanted.byteLength;
          failures = 0;
          yield wanted;
          if (at > end) break;
        }
        if (at <= end) throw new OutboundError("CONNECTION_FAILED", `${this.#url.host} has ended too early`);
        this.#note(undefined);
      } catch (error) {
        const failure = this.#failure(error);
        if (!failure.mayPass || ++failures >= ATTEMPTS) throw this.#note(failure);
        await this.#pauseAfter(failures);
      }
    }
  }

  /** Stores an object. @throws {MediaError} `STORE_FAILED`. */
  async put(name: string, object: PutObject): Promise<void> {
    await this.#ask({ method: "PUT", name, object });
  }

  /** Removes an object; it is no error if there is none. @throws {MediaError} `STORE_FAILED`. */
  async delete(name: string): Promise<void> {
    const { status } = await this.#ask({ method: "DELETE", name }, 404);
    if (status === 404) await this.check();
  }

  /** Lists the names of objects that begin with a prefix, page by page. @throws {MediaError} `STORE_FAILED`. */
  async *names(prefix: string): AsyncGenerator<string> {
    for (let from: Record<string, string> | undefined = {}; from;) {
      const { text } = await this.#ask({
        method: "GET",
        query: { "list-type": "2", "max-keys": String(this.#namesInPage), prefix, ...from },
      });
      const { names, next } = readListing(text);
      yield* names;
      from = next === undefined ? undefined : { "continuation-token": next };
    }
  }

  /** Sends a request, again if that may help, and reads its answer. */
  async #ask(request: BucketRequest, ...expected: readonly number[]): Promise<ReadAnswer> {
    for (let attempt = 1; ; attempt++) {
      try {
        using answer = await this.#send(request);
        const { status, headers } = answer;
        const isExpected = (status >= 200 && status < 300) || expected.includes(status);
        if (!isExpected) throw await this.#refused(answer);
        const text = await readText(answer);
        this.#note(undefined);
        return { status, headers, text };
      } catch (error) {
        const failure = this.#failure(error);
        if (!failure.mayPass || attempt >= ATTEMPTS) throw this.#note(failure);
        await this.#pauseAfter(attempt);
      }
    }
  }

  async #send({ method, name, query = {}, headers = {}, object }: BucketRequest): Promise<StreamedAnswer> {
    const url = bucketUrl(this.#settings, name);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    const { access_key_id: accessKeyId, secret_access_key: secretAccessKey, session_token: sessionToken, region } = this.#settings;
    const signed = await new AwsV4Signer({
      method,
      url: url.href,
      headers: { ...headers, "x-amz-content-sha256": object?.sha256 ?? EMPTY_SHA256 },
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
      service: "s3",
      region,
      cache: this.#signingKeys,
    }).sign();
    const length = object && { "content-length": String(object.sizeBytes) };
    return exchange(
      { method, url, headers: { ...Object.fromEntries(signed.headers), ...length }, body: object?.read() },
      { stallMs: this.#stallMs, agent: this.#agent },
    );
  }

  async #refused(answer: StreamedAnswer): Promise<BucketRefused> {
    const text = await readText(answer).catch(() => "");
    return new BucketRefused(bucketFailure(this.#where, { status: answer.status, code: /<Code>([\w.]{1,100})<\/Code>/.exec(text)?.[1] }));
  }

  #failure(error: unknown): BucketFailure {
    if (error instanceof BucketRefused) return error.failure;
    if (error instanceof OutboundError) return bucketFailure(this.#where, error);
    throw error;
  }

  /** Tells of a change. @returns The error to throw. */
  #note(failure: BucketFailure): MediaError;
  #note(failure: undefined): undefined;
  #note(failure: BucketFailure | undefined): MediaError | undefined {
    if (this.#hasFailed !== (failure !== undefined)) {
      this.#hasFailed = failure !== undefined;
      this.#noted(failure?.error.message);
    }
    return failure?.error;
  }

  async #pauseAfter(attempt: number): Promise<void> {
    await pause(this.#retryMs * 2 ** (attempt - 1) * (0.5 + Math.random()));
  }

  get #where(): string {
    return `the bucket ${this.#settings.bucket} at ${this.#url.host}`;
  }
}

/** A refusal on its way to where it is told whether to try again. */
class BucketRefused extends Error {
  readonly failure: BucketFailure;
  constructor(failure: BucketFailure) {
    super(failure.error.message);
    this.failure = failure;
  }
}

/** Reads an answer to its end, so that its connection can be used again. */
async function readText(answer: StreamedAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.read()) {
    bytes += chunk.byteLength;
    if (bytes > MAX_TEXT_BYTES) throw new OutboundError("ANSWER_TOO_LARGE", `it answered with more than ${MAX_TEXT_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
