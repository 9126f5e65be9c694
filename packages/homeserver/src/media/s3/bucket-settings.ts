/** A bucket of a store that speaks the protocol of S3, and how it is reached. */
export interface BucketSettings {
  readonly bucket: string;
  /** The URL of the store without the bucket; that of Amazon's store in the region if left out. */
  readonly endpoint?: string | undefined;
  /** The region that requests are signed for. */
  readonly region: string;
  /** What the names of all objects begin with; a folder unless it is empty. */
  readonly prefix: string;
  readonly access_key_id: string;
  readonly secret_access_key: string;
  /** Of credentials that hold for a time only. */
  readonly session_token?: string | undefined;
  /** Whether the bucket is named in the path rather than in the host. Default: where there is an endpoint. */
  readonly path_style?: boolean | undefined;
}

/** The URL of a bucket, or of an object in it. */
export function bucketUrl(settings: BucketSettings, object?: string): URL {
  const { bucket, endpoint, region, path_style: isPathStyle = endpoint !== undefined } = settings;
  const url = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`);
  if (!isPathStyle) url.hostname = `${bucket}.${url.hostname}`;
  const steps = [...(isPathStyle ? [bucket] : []), ...(object === undefined ? [] : object.split("/"))];
  url.pathname = `${url.pathname.replace(/\/*$/, "/")}${steps.map(encodeURIComponent).join("/")}`;
  return url;
}

/** What the names of all objects of a server begin with. */
export function objectPrefix({ prefix }: Pick<BucketSettings, "prefix">): string {
  return prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
}
