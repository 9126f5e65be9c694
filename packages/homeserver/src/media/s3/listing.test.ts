import { expect, it } from "vitest";
import { readListing } from "./listing.ts";

const page = (inner: string): string => `<?xml version="1.0"?>\n<ListBucketResult xmlns="x"><Name>media</Name>${inner}</ListBucketResult>`;

it("has the names of objects, and says how the next page is asked for", () => {
  const objects =
    "<Contents><Key>a/b</Key><Size>1</Size></Contents><Contents><Key>&lt;&amp;&#x26;&#38;&quot;&apos;&bad;&#x110000;</Key></Contents>";
  expect(readListing(page(objects))).toEqual({ names: ["a/b", "<&&&\"'&bad;&#x110000;"], next: undefined });
  const token = "<NextContinuationToken>1/a+b=&amp;</NextContinuationToken>";
  expect(readListing(page(`${objects}<IsTruncated>true</IsTruncated>${token}`)).next).toBe("1/a+b=&");
  expect(readListing(page(`<IsTruncated>false</IsTruncated>${token}`))).toEqual({ names: [], next: undefined });
});
