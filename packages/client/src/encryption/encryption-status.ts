/** How the account and this device stand. */
export interface EncryptionStatus {
  /** Whether the device is signed by the identity of its user. */
  readonly thisDevice: "verified" | "unverified";
  /** Whether the user has an identity: `partial` if this device does not have its private keys. */
  readonly crossSigning: "ready" | "partial" | "missing";
  /** Whether keys of rooms go into the backup on the server, and come from it. */
  readonly backup: "on" | "off";
}

/** How they stand as long as that is not known. */
export const unknownStatus: EncryptionStatus = { thisDevice: "unverified", crossSigning: "missing", backup: "off" };
