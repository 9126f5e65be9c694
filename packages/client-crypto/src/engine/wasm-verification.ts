import {
  DeviceId,
  type OwnUserIdentity,
  RequestType,
  Sas,
  UserId as EngineUserId,
  VerificationMethod,
  type VerificationRequest,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import type { UserId } from "@patrix/identifiers";
import { CryptoError } from "../errors.ts";
import { toOutgoing } from "./outgoing-of-wasm.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";
import type { UseMachine } from "./use-machine.ts";
import type { EngineVerification, VerificationEngine, VerificationState } from "./verification-engine.ts";

const methods = (): VerificationMethod[] => [VerificationMethod.SasV1];
/** Seconds that a device is waited for whose keys are being asked for. */
const queryPatience = 10;

/** Makes what the engine over WebAssembly does to verify devices. */
export function createWasmVerification(use: UseMachine, user: UserId): VerificationEngine {
  return {
    find: (userId, flowId) =>
      use(async (machine) => {
        const request = machine.getVerificationRequest(new EngineUserId(userId), flowId);
        return request && describe(use, request, userId);
      }),
    requestOwn: () =>
      use(async (machine) => {
        // Of the own user there is the own identity.
        const identity = (await machine.getIdentity(new EngineUserId(user))) as OwnUserIdentity | undefined;
        if (!identity) throw new CryptoError("NO_IDENTITY", "the account has no identity: set up encryption on one of its devices first");
        const [request, message] = await identity.requestVerification(methods());
        return { verification: describe(use, request, user), request: toOutgoing(message) };
      }),
    requestDevice: (userId, deviceId) =>
      use(async (machine) => {
        const device = await machine.getDevice(new EngineUserId(userId), new DeviceId(deviceId), queryPatience);
        if (!device) throw new CryptoError("UNKNOWN_DEVICE", `device ${deviceId} of ${userId} is not known`);
        const [request, message] = device.requestVerification(methods());
        return { verification: describe(use, request, userId), request: toOutgoing(message) };
      }),
    devices: (userId) =>
      use(async (machine) => {
        const found = await machine.getUserDevices(new EngineUserId(userId), queryPatience);
        return found.devices().map((device) => ({
          deviceId: device.deviceId.toString(),
          name: device.displayName,
          isVerified: device.isVerified(),
        }));
      }),
  };
}

function describe(use: UseMachine, request: VerificationRequest, userId: UserId): EngineVerification {
  const sas = (): Sas | undefined => {
    const found = request.getVerification();
    return found instanceof Sas ? found : undefined;
  };
  const send = (make: () => Promise<readonly unknown[]>): Promise<readonly OutgoingRequest[]> =>
    use(async () => (await make()).flatMap((message) => (isRequest(message) ? [toOutgoing(message)] : [])));
  return {
    userId,
    weStarted: request.weStarted(),
    deviceId: () => request.otherDeviceId?.toString(),
    state: () => stateOf(request, sas()),
    accept: () => send(async () => [request.acceptWithMethods(methods())]),
    start: () => send(async () => [(await request.startSas())?.[1]]),
    acceptStart: () => send(async () => [sas()?.accept()]),
    confirm: () => send(async () => (await sas()?.confirm()) ?? []),
    cancel: (isMismatch) => send(async () => [isMismatch ? sas()?.cancelWithCode("m.mismatched_sas") : request.cancel()]),
    onChange(callback) {
      const watched = new Set<Sas>();
      const changed = async (): Promise<void> => {
        const current = sas();
        // The exchange of keys tells of itself.
        if (current && watched.size === 0) {
          watched.add(current);
          current.registerChangesCallback(changed);
        }
        callback();
      };
      request.registerChangesCallback(changed);
    },
  };
}

type EngineMessage = Parameters<typeof toOutgoing>[0];

function isRequest(message: unknown): message is EngineMessage {
  return (
    typeof message === "object" && message !== null && "type" in message && typeof message.type === "number" && message.type in RequestType
  );
}

function stateOf(request: VerificationRequest, sas: Sas | undefined): VerificationState {
  const cancelled = request.cancelInfo ?? sas?.cancelInfo();
  if (cancelled) return { step: "cancelled", code: cancelled.cancelCode(), reason: cancelled.reason(), byUs: cancelled.cancelledbyUs() };
  if (request.isDone() || sas?.isDone() === true) return { step: "done" };
  if (!sas) return { step: request.isReady() ? "ready" : "requested" };
  if (sas.haveWeConfirmed()) return { step: "confirming" };
  if (!sas.canBePresented()) return { step: "starting", mustAccept: !sas.weStarted() && !sas.hasBeenAccepted() };
  const emoji = (sas.emoji() ?? []).map(({ symbol, description }) => ({ symbol, name: description }));
  return { step: "emoji", emoji, decimals: [...(sas.decimals() ?? [])] };
}
