import { isJsonObject } from "@patrix/api";
import { guessEventForm, guessPayload, knownEvents } from "@patrix/events";
import type { RoomVersionRules } from "@patrix/room-versions";
import { suggestName } from "../command-line/suggest-name.ts";
import { CliError } from "../errors.ts";
import { apis, findEndpoints } from "./all-endpoints.ts";
import { checkEndpointPart, checkErrorBody, type EndpointPart } from "./check-endpoint.ts";
import { checkEvent } from "./check-event.ts";
import { checkPdu, guessRules } from "./check-pdu.ts";
import { type CheckMode, type Report, ReportBuilder } from "./report.ts";

/** What {@link checkPayload} is told about the payload. */
export interface CheckOptions {
  /** `pdu`, `event`, an event type, or `operation.request`, `.response`, `.query` or `.path`; guessed if left out. */
  readonly as?: string | undefined;
  /** For PDUs; told from their form if left out. */
  readonly rules?: RoomVersionRules | undefined;
  /** Default: `strict`. */
  readonly mode?: CheckMode | undefined;
}

/**
 * Checks a payload against the declarations of this workspace: envelope and content of events, PDUs, bodies of requests and responses.
 *
 * @throws {@link CliError} `USAGE` if `as` names nothing, or is missing and the payload looks like nothing known.
 */
export function checkPayload(value: unknown, { as, rules, mode = "strict" }: CheckOptions = {}): Report {
  if (as === undefined) return checkGuessed(value, rules, mode);
  if (as === "pdu") return checkPdu(value, rules ?? guessRules(value), mode);
  if (as === "event") return checkOneEvent(value, mode);
  if (as === "error") return checkErrorBody(value, mode);
  const [, name = "", part = ""] = /^(.+)\.(request|response|query|path)$/.exec(as) ?? [];
  const [found] = findEndpoints(name);
  if (found !== undefined) return checkEndpointPart(found, part as EndpointPart, value, mode);
  return checkAsType(value, as, mode);
}

function checkGuessed(value: unknown, rules: RoomVersionRules | undefined, mode: CheckMode): Report {
  if (Array.isArray(value)) return checkList(value, rules, mode);
  const guess = guessPayload(value);
  if (guess?.kind === "error") return checkErrorBody(value, mode);
  if (guess?.kind === "pdu") return checkPdu(value, rules ?? guessRules(value), mode);
  if (guess?.kind === "event") return checkOneEvent(value, mode);
  const [found] = guess ? findEndpoints(`${guess.api}/${guess.operationId}`) : [];
  if (guess && found) return checkEndpointPart(found, guess.part, value, mode);
  throw new CliError("USAGE", "cannot tell what this is; say it with --as, for instance --as m.room.member or --as createRoom.request");
}

function checkList(values: readonly unknown[], rules: RoomVersionRules | undefined, mode: CheckMode): Report {
  const report = new ReportBuilder(mode);
  for (const [index, value] of values.entries()) {
    report.addReport(`/${index}`, checkGuessed(value, rules, mode));
  }
  return report.finish(`list of ${values.length}`);
}

function checkOneEvent(value: unknown, mode: CheckMode): Report {
  const report = new ReportBuilder(mode);
  const form = isJsonObject(value) ? guessEventForm(value) : undefined;
  if (form === undefined) report.add("", [{ pointer: "", message: "expected an event: an object with a type" }]);
  else checkEvent(value, form, "", report);
  const type = isJsonObject(value) ? (value["type"] ?? value["edu_type"]) : undefined;
  return report.finish(`${form ?? "room"} event ${typeof type === "string" ? type : ""}`.trimEnd());
}

/** Takes the payload for an event of a type, or for the content of one if it does not look like an event. */
function checkAsType(value: unknown, type: string, mode: CheckMode): Report {
  const definitions = knownEvents().definitions.filter(
    (definition) => definition.type === type || (definition.prefix && type.startsWith(definition.type)),
  );
  const [definition] = definitions;
  if (definition === undefined) throw new CliError("USAGE", `there is no event type or operation ${JSON.stringify(type)}.${suggest(type)}`);
  const given = isJsonObject(value) ? (value["type"] ?? value["edu_type"]) : undefined;
  if (isJsonObject(value) && typeof given === "string" && "content" in value) {
    const report = checkOneEvent(value, mode);
    if (given === type) return report;
    return { ...report, valid: false, issues: [{ pointer: "/type", message: `expected ${type}` }, ...report.issues] };
  }
  const report = new ReportBuilder(mode);
  report.events = 1;
  const result = definition.content.safeParse(value, report.parsing(""));
  if (!result.ok) report.add("", result.issues);
  else report.addUnknown("", definition.content, value);
  return report.finish(`content of ${type}`);
}

function suggest(typed: string): string {
  const types = knownEvents().definitions.map(({ type }) => type);
  const operations = Object.values(apis).flatMap((endpoints) => endpoints.flatMap(({ id }) => [`${id}.request`, `${id}.response`]));
  return (
    suggestName(typed, [...types, ...operations]) || " Types are like m.room.member, operations like createRoom.request or sync.response."
  );
}
