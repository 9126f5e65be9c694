import { requireWithin } from "../errors.ts";
import type { Core } from "../log/core.ts";
import { operation } from "../store/statement.ts";
import { insertReport } from "../store/statements/reports.ts";

/** What is reported: a room, an event of it, or a user. */
export interface ReportedThing {
  readonly roomId?: string;
  readonly eventId?: string;
  readonly userId?: string;
}

/** What the reporter says of it. */
export interface ReportWords {
  readonly reason?: string | undefined;
  /** How bad it is, from -100 to 0, as clients of before v1.18 of the specification say. */
  readonly score?: number | undefined;
}

/**
 * What users report to the administrators.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#reporting-content}
 */
export class Reports {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Stores a report. Whether the thing exists is looked at by nobody, so the answer tells nothing. @throws {LimitError} */
  async file(reporterNid: number, { roomId, eventId, userId }: ReportedThing, { reason, score }: ReportWords): Promise<void> {
    const { log, quotas, clock } = this.#core;
    requireWithin("reportReasonBytes", Buffer.byteLength(reason ?? ""), "/reason");
    using quota = await quotas.reserve("reportsPerDay", reporterNid, 1, "the report");
    const thing = [roomId ?? null, eventId ?? null, userId ?? null] as const;
    const stored = operation(insertReport, clock.now(), reporterNid, ...thing, reason ?? null, score ?? null);
    await log.append({ positions: [], operations: [stored, quota.count()] });
  }
}
