/** Options of encryption. */
export interface EncryptionOptions {
  /**
   * Whose devices get keys, and from whose devices events are taken: those of everyone, or only devices that their owner has signed.
   * Default: `everyone`.
   */
  trust?: "everyone" | "cross-signed" | undefined;
  /**
   * Whether those who are invited get the keys of what was written before they joined, in rooms where they may see it (`shared` and
   * `world_readable`), and such keys are taken from who has invited this user. Both need an identity. Default: `true`.
   */
  sharesHistory?: boolean | undefined;
  /**
   * Whether the user has a dehydrated device on the server, which gets room keys while the user is logged in nowhere: `setup` and `recover` make one, and
   * `recover` brings the one to life that there is. Where it is on, this device renews it every week. Default: `false`.
   *
   * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3814}
   */
  dehydratedDevice?: boolean | undefined;
  /**
   * Where a browser gets the WebAssembly of the engine from, 8 MB that may be cached for ever. Default: beside the module, where bundlers put
   * it that understand `new URL(…, import.meta.url)`, as Vite does.
   */
  wasmUrl?: URL | string | undefined;
}
