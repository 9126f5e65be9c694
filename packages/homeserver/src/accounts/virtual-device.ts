/** Users have numbers below this one. */
const USERS = 2 ** 32;

/**
 * The number that stands for the device of an application service that acts as a user without one: its transaction IDs are its own,
 * apart from those of the user's devices and of other application services. Numbers of devices are positive.
 */
export function virtualDevice(appserviceNid: number, userNid: number): number {
  return -(appserviceNid * USERS + userNid);
}

/** The user of such a number; `undefined` for the number of a device. */
export function userOfVirtualDevice(deviceNid: number): number | undefined {
  return deviceNid < 0 ? -deviceNid % USERS : undefined;
}
