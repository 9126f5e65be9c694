import type { ProvenAccount } from "../../accounts/local-user.ts";
import { type UiaBody, UiaOperation } from "../../accounts/uia-operation.ts";
import { localUserId, type Requester } from "../access/requester.ts";
import type { AccountServices } from "./account-services.ts";

/** A request whose sender must prove who they are. */
export interface ProvenRequest<Body> {
  readonly user: Requester;
  /** What the path names, if it names something. */
  readonly path?: string;
  readonly body: Body;
}

/** Asks the requester to prove who they are, and then runs a request for the account that they have proven to be theirs. */
export type Perform<Body, Result> = (
  request: ProvenRequest<Body>,
  run: (account: ProvenAccount, body: Body) => Promise<Result>,
) => Promise<Result>;

/** Whether an application service need not prove that it may act as a user. */
export type Trust = (user: Requester) => boolean;

/** Makes an operation that users prove their identity for; an application service where `trusts` does not say so. */
export function provenOperation<Body extends UiaBody, Result>(
  { core, accounts }: AccountServices,
  trusts: Trust = () => false,
): Perform<Body, Result> {
  const operation = new UiaOperation<Body, Result>(core.clock);
  return async ({ user, path = "", body }, run) => {
    if (user.appservice && trusts(user)) return run(await accounts.forAppservice(localUserId(user)), body);
    const { account, flows, stages } = await accounts.proof({ userNid: user.userNid, userId: localUserId(user) });
    const { userId } = user;
    const request = { subject: `${userId} ${path}`, userId, body, flows, stages, proves: account.passwordHash ?? undefined };
    return operation.perform(request, (asked) => run(account, asked));
  };
}
