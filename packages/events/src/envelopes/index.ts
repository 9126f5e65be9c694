/**
 * The part `envelopes` of the typed Matrix events.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  BasicEvent,
  ClientEvent,
  ClientEventWithoutRoomId,
  Edu,
  Pdu,
  type PduBase,
  PduHashes,
  type PduSignatures,
  PduV1,
  type PduV1Reference,
  StrippedStateEvent,
  ToDeviceEvent,
  UnsignedData,
} from "../index.ts";
