import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** What happens to the next bytes of a connection: they go on, or it is cut before the request or before the answer. */
type Mode = "forward" | "cut requests" | "cut answers" | "refuse";

/** Stands between a store and its server, and cuts connections at a chosen moment. */
export interface CuttingProxy extends AsyncDisposable {
  /** The URL of a database through the proxy. */
  urlOf(database: string): string;
  mode: Mode;
  /** Cuts every connection at once. */
  cutAll(): void;
}

/** Starts a proxy in front of the server of a URL, which names the folder of a socket. */
export async function cuttingProxy(url: string): Promise<CuttingProxy> {
  const { username, searchParams } = new URL(url.replace("@/", "@localhost/"));
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(`${searchParams.get("host")}/.s.PGSQL.5432`);
    const end = (): void => {
      for (const socket of [client, upstream]) {
        socket.destroy();
        sockets.delete(socket);
      }
    };
    if (proxy.mode === "refuse") return end();
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", end).on("close", end);
    }
    client.on("data", (bytes) => (proxy.mode === "cut requests" ? end() : upstream.write(bytes)));
    upstream.on("data", (bytes) => (proxy.mode === "cut answers" ? end() : client.write(bytes)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const proxy: CuttingProxy = {
    mode: "forward",
    urlOf: (database) => `postgres://${username}:not-shown@127.0.0.1:${port}/${database}`,
    cutAll() {
      for (const socket of sockets) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      server.close();
      proxy.cutAll();
      await once(server, "close");
    },
  };
  return proxy;
}
