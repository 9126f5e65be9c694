import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A port of this machine whose connections go on to another one, or nowhere. */
export interface Relay extends AsyncDisposable {
  readonly port: number;
  /** Whether connections go on; those that are open end when it becomes false. */
  isOpen: boolean;
}

/** Starts a relay to a port of this machine on which somebody will listen. */
export async function startRelay(target: number): Promise<Relay> {
  const sockets = new Set<Socket>();
  let isOpen = true;
  const server = createServer((incoming) => {
    if (!isOpen) {
      incoming.destroy();
      return;
    }
    const outgoing = connect(target, "127.0.0.1");
    for (const [from, to] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the relay has no port");
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    get isOpen() {
      return isOpen;
    },
    set isOpen(open) {
      isOpen = open;
      if (!open) cut();
    },
    async [Symbol.asyncDispose]() {
      server.close();
      cut();
      await once(server, "close");
    },
  };
}
