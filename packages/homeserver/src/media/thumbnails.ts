import { randomBytes } from "node:crypto";
import { chmod, mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { LruCache, Semaphore, SingleFlight } from "@patrix/concurrency";
import type { Sharp, SharpOptions } from "sharp";
import { OverloadedError } from "../errors.ts";
import { limits } from "../limits.ts";
import { MediaError } from "./errors.ts";
import type { MediaFile } from "./media-repository.ts";
import { openFile } from "./disk-media-store.ts";
import type { OpenedContent } from "./media-store.ts";
import { firstBytes, type ImageFormat, imageFormatOf } from "./sniff-image.ts";
import { type ThumbnailRequest, thumbnailSize } from "./thumbnail-size.ts";

/** The size of an image as it is shown, in pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Decodes, scales and encodes images. */
export type ImageLibrary = (input: string, options: SharpOptions) => Sharp;

/** The most thumbnails that are made at once; each can take some hundred megabytes. */
const MAX_RUNNING = 2;
const MAX_WAITING = 200;
/** The most pixels that are decoded, over all frames. */
const MAX_PIXELS: number = limits.thumbnailPixels.value;
/** The most files that could not be decoded and are remembered, so that nobody has the same one tried again and again. */
const REMEMBERED_FAILURES = 10_000;

/**
 * Thumbnails of images, kept beside the media.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#thumbnails}
 */
export class Thumbnails {
  readonly #folder: string;
  readonly #loadLibrary: () => Promise<ImageLibrary | undefined>;
  readonly #sizeOf: typeof thumbnailSize;
  readonly #failures = new LruCache<string, MediaError>(REMEMBERED_FAILURES);
  readonly #flights = new SingleFlight<string, boolean>();
  readonly #slots = new Semaphore(MAX_RUNNING, { maxWaiting: MAX_WAITING });

  /**
   * @param loadLibrary Called for each thumbnail that is to be made; without a library, originals are served instead.
   * @param sizeOf The size that is made for a request; `undefined` where only the original is large enough.
   */
  constructor(
    folder: string,
    loadLibrary: () => Promise<ImageLibrary | undefined> = loadImageLibrary,
    sizeOf: typeof thumbnailSize = thumbnailSize,
  ) {
    this.#folder = folder;
    this.#loadLibrary = loadLibrary;
    this.#sizeOf = sizeOf;
  }

  /**
   * Finds or makes a thumbnail; the original where that is no larger than what is asked for.
   *
   * @throws {MediaError} `INVALID_SIZE`, `NOT_AN_IMAGE`, or `TOO_LARGE` for too many pixels. @throws {OverloadedError} If too many wait.
   */
  async get(original: MediaFile, request: ThumbnailRequest): Promise<MediaFile> {
    const { width, height } = request;
    if (!(width >= 1 && height >= 1)) throw new MediaError("INVALID_SIZE", "width, height: expected at least 1");
    const size = this.#sizeOf(request);
    const path = size && this.#pathOf(original, size);
    // What was made before needs no look at the original, which may be on another machine.
    const known = path === undefined ? undefined : await describe(path, original);
    if (known) return known;
    const format = imageFormatOf(await firstBytes(original));
    if (!format) throw new MediaError("NOT_AN_IMAGE", "the media is no image that this server can make thumbnails of");
    if (!size || path === undefined) return original;
    const failure = this.#failures.get(original.sha256);
    if (failure) throw failure;
    const library = await this.#loadLibrary();
    if (!library) return original;
    const task = async (): Promise<boolean> => {
      await using file = await original.toFile();
      return await make(library, file.path, format, path, size);
    };
    const isMade = await this.#flights
      .run(path, () => this.#inTurn(task))
      .catch((error: unknown) => {
        if (error instanceof MediaError) this.#failures.set(original.sha256, error);
        throw error;
      });
    return (isMade && (await describe(path, original))) || original;
  }

  /** Measures an image; `undefined` where it is none that can be decoded, or no image library is installed. */
  async measure(content: OpenedContent): Promise<ImageSize | undefined> {
    const library = imageFormatOf(await firstBytes(content)) && (await this.#loadLibrary());
    if (!library) return undefined;
    const measured = async (): Promise<ImageSize> => {
      await using file = await content.toFile();
      const { path } = file;
      const { autoOrient, pageHeight } = await library(path, { limitInputPixels: MAX_PIXELS, failOn: "error" }).metadata();
      return pageHeight === undefined ? autoOrient : { width: autoOrient.width, height: pageHeight };
    };
    return this.#inTurn(measured).catch(() => undefined);
  }

  /** Removes the thumbnails of a file. */
  async forget(sha256: string): Promise<void> {
    this.#failures.delete(sha256);
    const folder = join(this.#folder, sha256.slice(0, 2));
    const names = await readdir(folder).catch(() => []);
    for (const name of names) if (name.startsWith(`${sha256}-`)) await rm(join(folder, name), { force: true });
  }

  #pathOf({ sha256 }: MediaFile, { width, height, crop, animated }: ThumbnailRequest): string {
    const name = `${sha256}-${width}x${height}-${crop ? "crop" : "scale"}${animated ? "-animated" : ""}`;
    return join(this.#folder, name.slice(0, 2), name);
  }

  async #inTurn<T>(task: () => Promise<T>): Promise<T> {
    if (this.#slots.isFull) throw new OverloadedError("too many thumbnails are being made", 1_000);
    return this.#slots.run(task);
  }
}

let imageLibrary: Promise<ImageLibrary | undefined> | undefined;

/** Loads the image library when it is first needed; `undefined` where it is not installed. */
function loadImageLibrary(): Promise<ImageLibrary | undefined> {
  return (imageLibrary ??= import("sharp").then(
    ({ default: sharp }) => {
      sharp.concurrency(1);
      sharp.cache(false);
      return sharp;
    },
    () => undefined,
  ));
}

/** Makes a thumbnail. @returns Whether it did; not if the original is small enough. */
async function make(library: ImageLibrary, input: string, format: ImageFormat, path: string, size: ThumbnailRequest): Promise<boolean> {
  const partial = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    const image = library(input, { limitInputPixels: MAX_PIXELS, animated: size.animated, failOn: "error" });
    const { width, height, pageHeight = height, pages = 1, hasAlpha } = await image.metadata();
    if (width <= size.width && pageHeight <= size.height) return false;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const { width: boxWidth, height: boxHeight } = size;
    const resized = image
      .autoOrient()
      .resize({ width: boxWidth, height: boxHeight, fit: size.crop ? "cover" : "inside", withoutEnlargement: true });
    await encode(resized, format, hasAlpha, pages > 1 && size.animated).toFile(partial);
    await chmod(partial, 0o600);
    await rename(partial, path);
    return true;
  } catch (error) {
    await rm(partial, { force: true });
    if (error instanceof Error && /pixel limit/i.test(error.message))
      throw new MediaError("TOO_LARGE", `the image has more than ${MAX_PIXELS} pixels`);
    throw new MediaError("NOT_AN_IMAGE", "the image cannot be decoded");
  }
}

function encode(image: Sharp, format: ImageFormat, hasAlpha: boolean, animated: boolean): Sharp {
  if (animated || format === "webp") return image.webp({ quality: 80 });
  return format === "jpeg" || (format === "avif" && !hasAlpha) ? image.jpeg({ quality: 80 }) : image.png();
}

async function describe(path: string, original: MediaFile): Promise<MediaFile | undefined> {
  const content = await openFile(path);
  const format = content && imageFormatOf(await firstBytes(content));
  if (!format) return undefined;
  return { ...original, ...content, etag: `"${basename(path)}"`, contentType: `image/${format}`, fileName: undefined };
}
