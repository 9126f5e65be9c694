import { describe, expect, it } from "vitest";
import { listedThumbnailSize, thumbnailSize } from "./thumbnail-size.ts";

describe("thumbnail sizes", () => {
  it("are few", () => {
    const sizes = new Set<string>();
    for (let width = 1; width < 2_000; width += 7)
      for (let height = 1; height < 2_000; height += 113)
        for (const crop of [true, false]) sizes.add(JSON.stringify(thumbnailSize({ width, height, crop, animated: false })));
    expect(sizes.size).toBeLessThan(60);
  });

  it.each([
    [1, 1, false, [32, 32]],
    [33, 1, false, [96, 96]],
    [320, 241, false, [640, 480]],
    [1_600, 1_200, false, [1_600, 1_200]],
    [33, 32, true, [64, 32]],
    [800, 800, true, [800, 800]],
  ] as const)("cover %i by %i pixels, cropped: %s", (width, height, crop, [wide, high]) => {
    expect(thumbnailSize({ width, height, crop, animated: true })).toEqual({ width: wide, height: high, crop, animated: true });
  });

  it("are none where only the original is large enough", () => {
    expect(thumbnailSize({ width: 1_601, height: 1, crop: false, animated: false })).toBeUndefined();
    expect(thumbnailSize({ width: 1, height: 801, crop: true, animated: false })).toBeUndefined();
  });
});

describe("thumbnail sizes that are not dynamic", () => {
  it.each([
    [1, 1, true, [32, 32, true]],
    [33, 1, true, [96, 96, true]],
    [97, 97, true, [320, 240, false]],
    [1, 1, false, [320, 240, false]],
    [640, 481, false, [800, 600, false]],
  ] as const)("cover %i by %i pixels, cropped: %s, with a listed one", (width, height, crop, [wide, high, cropped]) => {
    const expected = { width: wide, height: high, crop: cropped, animated: true };
    expect(listedThumbnailSize({ width, height, crop, animated: true })).toEqual(expected);
  });

  it("end where only the original is large enough", () => {
    expect(listedThumbnailSize({ width: 801, height: 1, crop: false, animated: false })).toBeUndefined();
  });
});
