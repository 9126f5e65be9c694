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
const CROP_STEP = 32;
const MAX_CROP = 800;

/**
 * The size that is made for a request: at least what is asked for, and one of a few, so that clients cannot fill the disk with
 * thumbnails of every size. `undefined` where only the original is large enough.
 */
export function thumbnailSize({ width, height, crop, animated }: ThumbnailRequest): ThumbnailRequest | undefined {
  if (crop) {
    const [wide, high] = [Math.ceil(width / CROP_STEP) * CROP_STEP, Math.ceil(height / CROP_STEP) * CROP_STEP];
    return wide > MAX_CROP || high > MAX_CROP ? undefined : { width: wide, height: high, crop, animated };
  }
  const box = boxes.find(([wide, high]) => wide >= width && high >= height);
  return box && { width: box[0], height: box[1], crop, animated };
}
