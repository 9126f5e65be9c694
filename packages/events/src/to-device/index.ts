/**
 * The part `to-device` of the typed Matrix events.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  DummyContent,
  ForwardedRoomKeyContent,
  HistoricRoomKey,
  OlmPayload,
  RequestedKeyInfo,
  RoomKeyBundle,
  RoomKeyBundleContent,
  RoomKeyContent,
  RoomKeyRequestContent,
  RoomKeyWithheldContent,
  SecretRequestContent,
  SecretSendContent,
  SigningKeys,
  dummy,
  forwardedRoomKey,
  roomKey,
  roomKeyBundle,
  roomKeyRequest,
  roomKeyWithheld,
  secretRequest,
  secretSend,
} from "../index.ts";
