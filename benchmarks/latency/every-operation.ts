// The whole operation table of the client-server API, each operation with as large a body as is read and the widest query.
import type { AnyEndpoint } from "@patrix/api";
import { endpoints } from "@patrix/client-api/endpoints";
import { Account, repeat } from "./account.ts";
import { waitsDuring } from "./probe.ts";

/** An operation and how long `/versions` waited while it was asked for. */
export interface OperationWait {
  readonly id: string;
  readonly worstMs: number;
}

const QUERY = "?limit=100000&dir=b&timeout=0&width=10000&height=10000&method=scale&version=1&full_state=true&set_presence=offline";

/** Asks for every operation that the server has, four times at once, each with an account and a room of its own. */
export async function waitsOfOperations(url: string, { items }: { readonly items: number }): Promise<readonly OperationWait[]> {
  const waits: OperationWait[] = [];
  const body = { messages: Array.from({ length: items }, (_, n) => n), reason: "x".repeat(1_000) };
  for (const [index, endpoint] of endpoints.entries()) {
    const account = await Account.register(url, `operation${index}`);
    const { room_id: room = "" } = await account.must("POST", "/v3/createRoom", {});
    const path = pathOf(endpoint, account, room);
    const ask = (): Promise<{ status: number }> => account.askAt(endpoint.method, path + QUERY, endpoint.models.body && body);
    const { status } = await ask();
    if (status === 404 && !path.includes(room)) continue;
    const { worstMs } = await waitsDuring(url, () => repeat(4, 4, ask));
    waits.push({ id: endpoint.id, worstMs });
  }
  return waits.toSorted((a, b) => b.worstMs - a.worstMs);
}

function pathOf({ routes }: AnyEndpoint, { userId }: Account, room: string): string {
  const values: Readonly<Record<string, string>> = { roomId: room, roomIdOrAlias: room, userId, eventType: "org.example", stateKey: "" };
  return (routes[0]?.path ?? "").replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? "1"));
}
