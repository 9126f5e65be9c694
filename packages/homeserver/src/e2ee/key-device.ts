/** A device that publishes or asks for keys, and its user. */
export interface KeyDevice {
  readonly userNid: number;
  readonly userId: string;
  readonly deviceNid: number;
  readonly deviceId: string;
}
