import { outboxSize, outboxTotal } from "../../store/statements/federation.ts";
import type { StoreReader } from "../../store/store.ts";
import { turnIfDue } from "../../turns.ts";
import { type DestinationFigures, failureKinds, OTHER } from "./destination-meter.ts";

/** One number of a server, with what it is of. */
export interface DestinationSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Numbers of one kind of all servers. */
export interface DestinationMetric {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly help: string;
  readonly samples: readonly DestinationSample[];
}

/** Of all others together it is not added up how many bytes wait. */
type Row = DestinationFigures & { readonly stored: number; readonly bytes: number | undefined };

const metrics: readonly (readonly [name: string, type: DestinationMetric["type"], help: string, of: (row: Row) => number | undefined])[] = [
  ["queue_events", "gauge", "Events that wait for a server in memory.", (row) => row.events],
  ["queue_behind", "gauge", "Whether more events wait for a server in the rooms, which are not counted.", (row) => Number(row.isBehind)],
  ["queue_edus", "gauge", "Typing notifications, receipts and presence that wait for a server in memory.", (row) => row.edus],
  ["outbox_edus", "gauge", "Messages to devices and news of device lists that wait for a server in the database.", (row) => row.stored],
  ["outbox_bytes", "gauge", "Bytes of those.", (row) => row.bytes],
  [
    "last_success_timestamp_seconds",
    "gauge",
    "When a server last took something, 0 if it has not since the start.",
    (row) => row.lastSuccessTs / 1_000,
  ],
  [
    "retry_timestamp_seconds",
    "gauge",
    "When a server that does not answer is tried again, 0 if it is not left alone.",
    (row) => row.retryTs / 1_000,
  ],
  ["consecutive_failures", "gauge", "How often in a row a server has not taken something that waits.", (row) => row.attempts],
  ["transactions_total", "counter", "Transactions that a server has taken.", (row) => row.transactions],
  ["pdus_total", "counter", "Events that a server has taken.", (row) => row.pdus],
  ["edus_total", "counter", "EDUs that a server has taken.", (row) => row.edus],
];

/** Tells in numbers how it stands with the servers that are sent to; those without a row of their own are `other`. */
export async function destinationMetrics(store: StoreReader, figures: readonly DestinationFigures[]): Promise<DestinationMetric[]> {
  let others = (await store.get(outboxTotal))?.count ?? 0;
  const rows: Row[] = [];
  for (const figure of figures) {
    const turn = turnIfDue();
    if (turn) await turn;
    const own = figure.server === undefined ? undefined : await store.get(outboxSize, figure.server);
    others -= own?.count ?? 0;
    // Between two reads something may have gone.
    rows.push({ ...figure, stored: own?.count ?? Math.max(0, others), bytes: own?.bytes });
  }
  const label = ({ server = OTHER }: Row): string => server;
  return [
    ...metrics.map(([name, type, help, of]) => ({
      name: `patrix_federation_destination_${name}`,
      type,
      help,
      samples: rows.flatMap((row) => {
        const value = of(row);
        return value === undefined ? [] : { labels: { destination: label(row) }, value };
      }),
    })),
    {
      name: "patrix_federation_destination_failures_total",
      type: "counter",
      help: "Transactions that a server has not taken, by why.",
      samples: rows.flatMap((row) =>
        failureKinds.map((kind, i) => ({ labels: { destination: label(row), kind }, value: row.failures[i] ?? 0 })),
      ),
    },
  ];
}
