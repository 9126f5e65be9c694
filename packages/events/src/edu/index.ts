/**
 * The part `edu` of the typed Matrix events.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  DeviceListUpdateContent,
  DirectToDeviceContent,
  PresenceEduContent,
  ReadReceiptMetadata,
  ReceiptEduContent,
  RoomReceipts,
  SigningKeyUpdateContent,
  TypingEduContent,
  UserPresenceUpdate,
  UserReadReceipt,
  deviceListUpdateEdu,
  directToDeviceEdu,
  presenceEdu,
  receiptEdu,
  signingKeyUpdateEdu,
  typingEdu,
} from "../index.ts";
