import type { Edu } from "@patrix/events";

/** Of more devices than so many other servers are not told one by one. */
const FEW_DEVICES = 10;

/** The devices that other servers are told of where some have changed: one where they are many, after a change that nobody knows. */
export function toldOf(deviceIds: readonly string[]): readonly string[] {
  return deviceIds.length <= FEW_DEVICES ? deviceIds : deviceIds.slice(-1);
}

/** How changes of devices are numbered. */
export interface DeviceListNumbers {
  /** One for each device. */
  readonly streamIds: readonly number[];
  /** The change before them, if there was one that others know; without one they read the whole list. */
  readonly before: number | undefined;
}

/** The EDUs by which other servers hear of changed devices, without what is read when they are sent. */
export function deviceListEdus(userId: string, deviceIds: readonly string[], { streamIds, before }: DeviceListNumbers): Edu[] {
  const chain = before === undefined ? [] : [before];
  return deviceIds.flatMap((deviceId, index) => {
    const previous = index === 0 ? chain : streamIds.slice(index - 1, index);
    return deviceListEdu(userId, deviceId, streamIds[index] ?? 0, previous);
  });
}

/** As {@link deviceListEdus}, for one change. */
export function deviceListEdu(userId: string, deviceId: string, streamId: number, previous: readonly number[]): Edu {
  const content = { user_id: userId, device_id: deviceId, stream_id: streamId, prev_id: [...previous] };
  // It has the form of its type, but for the branded IDs.
  return { edu_type: "m.device_list_update", content } as object as Edu;
}

/** The EDU by which other servers hear of changed cross-signing keys, without what is read when it is sent. */
export function signingKeyEdu(userId: string): Edu {
  return { edu_type: "m.signing_key_update", content: { user_id: userId } } as object as Edu;
}
