import { ClientError, type ClientErrorCode, isRequestFailure } from "../errors.ts";

/** Codes of errors of encryption, as this package has them. */
const codes: Readonly<Record<string, ClientErrorCode>> = {
  ALREADY_SET_UP: "ALREADY_SET_UP",
  BAD_CODE: "BAD_CODE",
  BAD_KEY_FILE: "BAD_KEY_FILE",
  CLOSED: "STOPPED",
  DEVICE_KEYS_LOST: "DEVICE_KEYS_LOST",
  NO_CODE: "NO_CODE",
  NO_IDENTITY: "NO_IDENTITY",
  NO_SECRET_STORAGE: "NO_SECRET_STORAGE",
  UNKNOWN_DEVICE: "NOT_FOUND",
  WRONG_PASSPHRASE: "WRONG_PASSPHRASE",
  WRONG_RECOVERY_KEY: "WRONG_RECOVERY_KEY",
};

/** Gives errors of encryption a code of this package; what requests fail with stays what it is. */
export async function attempt<T>(task: Promise<T>): Promise<T> {
  try {
    return await task;
  } catch (error) {
    if (isRequestFailure(error) || !(error instanceof Error && error.name === "CryptoError" && "code" in error)) throw error;
    throw new ClientError(codes[String(error.code)] ?? "ENCRYPTION_FAILED", error.message, error);
  }
}
