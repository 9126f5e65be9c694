// A network that fails by chance, in front of a real server.

/** What may happen to a request. */
export type Fault = "none" | "drop-request" | "drop-response" | "duplicate" | "500" | "429" | "cut";

/** Makes a fetch that meets the next fault of a list at each request for which `applies`; none after the list. */
export function faultFetch(fetch: typeof globalThis.fetch, faults: Fault[], applies: (path: string) => boolean): typeof globalThis.fetch {
  return async (input, init) => {
    const path = new URL(input instanceof Request ? input.url : input).pathname;
    const fault = applies(path) ? (faults.shift() ?? "none") : "none";
    if (fault === "drop-request") throw new TypeError("connection refused");
    if (fault === "500") return new Response("<h1>Bad gateway</h1>", { status: 502 });
    if (fault === "429") return Response.json({ errcode: "M_LIMIT_EXCEEDED", error: "slow down", retry_after_ms: 1 }, { status: 429 });
    const [answer] = await Promise.all([
      fetch(input, init),
      fault === "duplicate" ? fetch(input, init).then((response) => response.text()) : undefined,
    ]);
    if (fault === "drop-response") throw new TypeError("connection reset");
    return fault === "cut" ? new Response((await answer.text()).slice(0, -5), { status: answer.status }) : answer;
  };
}
