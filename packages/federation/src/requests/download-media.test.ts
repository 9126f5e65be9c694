import { type FileResponse, MatrixError, matrixError } from "@patrix/api";
import { expect, it } from "vitest";
import { downloadMedia } from "./download-media.ts";

const file = { contentType: "image/png" } as unknown as FileResponse;

/** A server that refuses the first request by an error. */
function refusing(refusal: unknown) {
  const asked: string[] = [];
  const client = {
    request: async (server: string, endpoint: { readonly id: string }, request: unknown): Promise<never> => {
      asked.push(`${server} ${endpoint.id} ${JSON.stringify(request)}`);
      if (asked.length === 1 && refusal !== undefined) throw refusal;
      return (asked.length === 1 ? { file } : file) as never;
    },
  };
  return { asked, client };
}

it("asks by the endpoint of servers, and for nothing else where it answers", async () => {
  const { asked, client } = refusing(undefined);
  expect(await downloadMedia(client, "example.org", { mediaId: "a", waitMs: 5 })).toBe(file);
  expect(asked).toEqual(['example.org getContent {"path":{"mediaId":"a"},"query":{"timeout_ms":5}}']);
});

it("asks an older server by the endpoint of clients, and to fetch nothing from others", async () => {
  const { asked, client } = refusing(matrixError("M_UNRECOGNIZED", "no such endpoint"));
  expect(await downloadMedia(client, "example.org", { mediaId: "a" })).toBe(file);
  expect(asked[1]).toBe('example.org getContent {"path":{"serverName":"example.org","mediaId":"a"},"query":{"allow_remote":false}}');
});

it.each([matrixError("M_NOT_FOUND", "no such media"), new MatrixError(403, "M_UNRECOGNIZED", "not so"), new TypeError("no connection")])(
  "asks once where the answer is %s",
  async (refusal) => {
    const { asked, client } = refusing(refusal);
    await expect(downloadMedia(client, "example.org", { mediaId: "a" })).rejects.toBe(refusal);
    expect(asked).toHaveLength(1);
  },
);
