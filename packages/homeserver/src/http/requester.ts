/** The user and device that a request's access token belongs to. */
export interface Requester {
  readonly userNid: number;
  readonly userId: string;
  readonly deviceNid: number;
  readonly deviceId: string;
  readonly isGuest: boolean;
  readonly isAdmin: boolean;
}
