import type { JsonObject } from "@patrix/api";
import type { KeyRing } from "@patrix/federation";
import type { RoomVersionRules } from "@patrix/room-versions";
import { checkPduFormat, fromFederation, type NamedPdu } from "@patrix/signatures";
import { turnIfDue } from "../../turns.ts";

/** How many events are verified before others get their turn. */
const VERIFIED_AT_ONCE = 50;

/** A PDU that came from another server, with why nothing of it can be used where that is so. */
export interface VerifiedPdu {
  readonly raw: JsonObject;
  readonly pdu?: NamedPdu;
  readonly reason?: string;
}

/**
 * Checks format, signatures and hashes of PDUs: one whose hash is wrong is redacted, and one that is not signed as it must be is dropped.
 *
 * @param giver - The server that gave them, which has checked them too.
 */
export async function verifyPdus(
  keyRing: Pick<KeyRing, "verifyEvents">,
  pdus: readonly JsonObject[],
  { rules, giver }: { readonly rules: RoomVersionRules; readonly giver: string },
): Promise<VerifiedPdu[]> {
  const verified: VerifiedPdu[] = [];
  for (let i = 0; i < pdus.length; i += VERIFIED_AT_ONCE) {
    const turn = turnIfDue();
    if (turn) await turn;
    verified.push(...(await verifySome(keyRing, pdus.slice(i, i + VERIFIED_AT_ONCE), { rules, giver })));
  }
  return verified;
}

async function verifySome(
  keyRing: Pick<KeyRing, "verifyEvents">,
  raws: readonly JsonObject[],
  { rules, giver }: { readonly rules: RoomVersionRules; readonly giver: string },
): Promise<VerifiedPdu[]> {
  const formed = raws.map((raw): { readonly raw: JsonObject; readonly issue: string | undefined } => {
    const [issue] = checkPduFormat(raw, rules);
    return { raw, issue: issue?.message };
  });
  const well = formed.filter(({ issue }) => issue === undefined).map(({ raw }) => raw);
  const results = await keyRing.verifyEvents(well, rules, giver);
  let next = 0;
  return formed.map(({ raw, issue }) => {
    if (issue !== undefined) return { raw, reason: issue };
    const result = results[next++];
    if (!result || result.outcome === "invalid") return { raw, reason: result?.message ?? "the signatures could not be checked" };
    // What a sender wrote beside the event is for nobody else, and covered by no signature.
    const { unsigned: _unsigned, ...event } = result.event;
    return { raw, pdu: fromFederation(event, rules) };
  });
}
