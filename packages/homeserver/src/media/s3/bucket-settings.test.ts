import { expect, it } from "vitest";
import { bucketUrl, objectPrefix } from "./bucket-settings.ts";

const settings = { bucket: "media", region: "eu-central-1", prefix: "", access_key_id: "a", secret_access_key: "b" };
const url = (other: object, object?: string): string => bucketUrl({ ...settings, ...other }, object).href;

it("names a bucket in the host, or in the path where there is an endpoint, unless it is said otherwise", () => {
  expect(url({}, "a/b")).toBe("https://media.s3.eu-central-1.amazonaws.com/a/b");
  expect(url({ path_style: true }, "a/b")).toBe("https://s3.eu-central-1.amazonaws.com/media/a/b");
  expect(url({ endpoint: "http://10.0.0.1:9000" })).toBe("http://10.0.0.1:9000/media");
  expect(url({ endpoint: "https://s3.example.org/storage/v1/" }, "x y+z")).toBe("https://s3.example.org/storage/v1/media/x%20y%2Bz");
  expect(url({ endpoint: "https://s3.example.org:8443", path_style: false })).toBe("https://media.s3.example.org:8443/");
});

it("takes a prefix for a folder", () => {
  expect(["", "a", "a/", "a/b"].map((prefix) => objectPrefix({ prefix }))).toEqual(["", "a/", "a/", "a/b/"]);
});
