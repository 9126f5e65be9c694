import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { NotifyBody } from "@patrix/push-gateway-api";

/** A push gateway that answers as a test says. */
export interface PushGateway extends AsyncDisposable {
  readonly url: string;
  /** What was sent and taken. */
  readonly notifications: NotifyBody["notification"][];
  status: number;
  rejected: readonly string[];
}

/** Starts a push gateway on this machine. */
export async function pushGateway(): Promise<PushGateway> {
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (text += chunk));
    request.on("end", () => {
      if (gateway.status === 200) gateway.notifications.push((JSON.parse(text) as NotifyBody).notification);
      response.writeHead(gateway.status).end(JSON.stringify({ rejected: gateway.rejected }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const gateway: PushGateway = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/_matrix/push/v1/notify`,
    notifications: [],
    status: 200,
    rejected: [],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
  return gateway;
}
