import { OutboundError } from "../../outbound/errors.ts";
import { MediaError } from "../errors.ts";

/** What a bucket has answered instead of what was asked for. */
export interface BucketRefusal {
  readonly status: number;
  /** The code of the error, as `NoSuchBucket`, where the answer had one. */
  readonly code: string | undefined;
}

/** A request to a bucket that was not done, and whether it may be done another time. */
export interface BucketFailure {
  readonly error: MediaError;
  readonly mayPass: boolean;
}

/** Statuses of a store that has too much to do, or is being repaired. */
const passing: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
const passingCodes: ReadonlySet<string> = new Set(["OperationAborted", "RequestTimeout", "SlowDown"]);
/** Codes of what did not come as it was sent. */
const damaged: ReadonlySet<string> = new Set(["BadDigest", "IncompleteBody", "XAmzContentSHA256Mismatch"]);

/** Says what an operator does about a failure. */
export function bucketFailure(where: string, cause: BucketRefusal | OutboundError): BucketFailure {
  if (cause instanceof OutboundError) {
    const message = `${where} is not reached, ${cause.message}: see whether it runs, and that media.s3.endpoint is right`;
    return { error: new MediaError("STORE_FAILED", message, cause), mayPass: true };
  }
  const { status, code } = cause;
  const answered = `${where} has answered ${status}${code === undefined ? "" : ` ${code}`}`;
  return {
    error: new MediaError("STORE_FAILED", `${answered}: ${adviceFor(cause)}`),
    mayPass: passing.has(status) || (code !== undefined && (passingCodes.has(code) || damaged.has(code))),
  };
}

function adviceFor({ status, code }: BucketRefusal): string {
  if (code === "SignatureDoesNotMatch" || code === "InvalidAccessKeyId" || code === "InvalidToken" || code === "ExpiredToken")
    return "see that media.s3.access_key_id, secret_access_key and session_token are right, and media.s3.region";
  if (code !== undefined && damaged.has(code)) return "what was sent has been damaged on the way: look at what is between";
  if (code === "RequestTimeTooSkewed") return "set the clock of this machine";
  if (code === "AuthorizationHeaderMalformed" || (status >= 300 && status < 400))
    return "the bucket is elsewhere: see that media.s3.region and media.s3.endpoint are right, and try media.s3.path_style";
  if (status === 401 || status === 403)
    return "the key is wrong, or may not do this: it needs to list the bucket, and to get, put and delete its objects (media.s3.access_key_id)";
  if (status === 404) return "make the bucket, or see that media.s3.bucket and media.s3.endpoint are right";
  if (passing.has(status)) return "it has too much to do, or is being repaired";
  return "see that media.s3 is right";
}
