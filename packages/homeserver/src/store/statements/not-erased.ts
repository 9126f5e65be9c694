/**
 * The condition, in SQL, that an account was not erased, for statements that store something of a user: they may come after the erasure
 * that was begun after them.
 *
 * @param userNid - The parameter of the user.
 */
export function notErased(userNid: `?${number}`): string {
  return `not exists (select 1 from accounts where user_nid = ${userNid} and erased = 1)`;
}
