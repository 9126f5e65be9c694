/**
 * The part `call` of the typed Matrix events.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  CallAnswerContent,
  CallCandidatesContent,
  type CallContent,
  CallHangupContent,
  CallInviteContent,
  CallNegotiateContent,
  CallRejectContent,
  CallSdpStreamMetadataChangedContent,
  CallSelectAnswerContent,
  IceCandidate,
  SessionDescription,
  StreamMetadata,
  callAnswer,
  callCandidates,
  callContentShape,
  callHangup,
  callInvite,
  callNegotiate,
  callReject,
  callSdpStreamMetadataChanged,
  callSelectAnswer,
  knownStreams,
} from "../index.ts";
