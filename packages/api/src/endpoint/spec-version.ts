/** A version of the Matrix specification, as `GET /_matrix/client/versions` lists it. */
export type SpecVersion = `v1.${number}` | `r0.${number}.${number}`;

/** The version of the specification that this release describes. */
export const SPEC_VERSION: SpecVersion = "v1.19";

/** Orders specification versions: negative if `a` is older, positive if newer; unknown texts are older than all. */
export function compareSpecVersions(a: string, b: string): number {
  return rank(a) - rank(b);
}

/** Tells whether a text is a specification version. */
export function isSpecVersion(text: string): text is SpecVersion {
  return rank(text) >= 0;
}

function rank(version: string): number {
  const v1 = /^v1\.(\d{1,4})$/.exec(version);
  if (v1) return 1_000_000 + Number(v1[1]);
  const r0 = /^r0\.(\d{1,2})\.(\d{1,2})$/.exec(version);
  return r0 ? Number(r0[1]) * 1000 + Number(r0[2]) : -1;
}
