/** Tells of whom a user wants no invites; `undefined` where that depends on nobody. */
export type InviterTest = ((senderId: string) => boolean) | undefined;

/** Reads of whom a user wants no invites. What they send is there, and not told in any way. */
export type UnwantedInviters = (userNid: number) => Promise<InviterTest>;
