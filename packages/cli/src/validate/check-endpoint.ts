import { ErrorBody, type Model } from "@patrix/api";
import type { NamedEndpoint } from "./all-endpoints.ts";
import { checkEventsWithin } from "./check-events-within.ts";
import { type CheckMode, type Report, ReportBuilder } from "./report.ts";

/** The parts of an operation that can be checked on their own. */
export type EndpointPart = "request" | "response" | "query" | "path";

/** Checks the JSON body of a request or response, or parameters as a JSON object of texts; then the events within it. */
export function checkEndpointPart(
  { api, endpoint }: NamedEndpoint,
  part: EndpointPart,
  value: unknown,
  mode: CheckMode = "strict",
): Report {
  const name = `${api} ${endpoint.id}, ${part}`;
  const report = new ReportBuilder(mode);
  const { models } = endpoint;
  const model: Model<unknown> | undefined = part === "request" ? models.body : models[part];
  if (model === undefined) {
    report.add("", [{ pointer: "", message: `${endpoint.id} has no ${part === "request" ? "body" : part}` }]);
  } else if (model.kind !== "json") {
    report.add("", [{ pointer: "", message: `the ${part} of ${endpoint.id} is not JSON but ${model.kind}` }]);
  } else {
    const result = model.safeParse(value, report.parsing(""));
    if (!result.ok) report.add("", result.issues);
    else {
      report.addUnknown("", model, value);
      checkEventsWithin(value, report, endpoint.id === "sync" && part === "response");
    }
  }
  return report.finish(name);
}

/** Checks the body of an error response. */
export function checkErrorBody(value: unknown, mode: CheckMode): Report {
  const report = new ReportBuilder(mode);
  const result = ErrorBody.safeParse(value, report.parsing(""));
  if (!result.ok) report.add("", result.issues);
  return report.finish("error response");
}
