import {
  DeviceId,
  EventId as EngineEventId,
  OtherUserIdentity,
  OwnUserIdentity,
  Qr,
  QrCodeScan,
  QrState,
  RequestType,
  RoomId as EngineRoomId,
  Sas,
  UserId as EngineUserId,
  VerificationMethod as EngineMethod,
  type VerificationRequest,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import type { RoomId, UserId } from "@patrix/identifiers";
import { CryptoError } from "../errors.ts";
import { requireObject, toOutgoing } from "./outgoing-of-wasm.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";
import type { UseMachine } from "./use-machine.ts";
import type { EngineVerification, VerificationEngine, VerificationMethod, VerificationState } from "./verification-engine.ts";

/** Seconds that a device is waited for whose keys are being asked for. */
const queryPatience = 10;

/** What this side offers for each method. Whoever shows or scans a code also answers by it. */
const offers: Readonly<Record<VerificationMethod, readonly EngineMethod[]>> = {
  "m.sas.v1": [EngineMethod.SasV1],
  "m.qr_code.show.v1": [EngineMethod.QrCodeShowV1, EngineMethod.ReciprocateV1],
  "m.qr_code.scan.v1": [EngineMethod.QrCodeScanV1, EngineMethod.ReciprocateV1],
};
/** What the other side must offer for each method. */
const counterparts: Readonly<Record<VerificationMethod, readonly EngineMethod[]>> = {
  "m.sas.v1": [EngineMethod.SasV1],
  "m.qr_code.show.v1": [EngineMethod.QrCodeScanV1, EngineMethod.ReciprocateV1],
  "m.qr_code.scan.v1": [EngineMethod.QrCodeShowV1, EngineMethod.ReciprocateV1],
};
const allMethods = ["m.sas.v1", "m.qr_code.show.v1", "m.qr_code.scan.v1"] as const satisfies readonly VerificationMethod[];

function toEngineMethods(methods: readonly VerificationMethod[]): EngineMethod[] {
  return [...new Set(methods.flatMap((method) => offers[method]))];
}

/** Makes what the engine over WebAssembly does to verify devices and users. */
export function createWasmVerification(use: UseMachine, user: UserId): VerificationEngine {
  return {
    ...createRequests(use, user),
    find: (userId, flowId) =>
      use(async (machine) => {
        const request = machine.getVerificationRequest(new EngineUserId(userId), flowId);
        return request && describe(use, request, userId);
      }),
    receive: (roomId, event) => use((machine) => machine.receiveVerificationEvent(JSON.stringify(event), new EngineRoomId(roomId))),
    devices: (userId) =>
      use(async (machine) => {
        const found = await machine.getUserDevices(new EngineUserId(userId), queryPatience);
        return found.devices().map((device) => ({
          deviceId: device.deviceId.toString(),
          name: device.displayName,
          isVerified: device.isVerified(),
        }));
      }),
    identity: (userId) =>
      use(async (machine) => {
        const identity = await machine.getIdentity(new EngineUserId(userId));
        return identity && { isVerified: identity.isVerified(), hasChanged: identity.hasVerificationViolation() };
      }),
  };
}

function createRequests(use: UseMachine, user: UserId): Pick<VerificationEngine, "requestOwn" | "requestDevice" | "requestUser"> {
  return {
    requestOwn: (methods) =>
      use(async (machine) => {
        const identity = await machine.getIdentity(new EngineUserId(user));
        if (!(identity instanceof OwnUserIdentity))
          throw new CryptoError("NO_IDENTITY", "the account has no identity: set up encryption on one of its devices first");
        const [request, message] = await identity.requestVerification(toEngineMethods(methods));
        return { verification: describe(use, request, user), request: toOutgoing(message) };
      }),
    requestDevice: ({ userId, deviceId }, methods) =>
      use(async (machine) => {
        const device = await machine.getDevice(new EngineUserId(userId), new DeviceId(deviceId), queryPatience);
        if (!device) throw new CryptoError("UNKNOWN_DEVICE", `device ${deviceId} of ${userId} is not known`);
        const [request, message] = device.requestVerification(toEngineMethods(methods));
        return { verification: describe(use, request, userId), request: toOutgoing(message) };
      }),
    requestUser: ({ userId, roomId }, methods) =>
      use(async (machine) => {
        const identity = await machine.getIdentity(new EngineUserId(userId));
        if (!(identity instanceof OtherUserIdentity))
          throw new CryptoError("NO_IDENTITY", `${userId} has no identity that could be verified`);
        return {
          content: requireObject(identity.verificationRequestContent(toEngineMethods(methods))),
          sent: (eventId) =>
            use(async () => {
              const [room, event] = [new EngineRoomId(roomId), new EngineEventId(eventId)];
              return describe(use, identity.requestVerification(room, event, toEngineMethods(methods)), userId);
            }),
        };
      }),
  };
}

function describe(use: UseMachine, request: VerificationRequest, userId: UserId): EngineVerification {
  const sas = (): Sas | undefined => asSas(request.getVerification());
  const qr = (): Qr | undefined => asQr(request.getVerification());
  const send = (make: () => Promise<readonly unknown[]>): Promise<readonly OutgoingRequest[]> =>
    use(async () => (await make()).flatMap((message) => (isRequest(message) ? [toOutgoing(message)] : [])));
  return {
    userId,
    flowId: request.flowId,
    weStarted: request.weStarted(),
    // The engine speaks of rooms whose IDs it was given.
    roomId: request.roomId?.toString() as RoomId | undefined,
    deviceId: () => request.otherDeviceId?.toString(),
    state: () => stateOf(request),
    accept: (methods) => send(async () => [request.acceptWithMethods(toEngineMethods(methods))]),
    start: () => send(async () => [(await request.startSas())?.[1]]),
    acceptStart: () => send(async () => [sas()?.accept()]),
    showCode: () => use(async () => toBytes((await request.generateQrCode())?.toBytes())),
    scanCode: (code) => send(async () => [(await scan(request, code)).reciprocate()]),
    confirm: () => send(async () => (await sas()?.confirm()) ?? [qr()?.confirmScanning()]),
    cancel: (isMismatch) =>
      send(async () => [(isMismatch ? sas()?.cancelWithCode("m.mismatched_sas") : qr()?.cancel()) ?? request.cancel()]),
    onChange(callback) {
      const watched = new Set<string>();
      const changed = async (): Promise<void> => {
        const current = request.getVerification();
        const kind = current && `${asSas(current) ? "sas" : "qr"} ${current.weStarted()}`;
        // The exchange tells of itself; where both sides have begun, one exchange takes the place of the other.
        if (current && kind !== undefined && !watched.has(kind)) {
          watched.add(kind);
          current.registerChangesCallback(changed);
        }
        callback();
      };
      request.registerChangesCallback(changed);
    },
  };
}

function asSas(verification: Sas | Qr | undefined): Sas | undefined {
  return verification instanceof Sas ? verification : undefined;
}

function asQr(verification: Sas | Qr | undefined): Qr | undefined {
  return verification instanceof Qr ? verification : undefined;
}

function toBytes(code: Uint8ClampedArray | undefined): Uint8Array | undefined {
  return code && new Uint8Array(code);
}

async function scan(request: VerificationRequest, code: Uint8Array): Promise<Qr> {
  try {
    return await request.scanQrCode(QrCodeScan.fromBytes(new Uint8ClampedArray(code)));
  } catch (error) {
    throw new CryptoError(
      "BAD_CODE",
      `the code is not one of this verification: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  }
}

type EngineMessage = Parameters<typeof toOutgoing>[0];

function isRequest(message: unknown): message is EngineMessage {
  return (
    typeof message === "object" && message !== null && "type" in message && typeof message.type === "number" && message.type in RequestType
  );
}

function stateOf(request: VerificationRequest): VerificationState {
  const verification = request.getVerification();
  const cancelled = request.cancelInfo ?? verification?.cancelInfo();
  if (cancelled) return { step: "cancelled", code: cancelled.cancelCode(), reason: cancelled.reason(), byUs: cancelled.cancelledbyUs() };
  if (request.isDone() || verification?.isDone() === true) return { step: "done" };
  if (request.isPassive())
    return { step: "cancelled", code: "m.accepted", reason: "another device of this user has answered the request", byUs: false };
  const [sas, qr] = [asSas(verification), asQr(verification)];
  if (sas) return stateOfSas(sas);
  if (qr && qr.state() !== QrState.Created) return { step: qr.state() === QrState.Scanned ? "scanned" : "confirming" };
  return qr || request.isReady() ? { step: "ready", methods: commonMethods(request) } : { step: "requested" };
}

function stateOfSas(sas: Sas): VerificationState {
  if (sas.haveWeConfirmed()) return { step: "confirming" };
  // It does not say which side has begun; there is nothing to accept where it was this one.
  if (!sas.canBePresented()) return { step: "starting", mustAccept: !sas.hasBeenAccepted() };
  const emoji = (sas.emoji() ?? []).map(({ symbol, description }) => ({ symbol, name: description }));
  return { step: "emoji", emoji, decimals: [...(sas.decimals() ?? [])] };
}

function commonMethods({ ourSupportedMethods: ours = [], theirSupportedMethods: theirs = [] }: VerificationRequest): VerificationMethod[] {
  const has = (found: readonly EngineMethod[], wanted: readonly EngineMethod[]): boolean =>
    wanted.every((method) => found.includes(method));
  return allMethods.filter((method) => has(ours, offers[method]) && has(theirs, counterparts[method]));
}
