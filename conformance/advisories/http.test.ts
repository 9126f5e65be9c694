import { once } from "node:events";
import { connect } from "node:net";
import { testHomeserver, type TestHomeserver } from "@patrix/homeserver/testing";
import { describe, expect } from "vitest";
import { advisory, as, client } from "./advisory.ts";

/** Writes bytes to a new connection, and gives all that comes back until it is closed. */
async function raw({ url }: TestHomeserver, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.setEncoding("latin1");
  let answer = "";
  socket.on("data", (chunk: string) => (answer += chunk));
  socket.write(text, "latin1");
  await once(socket, "close");
  return answer;
}

const json = (body: string, more = ""): string =>
  `POST ${client}/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`;

describe("advisories about HTTP", () => {
  advisory(12, "no page may be framed", async () => {
    await using server = await testHomeserver();
    const { headers } = await server.request("GET", "/");
    expect(headers.get("content-type")).toContain("text/html");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  });

  advisory(13, "nothing of a request is in a page", async () => {
    await using server = await testHomeserver();
    const markup = "<script>alert(1)</script>";
    for (const path of [`/?q=${encodeURIComponent(markup)}`, `/${encodeURIComponent(markup)}`, `/_matrix/${encodeURIComponent(markup)}`]) {
      const response = await fetch(server.url + path, { headers: { "x-forwarded-host": markup, referer: markup } });
      const text = await response.text();
      if (response.headers.get("content-type")?.includes("html")) expect(text).not.toContain("alert(1)");
    }
    const hosted = await raw(server, `GET / HTTP/1.1\r\nHost: ${markup}\r\nConnection: close\r\n\r\n`);
    expect(hosted).not.toContain("alert(1)");
  });

  advisory(34, "no answer is compressed, so that none tells by its size what stands beside what was sent", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    for (const path of ["/_matrix/client/versions", `${client}/sync`, `${client}/account/whoami`, "/"]) {
      const headers = { "accept-encoding": "gzip, deflate, br, zstd", authorization: `Bearer ${alice.accessToken}` };
      const response = await fetch(server.url + path, { headers });
      expect([path, response.headers.get("content-encoding")]).toEqual([path, null]);
      await response.arrayBuffer();
    }
  });

  advisory(35, "a client on the same machine does not choose its address", async () => {
    const config = { rate_limits: { login: { per_second: 0.001, burst: 2 } } };
    await using server = await testHomeserver({ config });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) {
      const headers = { "x-forwarded-for": `203.0.113.${i}`, "content-type": "application/json" };
      const body = JSON.stringify({ type: "m.login.password", user: `user${i}`, password: "x" });
      statuses.push((await fetch(`${server.url}${client}/login`, { method: "POST", headers, body })).status);
    }
    expect(statuses).toEqual([403, 403, 429, 429]);
  });

  advisory(38, "a request whose length can be read in two ways is refused, and its connection ends", async () => {
    await using server = await testHomeserver();
    const smuggled = "GET /_matrix/client/versions HTTP/1.1\r\nHost: x\r\n\r\n";
    const heads = [
      `Content-Length: 4\r\nTransfer-Encoding: chunked\r\n`,
      `Content-Length: 4\r\nContent-Length: 5\r\n`,
      `Transfer-Encoding: chunked, identity\r\n`,
      `Transfer-Encoding: xchunked\r\n`,
      `Transfer-Encoding : chunked\r\n`,
      ` Transfer-Encoding: chunked\r\n`,
      `X: y\0\r\nContent-Length: 0\r\n`,
    ];
    for (const head of heads) {
      const answer = await raw(server, `POST ${client}/login HTTP/1.1\r\nHost: x\r\n${head}\r\n0\r\n\r\n${smuggled}`);
      expect([head, answer.match(/HTTP\/1\.1 \d+/g)]).toEqual([head, ["HTTP/1.1 400"]]);
    }
  });

  advisory(39, "answers on one connection come in the order of their requests", async () => {
    await using server = await testHomeserver();
    const slow = json(JSON.stringify({ type: "m.login.password", user: "nobody", password: "x" }));
    const fast = "GET /_matrix/client/versions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    const answer = await raw(server, slow + fast);
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 403", "HTTP/1.1 200"]);
  });

  advisory(40, "a large form is held in memory by no JSON operation", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const form = "x".repeat(5_000_000);
    for (const path of ["/login", "/register", "/createRoom", `/user/${alice.userId}/filter`]) {
      const headers = { "content-type": "multipart/form-data; boundary=x", authorization: `Bearer ${alice.accessToken}` };
      const status = await fetch(`${server.url}${client}${path}`, { method: "POST", headers, body: form }).then(
        (response) => response.status,
        () => "cut off",
      );
      expect([path, [413, "cut off"].includes(status)]).toEqual([path, true]);
    }
    expect((await as(server, alice)("GET", "/account/whoami")).status).toBe(200);
  });
});
