import { expect, it } from "vitest";
import { OutboundError } from "../../outbound/errors.ts";
import { bucketFailure } from "./bucket-failure.ts";

it.each([
  [403, "SignatureDoesNotMatch", false, /secret_access_key.*region/],
  [403, "InvalidAccessKeyId", false, /access_key_id/],
  [403, "RequestTimeTooSkewed", false, /set the clock/],
  [403, "AccessDenied", false, /may not do this: .*list the bucket/],
  [403, undefined, false, /may not do this/],
  [404, "NoSuchBucket", false, /make the bucket/],
  [301, "PermanentRedirect", false, /media\.s3\.region/],
  [400, "AuthorizationHeaderMalformed", false, /media\.s3\.region/],
  [418, "Teapot", false, /see that media\.s3 is right/],
  [400, "XAmzContentSHA256Mismatch", true, /damaged on the way/],
  [400, "RequestTimeout", true, /see that media\.s3 is right/],
  [503, "SlowDown", true, /too much to do/],
  [500, undefined, true, /too much to do/],
])("of a bucket with %s %s says what to do, and whether it may pass", (status, code, mayPass, advice) => {
  const failure = bucketFailure("the bucket media at s3.example.org", { status, code });
  expect(failure).toMatchObject({ mayPass, error: { code: "STORE_FAILED", message: expect.stringMatching(advice) } });
  expect(failure.error.message).toContain(`the bucket media at s3.example.org has answered ${[status, code].filter(Boolean).join(" ")}: `);
});

it("that is not reached may pass", () => {
  const failure = bucketFailure("the bucket", new OutboundError("CONNECTION_FAILED", "s3.example.org did not answer"));
  expect(failure).toMatchObject({
    mayPass: true,
    error: { message: expect.stringMatching(/s3\.example\.org did not answer.*media\.s3\.endpoint/) },
  });
});
