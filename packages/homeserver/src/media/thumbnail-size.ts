/** A thumbnail as it is asked for. */
export interface ThumbnailRequest {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  readonly crop: boolean;
  readonly animated: boolean;
}

/** The boxes that scaled thumbnails are made for. */
const boxes: readonly (readonly [width: number, height: number])[] = [
  [32, 32],
  [96, 96],
  [320, 240],
  [640, 480],
  [800, 600],
  [1_600, 1_200],
];
/** The sides of those that are cropped. */
const cropSides: readonly number[] = [32, 64, 96, 128, 256, 480, 800];

/** The sizes that the specification lists: all there are where thumbnails are not dynamic. */
const listed: readonly (readonly [width: number, height: number, crop: boolean])[] = [
  [32, 32, true],
  [96, 96, true],
  [320, 240, false],
  [640, 480, false],
  [800, 600, false],
];

/**
 * The listed size for a request, scaled where no cropped one is large enough. `undefined` where only the original is.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#thumbnails}
 */
export function listedThumbnailSize({ width, height, crop, animated }: ThumbnailRequest): ThumbnailRequest | undefined {
  const large = listed.filter(([wide, high]) => wide >= width && high >= height);
  const size = large.find(([, , isCropped]) => isCropped === crop) ?? large.find(([, , isCropped]) => !isCropped);
  return size && { width: size[0], height: size[1], crop: size[2], animated };
}

/**
 * The size that is made for a request: at least what is asked for, and one of a few, so that clients cannot fill the disk with
 * thumbnails of every size. `undefined` where only the original is large enough.
 */
export function thumbnailSize({ width, height, crop, animated }: ThumbnailRequest): ThumbnailRequest | undefined {
  if (crop) {
    const [wide, high] = [width, height].map((wanted) => cropSides.find((side) => side >= wanted));
    return wide === undefined || high === undefined ? undefined : { width: wide, height: high, crop, animated };
  }
  const box = boxes.find(([wide, high]) => wide >= width && high >= height);
  return box && { width: box[0], height: box[1], crop, animated };
}
